"""Items out of a file: each row changes the item that it names, or makes a new one."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from db.constraints import unique
from db.item_plans import find, planned
from db.item_writing import add_items, edit_items
from db.repositories.audit_events import SYSTEM
from rules.item_cell_inputs import external_of
from rules.item_cells import canonical
from rules.item_import import Outcome
from rules.items import external_taken, taken
from rules.refusals import CONFLICT, Refusal, Refusals
from rules.specifications import SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable, Iterator, Sequence
    from datetime import datetime

    from db.connection import Row
    from db.database import Transaction
    from db.item_plans import Found, Plan, Target
    from db.repositories.audit_events import Actor
    from rules.item_files import FileRow

TakenValue: TypeAlias = "tuple[Plan, str]"
"""A row whose value of a specification, by its id, another item has."""


class ItemImport:
    """A file on its way into a collection; one object sees all its rows, batch by batch."""

    def __init__(self, target: Target, *, now: datetime, by: Actor = SYSTEM) -> None:
        self._target = target
        self._now = now
        self._by = by
        self._rows: dict[int, int] = {}
        """Which row was first to take an item or an external name, and without writing a unique value.

        By hashes of 64 bits, for there may be millions of them.
        """

    async def take(self, tx: Transaction, rows: Sequence[FileRow], *, writes: bool = True) -> Outcome:
        """What these rows do, when it is done; where there are errors, who calls undoes it.

        Without `writes` it is checked only, unique values too.
        """
        found, outcome = await find(tx, self._target, rows), Outcome()
        plans = [plan for row in rows if (plan := self._planned(row, found, outcome))]
        edits = [plan for plan in plans if plan.before and plan.changes]
        additions = [plan for plan in plans if not plan.before]
        outcome.count(len(additions), len(edits), len(plans))
        if writes:
            async with unique(uq_items_owner_id_external=external_taken()):
                taken_values = await self._write(tx, edits, additions, found)
        else:
            taken_values = await self._taken(tx, [*edits, *additions], found)
        for plan, specification_id in taken_values:
            (known,) = (one for one in found.definitions[plan.category_id] if one.id == specification_id)
            outcome.refuse(plan.number, taken(known.label, canonical(f"{SPECIFICATION}{known.key}")))
        return outcome

    def _planned(self, row: FileRow, found: Found, outcome: Outcome) -> Plan | None:
        """What becomes of a row; None where something is wrong with it."""
        try:
            item = found.item(row)
            self._take_once(row, item)
            return planned(row, item, found)
        except Refusal as reason:
            outcome.refuse(row.number, reason)
        except Refusals as several:
            outcome.refuse(row.number, *several.reasons)
        return None

    def _take_once(self, row: FileRow, item: Row | None) -> None:
        """Refuse what an earlier row was about already."""
        external = external_of(row.cells)
        owner_id = item.owner_id if item else self._target.owner_id
        for column, name in (("id", item and item.id), ("external", external and (owner_id, external))):
            if name and (first := self._first_row(name, row.number)) != row.number:
                message = "Row {first} is about the same item: leave one of them away."
                raise Refusal(CONFLICT, message, column, first=first)

    def _first_row(self, name: Hashable, row: int) -> int:
        return self._rows.setdefault(hash(name), row)

    async def _write(
        self, tx: Transaction, edits: Sequence[Plan], additions: Sequence[Plan], found: Found
    ) -> list[TakenValue]:
        """Edits first: what they let go of is free for what is new."""
        now, owner = self._now, {"owner_id": self._target.owner_id}
        clashes = await edit_items(tx, [(plan.before, plan.columns) for plan in edits], found.known, now=now)
        rows = [{**plan.columns, **owner, "id": plan.item_id} for plan in additions]
        clashes += await add_items(tx, rows, found.known, now=now)
        await self._write_links(tx, edits, additions)
        await tx.audit.record_all("item.updated", _told(edits), now=now, by=self._by)
        await tx.audit.record_all("item.created", _told(additions), now=now, by=self._by)
        by_item = {plan.item_id: plan for plan in (*edits, *additions)}
        return [(by_item[clash.item_id], clash.specification_id) for clash in clashes]

    async def _write_links(self, tx: Transaction, edits: Sequence[Plan], additions: Sequence[Plan]) -> None:
        for plan in edits:
            if plan.links is not None:
                await tx.items.urls.write(plan.item_id, plan.links, now=self._now)
        moments = {"created_at": self._now, "updated_at": self._now}
        placed = ((plan.item_id, place, link) for plan in additions for place, link in enumerate(plan.links or ()))
        await tx.items.urls.add([{**link, **moments, "item_id": one, "position": place} for one, place, link in placed])

    async def _taken(self, tx: Transaction, plans: Sequence[Plan], found: Found) -> list[TakenValue]:
        """The unique values that other items have, or other rows of the file."""
        wanted = {plan.item_id: plan.claims(found) for plan in plans}
        holders = await tx.indexed_values.holders({claim for claims in wanted.values() for claim in claims})
        return [
            (plan, claim[0])
            for plan in plans
            for claim in sorted(wanted[plan.item_id])
            if self._first_row(claim, plan.number) != plan.number or holders.get(claim, plan.item_id) not in wanted
        ]


async def batches(rows: Iterator[FileRow], number: int) -> AsyncIterator[list[FileRow]]:
    """The rows of a file, so many at once, read away from the event loop."""
    while batch := await asyncio.to_thread(lambda: list(islice(rows, number))):
        yield batch


def _told(plans: Sequence[Plan]) -> list[tuple[str, list[dict[str, str | None]]]]:
    return [(plan.item_id, plan.told()) for plan in plans]
