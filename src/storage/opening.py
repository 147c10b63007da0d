"""Which storage it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage.address import read_address
from storage.filesystem import FilesystemStorage

if TYPE_CHECKING:
    from storage.storage import Storage


def open_storage(url: str, public_url: str, key: bytes | None = None) -> Storage:
    """The storage behind a `file:///…` or `s3://…` URL; `public_url` is what clients put before /media.

    `key` is the server's secret: it signs the tickets of a folder, which without it are good for this object only.
    """
    address = read_address(url)
    if isinstance(address, Path):
        return FilesystemStorage(address, public_url, key)
    from storage.s3 import S3Storage  # noqa: PLC0415  (it takes a while to import, and most have no bucket)

    return S3Storage(address, public_url)
