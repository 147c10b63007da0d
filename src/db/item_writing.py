"""Writing items together with the index by which they are found, for one as for thousands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from db.repositories.indexed_values import INDEXED
from db.repositories.items import texts
from db.repositories.specifications import definitions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from db.connection import Row
    from db.database import Transaction
    from db.repositories.indexed_values import Clash
    from rules.specifications import Definition


async def locked_items(tx: Transaction, ids: Sequence[str], *categories: str) -> tuple[list[Row], dict[str, list[Row]]]:
    """Those of these rows that are there, whole, and the definitions of where they are and of these categories.

    Nobody else changes any of it until the transaction ends. Everybody locks in one order, lest two wait for each
    other: the tree's turn, definitions, categories, and then items, by id.
    """
    known = await tx.specifications.kept(sorted({*await tx.items.places_of(ids), *categories}))
    items = await tx.items.all_locked(ids)
    if moved := {item.category_id for item in items} - known.keys():  # by others, between the two
        known |= await tx.specifications.kept(sorted(moved))
    return items, known


async def add_items(
    tx: Transaction, rows: Sequence[Mapping[str, Any]], known: Mapping[str, Sequence[Row]], *, now: datetime
) -> list[Clash]:
    """New items, without moments, version and `texts`. What clashes with another item's unique value is told.

    `known` are the definitions of each category, by its id, as `specifications.kept` gives them.
    """
    rules, recorded = _rules(known), {"created_at": now, "updated_at": now, "version": 1}
    await tx.items.add([{**row, **texts(row, rules[row["category_id"]]), **recorded} for row in rows])
    return await tx.indexed_values.follow([SimpleNamespace(**row) for row in rows], known)


async def edit_items(
    tx: Transaction,
    changes: Sequence[tuple[Row, Mapping[str, Any]]],
    known: Mapping[str, Sequence[Row]],
    *,
    now: datetime,
) -> list[Clash]:
    """Set these columns of whole, locked rows; clashes are told as by `add_items`. The version of each grows by one."""
    rules = _rules(known)
    after = [row._replace(**columns) for row, columns in changes]
    told = [texts(item._asdict(), rules[item.category_id]) for item in after]
    await tx.items.edit([(row, {**columns, **one}) for (row, columns), one in zip(changes, told, strict=True)], now=now)
    moved = [item for item, (_, columns) in zip(after, changes, strict=True) if not INDEXED.isdisjoint(columns)]
    return await tx.indexed_values.follow(moved, known) if moved else []


async def reread_items(tx: Transaction, items: Sequence[Row], known: Mapping[str, Sequence[Row]]) -> None:
    """Let all that whole, locked rows are found by follow definitions that have changed; they are not edited.

    Unique values are claimed where they are free: nobody is there to be refused.
    """
    rules = _rules(known)
    await tx.items.note_texts([(item, texts(item._asdict(), rules[item.category_id])) for item in items])
    await tx.indexed_values.follow(items, known)


def _rules(known: Mapping[str, Sequence[Row]]) -> dict[str, tuple[Definition, ...]]:
    return {category: definitions(rows) for category, rows in known.items()}
