"""Files in a folder."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes, token_hex
from stat import S_ISREG
from typing import TYPE_CHECKING

import aiofiles
from aiofiles import os as aiofiles_os

from storage.storage import (
    CHUNK,
    INCOMING,
    Missing,
    StorageUnavailable,
    Stored,
    Ticket,
    Upload,
    require_key,
    require_prefix,
)
from storage.tickets import Tickets, as_announced

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator


class FilesystemStorage:
    """A folder whose files are served under /media; without `key`, its tickets are good for this object only."""

    is_public = False

    def __init__(self, root: Path, public_url: str, key: bytes | None = None) -> None:
        self._root = root
        self._public_url = public_url.rstrip("/")
        self.tickets = Tickets(self._public_url, key or token_bytes(32))

    async def put(self, key: str, data: bytes) -> None:
        """Store the file, whole or not at all."""
        await self._keep(self.path(key), _one(data))

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The file in chunks, or Missing."""
        path = self.path(key)
        with _available("read"):
            try:
                async with aiofiles.open(path, "rb") as file:
                    while chunk := await file.read(CHUNK):
                        yield chunk
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise Missing from None

    async def delete(self, key: str) -> None:
        """Take the file away, and its name from the disk."""
        path = self.path(key)
        with _available("written"), suppress(FileNotFoundError, NotADirectoryError):
            with suppress(FileNotFoundError):
                await aiofiles_os.remove(path)
            await _flush_folder(path.parent)

    async def list(self, prefix: str) -> AsyncIterator[Stored]:
        """The files below the folder, without links and hidden ones."""
        require_prefix(prefix)
        folder = prefix.rpartition("/")[0]
        folders = os.walk(self.path(folder) if folder else self._root, onerror=_complain)
        with _available("read"):
            while found := await asyncio.to_thread(next, folders, None):
                for stored in await asyncio.to_thread(_stored, self._root, found[0], found[2]):
                    if stored.key.startswith(prefix):
                        yield stored

    async def ticket(self, upload: Upload, now: datetime) -> Ticket:  # noqa: ARG002  (only S3 signs with the time)
        """A PUT under /media."""
        return self.tickets.issue(upload)

    async def receive(self, upload: Upload, body: AsyncIterable[bytes]) -> None:
        """Store an upload as it arrives, or OtherBytes."""
        await self._keep(self.path(upload.key), as_announced(upload, body))

    def url(self, key: str) -> str:
        """The file under /media."""
        return f"{self._public_url}/media/{key}"

    def path(self, key: str) -> Path:
        """Where the file of a key is, or would be; ValueError for what leads anywhere else."""
        require_key(key)
        path = self._root / key
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise ValueError("This key leads out of the storage.")
        return path

    async def check(self) -> None:
        """Write a file and take it away again."""
        probe = self._root / f".check.{token_hex(4)}"
        with _available("written"):
            await aiofiles_os.makedirs(self._root, exist_ok=True)
            await _write(probe, _one(b""))
            await aiofiles_os.remove(probe)

    async def close(self) -> None:
        """Nothing is held."""

    async def _keep(self, path: Path, chunks: AsyncIterable[bytes]) -> None:
        """Write aside, flush, rename: a file under its final name is whole, whatever happens meanwhile."""
        aside = self.path(f"{INCOMING}partial-{token_hex(16)}")  # what a crash leaves there, `studiograph gc` finds
        with _available("written"):
            await aiofiles_os.makedirs(aside.parent, exist_ok=True)
            await aiofiles_os.makedirs(path.parent, exist_ok=True)
            try:
                await _write(aside, chunks)
                await aiofiles_os.replace(aside, path)
            except BaseException:
                with suppress(OSError):
                    aside.unlink()
                raise
            await _flush_folders(path.parent, self._root)


@contextmanager
def _available(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"The media folder cannot be {done}: {error.strerror}.") from error


def _complain(error: OSError) -> None:
    """A folder that is not there holds nothing; one that cannot be read may hold anything."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def _stored(root: Path, folder: str, names: list[str]) -> list[Stored]:
    found = []
    for path in (Path(folder, name) for name in names):
        with suppress(FileNotFoundError, ValueError):  # taken away meanwhile, or none of ours
            key, status = path.relative_to(root).as_posix(), path.lstat()
            require_key(key)
            if S_ISREG(status.st_mode):
                found.append(Stored(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC)))
    return found


async def _one(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _write(path: Path, chunks: AsyncIterable[bytes]) -> None:
    async with aiofiles.open(path, "xb") as file:
        async for chunk in chunks:
            await file.write(chunk)
        await file.flush()
        await _fsync(file.fileno())


async def _flush_folders(folder: Path, root: Path) -> None:
    """Make the names durable, from the file's folder up to the root: any of them may be new."""
    for each in (folder, *folder.parents):
        await _flush_folder(each)
        if each == root:
            return


@aiofiles_os.wrap
def _flush_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


_fsync = aiofiles_os.wrap(os.fsync)
