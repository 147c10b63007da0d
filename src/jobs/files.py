"""Files that nothing refers to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.storage import StorageUnavailable

if TYPE_CHECKING:
    from db.connection import Row
    from storage.storage import Storage


async def discard_file(storage: Storage, event: Row) -> None:
    """Take the file that a FILE_DISCARDED event names out of the storage; it may be gone already.

    ConnectionError while the storage is away.
    """
    try:
        await storage.delete(event.payload["key"])
    except StorageUnavailable as problem:
        raise ConnectionError(str(problem)) from problem
