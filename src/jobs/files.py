"""Files that nothing refers to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.connection import Row
    from storage.storage import Storage


async def discard_file(storage: Storage, event: Row) -> None:
    """Take the file that a FILE_DISCARDED event names out of the storage; it may be gone already."""
    await storage.delete(event.payload["key"])
