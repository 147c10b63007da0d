"""Signed requests of our own, for storages that clients reach through /media only; S3 signs its own."""

from __future__ import annotations

import hmac
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import urlencode

from storage.storage import Storage, Ticket, Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Mapping

PURPOSE = b"studiograph: tickets for uploads"
METHOD = "PUT"
OTHER = "This is not the request that was signed: send the ticket's method, address and headers as they are.\n"
EXPIRED = "The time for this upload is over: ask for another one.\n"
LONGER = "There are more bytes than the content-length that was signed.\n"
CHANGED = "These are not the bytes that x-amz-checksum-sha256 was made of.\n"


class InvalidTicket(Exception):
    """A request that nobody signed, or whose time is over; the message is for the client."""


class OtherBytes(Exception):
    """A request that brings something else than it announced; the message is for the client."""


@runtime_checkable
class TicketedStorage(Storage, Protocol):
    """A storage whose tickets lead to our own /media."""

    tickets: Tickets

    async def receive(self, upload: Upload, body: AsyncIterable[bytes]) -> None:
        """Store an upload as it arrives; OtherBytes, and nothing kept, when it is not what was announced."""


class Tickets:
    """Signs uploads and knows its signatures again; `key` is the server's secret."""

    def __init__(self, public_url: str, key: bytes) -> None:
        self._public_url = public_url
        self._key = hmac.digest(key, PURPOSE, "sha256")

    def issue(self, upload: Upload) -> Ticket:
        """A PUT under /media that brings this upload."""
        expires = str(int(upload.expires_at.timestamp()))
        query = urlencode({"expires": expires, "signature": self._signature(upload.key, upload.headers, expires)})
        return Ticket(METHOD, f"{self._public_url}/media/{upload.key}?{query}", upload.headers)

    def admit(self, key: str, query: Mapping[str, str], headers: Mapping[str, str], now: datetime) -> Upload:
        """The upload that a PUT with these headers brings; InvalidTicket when we did not sign it, or it is late."""
        expires, signature = query.get("expires", ""), query.get("signature", "")
        if not hmac.compare_digest(signature.encode(), self._signature(key, headers, expires).encode()):
            raise InvalidTicket(OTHER)
        upload = _announced(key, headers, expires)
        if now >= upload.expires_at:
            raise InvalidTicket(EXPIRED)
        return upload

    def _signature(self, key: str, headers: Mapping[str, str], expires: str) -> str:
        bound = [headers.get(name, "") for name in ("content-type", "content-length", "x-amz-checksum-sha256")]
        return hmac.new(self._key, "\n".join([METHOD, key, *bound, expires]).encode(), "sha256").hexdigest()


async def as_announced(upload: Upload, body: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The chunks of a body, never more than `byte_size` bytes of them; OtherBytes when they are not the upload's."""
    digest, size = sha256(), 0
    async for chunk in body:
        size += len(chunk)
        if size > upload.byte_size:
            raise OtherBytes(LONGER)
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != upload.sha256:
        raise OtherBytes(CHANGED)


def _announced(key: str, headers: Mapping[str, str], expires: str) -> Upload:
    """Nothing here can be malformed: we signed it."""
    return Upload(
        key=key,
        content_type=headers["content-type"],
        byte_size=int(headers["content-length"]),
        sha256=b64decode(headers["x-amz-checksum-sha256"]).hex(),
        expires_at=datetime.fromtimestamp(int(expires), UTC),
    )
