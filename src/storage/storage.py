"""Where the bytes of pictures are: one choice, made in one place."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

FOLDERS = {
    "DESIGN": "designs",
    "ITEM": "items",
    "SERVICE": "services",
    "GALLERY": "galleries",
    "AVATAR": "avatars",
    "MEAL": "meals",
    "TEMP": "temp",
}
"""The folder of each purpose that an image may have."""
INCOMING = "incoming/"
"""What nobody has looked at yet, and nobody is shown: uploads, and files that are not whole."""
CHUNK = 256 * 1024
"""How many bytes are read at once."""
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
}
NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"
"""Plain characters, and no dot at the beginning: no way up, no way out, no hidden file."""
KEY = re.compile(rf"(?:{NAME}/){{0,6}}{NAME}")
PREFIX = re.compile(rf"(?:{NAME}/){{0,6}}(?:{NAME})?")


class StorageUnavailable(Exception):
    """The storage cannot be read or written; the message says why, and names no path."""


class Missing(Exception):
    """Nothing is stored under this key."""


class Stored(NamedTuple):
    """A file in the storage; `modified_at` is in UTC."""

    key: str
    byte_size: int
    modified_at: datetime


@dataclass(frozen=True)
class Upload:
    """What a client is about to bring: `key` is an `incoming_key`, `sha256` in hexadecimal digits."""

    key: str
    content_type: str
    byte_size: int
    sha256: str
    expires_at: datetime

    def __post_init__(self) -> None:
        require_key(self.key)
        if not self.key.startswith(INCOMING):
            raise ValueError("Clients bring files to incoming/ only.")

    @property
    def headers(self) -> dict[str, str]:
        """What the client has to send with the bytes, whatever the storage."""
        return {
            "content-type": self.content_type,
            "content-length": str(self.byte_size),
            "x-amz-checksum-sha256": b64encode(bytes.fromhex(self.sha256)).decode(),
        }


class Ticket(NamedTuple):
    """A request that a client may make, once signed as it is here: another method, key or header is refused."""

    method: str
    url: str
    headers: dict[str, str]


class Storage(Protocol):
    """Files under keys of our own making.

    A key that is none is a ValueError; what keeps the storage from its work is a StorageUnavailable.
    """

    @property
    def is_public(self) -> bool:
        """Whether clients fetch the files from the storage itself, and not from our /media."""

    async def put(self, key: str, data: bytes) -> None:
        """Store a file, in place of any other under its key; when this returns, a crash does not lose it."""

    def read(self, key: str) -> AsyncIterator[bytes]:
        """The file's bytes, in chunks; the first one raises Missing when there is no such file."""

    async def delete(self, key: str) -> None:
        """Take a file away for good, if it is there."""

    def list(self, prefix: str) -> AsyncIterator[Stored]:
        """Every file whose key begins with `prefix`, in any order."""

    async def ticket(self, upload: Upload, now: datetime) -> Ticket:
        """A request by which a client brings exactly this file, until the upload expires."""

    def url(self, key: str) -> str:
        """Where clients fetch the file."""

    async def check(self) -> None:
        """Raise StorageUnavailable when nothing can be written."""

    async def close(self) -> None:
        """Let go of connections."""


def image_key(purpose: str, extension: str, *, now: datetime, unique: str) -> str:
    """A picture's key, such as designs/2026/03/20260309_0195….jpg; `now` is in UTC, `unique` an id."""
    return f"{FOLDERS[purpose]}/{now:%Y/%m/%Y%m%d}_{unique}.{extension}"


def incoming_key(upload_id: str) -> str:
    """Where a client brings the bytes of an upload."""
    return f"{INCOMING}{upload_id}"


def content_type(key: str) -> str:
    """The media type that a key's extension stands for."""
    return CONTENT_TYPES.get(key.rpartition(".")[2], "application/octet-stream")


def require_key(key: str) -> None:
    """Raise ValueError for what cannot be the key of a file."""
    if not KEY.fullmatch(key):
        raise ValueError("This is not the key of a stored file.")


def require_prefix(prefix: str) -> None:
    """Raise ValueError for what cannot be the beginning of a key."""
    if not PREFIX.fullmatch(prefix):
        raise ValueError("This is not the beginning of a key.")
