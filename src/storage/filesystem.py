"""Files in a folder."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from urllib.parse import unquote

import aiofiles
from aiofiles import os as aiofiles_os

from storage.storage import StorageUnavailable

KEY = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
"""Names of plain characters, none beginning with a dot: no way up, no way out, no hidden file."""


class FilesystemStorage:
    """A folder whose files are served under /media."""

    def __init__(self, root: Path, public_url: str) -> None:
        self._root = root
        self._public_url = public_url.rstrip("/")

    async def put(self, key: str, data: bytes) -> None:
        """Write beside, flush, rename: a file under its final name is whole, whatever happens meanwhile."""
        path = self.path(key)
        await aiofiles_os.makedirs(path.parent, exist_ok=True)
        beside = path.with_name(f".{path.name}.{token_hex(4)}")
        try:
            await _write(beside, data)
            await aiofiles_os.replace(beside, path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
        await _flush_folders(path.parent, self._root)

    def url(self, key: str) -> str:
        """The file under /media."""
        return f"{self._public_url}/media/{key}"

    def path(self, key: str) -> Path:
        """Where the file of a key is, or would be; ValueError for what leads anywhere else."""
        if not KEY.fullmatch(key):
            raise ValueError("This is not the key of a stored file.")
        path = self._root / key
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise ValueError("This key leads out of the storage.")
        return path

    async def check(self) -> None:
        """Write a file and take it away again."""
        probe = self._root / f".check.{token_hex(4)}"
        try:
            await aiofiles_os.makedirs(self._root, exist_ok=True)
            await _write(probe, b"")
            await aiofiles_os.remove(probe)
        except OSError as error:
            raise StorageUnavailable(f"The media folder cannot be written: {error.strerror}.") from error


def open_storage(url: str, public_url: str) -> FilesystemStorage:
    """The storage behind a `file:///…` URL; `public_url` is what clients put before /media."""
    return FilesystemStorage(Path("/" + unquote(url.removeprefix("file://")).lstrip("/")), public_url)


async def _write(path: Path, data: bytes) -> None:
    async with aiofiles.open(path, "xb") as file:
        await file.write(data)
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
