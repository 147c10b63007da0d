"""Writing items together with the index by which they are found, for one as for thousands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from db.connection import Row
    from db.database import Transaction
    from db.repositories.indexed_values import Clash

INDEXED = {"category_id", "visibility", "deleted_at", "specification_values"}
"""The columns that the index follows."""


async def add_items(
    tx: Transaction, rows: Sequence[Mapping[str, Any]], known: Mapping[str, Sequence[Row]], *, now: datetime
) -> list[Clash]:
    """New items, without moments, version and folded texts. What clashes with another item's unique value is told.

    `known` are the definitions of each category, by its id, as `specifications.kept` gives them.
    """
    await tx.items.add([{**row, "created_at": now, "updated_at": now, "version": 1} for row in rows])
    return await tx.indexed_values.follow([SimpleNamespace(**row) for row in rows], known)


async def edit_items(
    tx: Transaction,
    changes: Sequence[tuple[Row, Mapping[str, Any]]],
    known: Mapping[str, Sequence[Row]],
    *,
    now: datetime,
) -> list[Clash]:
    """Set these columns of whole, locked rows; clashes are told as by `add_items`. The version of each grows by one."""
    await tx.items.edit(changes, now=now)
    moved = [row._replace(**columns) for row, columns in changes if not INDEXED.isdisjoint(columns)]
    return await tx.indexed_values.follow(moved, known) if moved else []
