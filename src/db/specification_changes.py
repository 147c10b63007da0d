"""Changing a definition: what it means for the items below is counted, their index follows, their values stay."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from db.repositories.indexed_values import INDEXED
from db.repositories.specifications import DEFINITION, definitions
from rules.specification_changes import Impact

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from db.connection import Row
    from db.database import Transaction
    from rules.specification_changes import Change
    from rules.specifications import Definition

COUNTED = INDEXED | {"name"}
"""What of an item is counted, and told of."""
BATCH = 500


async def count(tx: Transaction, change: Change) -> Impact:
    """What a change does to all items below; the definition is locked, so that none gets another value meanwhile."""
    impact, after = Impact(change), change.after
    if change.is_free:
        return impact
    known: dict[str, tuple[Definition, ...]] = {}
    async for items, rows in _batches(tx, after.category_id):
        known |= {category: _changed(definitions(rows[category]), after) for category in rows.keys() - known.keys()}
        for item in items:
            impact.count(item, known[item.category_id])
    if change.left_out:
        await _keep_options(tx, impact)
    return impact


async def follow(tx: Transaction, row: Row | None, change: Change, impact: Impact, *, now: datetime) -> None:
    """Let the index and the unique values follow a change that is written; `row` is what was there before."""
    after, was = change.after, bool(row and row.filterable)
    version = row.version + 1 if row else 1
    if not after.filterable:
        if was:
            await tx.editions.drop(after.id, now=now)
    elif impact.reindexes or not was:
        await tx.editions.begin(after.id, after.category_id, version, after, now=now)
    else:
        await tx.editions.amend(after.id, version, after, now=now)
    if impact.relabels:
        await tx.editions.follow(after.category_id, now=now)
    await _claim(tx, change)


async def _keep_options(tx: Transaction, impact: Impact) -> None:
    """Note the options that anybody has under the definition, in other branches too: what has moved may come back."""
    last: str | None = None
    while items := await tx.items.with_value_of(impact.change.after.id, last, BATCH):
        for item in items:
            impact.keep(item.specification_values)
        last = items[-1].id
        await asyncio.sleep(0)  # others get their turn


async def _claim(tx: Transaction, change: Change) -> None:
    """Have unique values claimed as they are read now, or let them go."""
    if change.claims_anew or (change.before and change.before.unique and not change.after.unique):
        await tx.indexed_values.release(change.after.id)
    if change.claims_anew:
        async for items, rows in _batches(tx, change.after.category_id):
            await tx.indexed_values.claim_all(change.after, items, rows)


def _changed(known: tuple[Definition, ...], after: Definition) -> tuple[Definition, ...]:
    """What a category has after a change; where a nearer definition has the same key, that one counts."""
    if any(one.key == after.key and one.id != after.id for one in known):
        return known
    return (*(one for one in known if one.id != after.id), after)


async def _batches(tx: Transaction, category_id: str) -> AsyncIterator[tuple[list[Row], dict[str, list[Row]]]]:
    """All items of the branch by id, deleted ones too, with the definitions of the categories that were met so far."""
    last: str | None = None
    rows: dict[str, list[Row]] = {}
    while items := await tx.items.below(COUNTED, category_id, last, BATCH):
        if unmet := {item.category_id for item in items} - rows.keys():
            rows |= await tx.specifications.of_categories(DEFINITION, sorted(unmet))
        yield items, rows
        last = items[-1].id
        await asyncio.sleep(0)  # others get their turn
