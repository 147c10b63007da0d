"""Where the bytes of pictures are kept, and under which keys."""

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


class Storage(Protocol):
    """Keeps bytes under keys."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes: all of them, or nothing under this key. ValueError for a key that cannot be."""

    async def check(self) -> None:
        """Raise OSError when nothing can be written."""

    def url(self, key: str) -> str:
        """Where clients load the bytes from."""


def image_key(purpose: str, extension: str, image_id: str, *, now: datetime) -> str:
    """A key that nobody else has: `{folder}/{year}/{month}/{YYYYMMDD}_{uuid}.{extension}`."""
    return f"{FOLDERS[purpose]}/{now:%Y}/{now:%m}/{now:%Y%m%d}_{image_id}.{extension}"
