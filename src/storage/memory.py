"""Files in the process's memory: the twin of the others, for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from secrets import token_bytes
from typing import TYPE_CHECKING

from storage.storage import CHUNK, Missing, Stored, Ticket, Upload, require_key, require_prefix
from storage.tickets import Tickets, as_announced

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator


class MemoryStorage:
    """A dict of files, gone with the object; so are its tickets where no `key` is given."""

    is_public = False

    def __init__(self, public_url: str = "", key: bytes | None = None) -> None:
        self.tickets = Tickets(public_url, key or token_bytes(32))
        self._public_url = public_url
        self._files: dict[str, tuple[bytes, datetime]] = {}

    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes."""
        require_key(key)
        self._files[key] = (data, datetime.now(UTC))

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The bytes in chunks, or Missing."""
        require_key(key)
        if key not in self._files:
            raise Missing
        data, _ = self._files[key]
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]

    async def delete(self, key: str) -> None:
        """Forget the bytes."""
        require_key(key)
        self._files.pop(key, None)

    async def list(self, prefix: str) -> AsyncIterator[Stored]:
        """What is kept under keys that begin so."""
        require_prefix(prefix)
        for key, (data, modified_at) in sorted(self._files.items()):
            if key.startswith(prefix):
                yield Stored(key, len(data), modified_at)

    async def ticket(self, upload: Upload, now: datetime) -> Ticket:  # noqa: ARG002  (only S3 signs with the time)
        """A PUT under /media."""
        return self.tickets.issue(upload)

    async def receive(self, upload: Upload, body: AsyncIterable[bytes]) -> None:
        """Keep an upload, or OtherBytes."""
        await self.put(upload.key, b"".join([chunk async for chunk in as_announced(upload, body)]))

    def url(self, key: str) -> str:
        """The file under /media."""
        return f"{self._public_url}/media/{key}"

    async def check(self) -> None:
        """There is always room."""

    async def close(self) -> None:
        """Nothing is held."""
