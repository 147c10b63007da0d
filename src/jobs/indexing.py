"""The index of items follows definitions and categories that change: in batches, while others go on writing items."""

from __future__ import annotations

import asyncio
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from db.item_writing import locked_items, reread_items
from db.repositories.specifications import DEFINITION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from db.connection import Row
    from db.database import Database, Transaction
    from jobs.worker import Clock

ITEMS_AT_ONCE = 500
"""So many items are locked at once."""
ROWS_AT_ONCE = 5_000
Result = TypeVar("Result")


async def build_edition(db: Database, clock: Clock, event: Row) -> None:
    """Index every item below a definition's category in the edition that an EDITION_WANTED event names.

    Begun again, it goes on where it was cut off; it ends where the edition is whole, or given up for a newer one.
    """
    while await _in_turn(db, partial(_build_on, event.subject_id, clock())):
        pass


async def purge_edition(db: Database, event: Row) -> None:
    """Take away the edition that an EDITION_OUTDATED event names."""
    while await _in_turn(db, lambda tx: tx.editions.purge(event.subject_id, ROWS_AT_ONCE)):
        pass


async def follow_category(db: Database, event: Row) -> None:
    """Have every item below the category that a CATEGORY_MOVED event names found by what holds there now.

    In search and in all editions; always from the start.

    Unique values are claimed where they are free: nobody is there to be refused.
    """
    last: str | None = None
    while ids := await _in_turn(db, partial(_follow_on, event.subject_id, last)):
        last = ids[-1]


async def _in_turn(db: Database, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
    """What `work` does in a transaction; then others have as long a turn, for SQLite wakes nobody who waits."""
    began = monotonic()
    result = await db.attempt(work)
    await asyncio.sleep(monotonic() - began)
    return result


async def _build_on(edition_id: str, now: datetime, tx: Transaction) -> bool:
    """The next batch, or the end; whether there may be more to do."""
    edition = await tx.editions.being_built(edition_id)
    if edition is None:
        return False
    ids = await tx.items.ids_below(edition.category_id, edition.last_item_id, ITEMS_AT_ONCE)
    if not ids:
        await tx.editions.publish(edition, now=now)
        return False
    items = await tx.items.all_locked(ids)
    places = sorted({item.category_id for item in items})
    known = await tx.specifications.of_categories(DEFINITION, places)
    await tx.indexed_values.index(edition, items, known)
    await tx.editions.proceed(edition, ids, now=now)
    return True


async def _follow_on(category_id: str, last: str | None, tx: Transaction) -> Sequence[str]:
    """The next batch; its ids."""
    ids = await tx.items.ids_below(category_id, last, ITEMS_AT_ONCE)
    items, known = await locked_items(tx, ids)
    await reread_items(tx, items, known)
    return ids
