"""Where the bytes of pictures are: one choice, made in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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


class StorageUnavailable(Exception):
    """The storage cannot be written; the message says why, and names no path."""


class Storage(Protocol):
    """Files under keys of our own making; a key that `image_key` could not have made is a ValueError."""

    async def put(self, key: str, data: bytes) -> None:
        """Store a file, in place of any other under its key; when this returns, a crash does not lose it."""

    def url(self, key: str) -> str:
        """Where clients fetch the file."""

    async def check(self) -> None:
        """Raise StorageUnavailable when nothing can be written."""


def image_key(purpose: str, extension: str, *, now: datetime, unique: str) -> str:
    """A picture's key, such as designs/2026/03/20260309_0195….jpg; `now` is in UTC, `unique` an id."""
    return f"{FOLDERS[purpose]}/{now:%Y/%m/%Y%m%d}_{unique}.{extension}"
