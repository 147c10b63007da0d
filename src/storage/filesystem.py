"""Storage in a folder."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import aiofiles

SCHEME = "file://"


class FilesystemStorage:
    """Keeps each key as a file below `root`; `public_url` stands before /media/ in the URLs that clients get."""

    def __init__(self, root: Path, public_url: str) -> None:
        self._root = root
        self._url = f"{public_url}/media/"

    async def put(self, key: str, data: bytes) -> None:
        """Write beside, fsync, then rename: a crash leaves the whole file or none."""
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{uuid4().hex}.part")
        try:
            async with aiofiles.open(beside, "xb") as file:
                await file.write(data)
                await file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            await asyncio.to_thread(_rename, beside, path)
        except BaseException:
            with suppress(FileNotFoundError):
                beside.unlink()
            raise

    async def check(self) -> None:
        """Write a file and remove it again."""
        await asyncio.to_thread(_try_writing, self._root)

    def url(self, key: str) -> str:
        """A path on this server, or an absolute URL where PUBLIC_URL is set."""
        return self._url + key

    def path(self, key: str) -> Path:
        """The file of a key; ValueError for one that leads out of the root."""
        if "\0" in key or "\\" in key or any(part in ("", ".", "..") for part in key.split("/")):
            raise ValueError("this cannot be a key")
        path = self._root / key
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise ValueError("this key leads out of the storage")
        return path


def open_storage(url: str, public_url: str) -> FilesystemStorage:
    """The storage behind a `file:///…` URL."""
    return FilesystemStorage(Path(url.removeprefix(SCHEME)), public_url)


def _rename(beside: Path, path: Path) -> None:
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _try_writing(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    probe = root / f".{uuid4().hex}.check"
    probe.touch()
    probe.unlink()
