"""Items out of a file: each row changes the item that it names, or makes a new one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from db.constraints import unique
from db.item_lookup import find, given_id, rules_kept, rules_now
from db.item_plans import Plan, claimant_of, planned
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
    from db.database import Reader, Transaction
    from db.item_lookup import Found, Rules, Target
    from db.item_plans import Claimant
    from db.repositories.audit_events import Actor
    from rules.item_files import FileRow

MOST_AT_ONCE = 40_000
"""How much a batch holds, in characters and cells: all of it is worked on between two looks at the clock."""


class ItemImport:
    """A file on its way into a collection; one object checks all its rows, or writes them, batch by batch."""

    def __init__(self, target: Target, *, now: datetime, by: Actor = SYSTEM) -> None:
        self._target = target
        self._now = now
        self._by = by
        self._rows: dict[int, int] = {}
        """Which row was first to take an item, an external name or a unique value.

        By hashes of 64 bits, here and below, for there may be millions of them.
        """
        self._let_go: set[int] = set()
        """Unique values that are free when these rows are written."""
        self._read: tuple[Reader, Rules] | None = None
        """What holds for all rows, as whoever reads them now has found it."""

    async def check(self, reader: Reader, rows: Sequence[FileRow]) -> Outcome:
        """What these rows would do, and all that is wrong with them; nothing is locked."""
        if self._read is None or self._read[0] is not reader:
            self._read = reader, await rules_now(reader, self._target)
        found, outcome = await find(reader, self._target, self._read[1], rows), Outcome()
        plans, wrong = await self._planned(rows, found, outcome)
        claimants = [plan.claimant(found) for plan in plans if plan.changes] + wrong
        for claimant, specification_id in await self._taken(reader, claimants):
            _refuse_taken(outcome, claimant, specification_id, found)
        return outcome

    async def write(self, tx: Transaction, rows: Sequence[FileRow]) -> Outcome:
        """What these rows have done; where there are errors, who calls undoes it."""
        if self._read is None or self._read[0] is not tx:
            self._read = tx, await rules_kept(tx, self._target)
        found, outcome = await find(tx, self._target, self._read[1], rows, locked=True), Outcome()
        plans, _ = await self._planned(rows, found, outcome)
        async with unique(uq_items_owner_id_external=external_taken()):
            for plan, specification_id in await self._write(tx, plans, found):
                _refuse_taken(outcome, plan, specification_id, found)
        return outcome

    async def _planned(
        self, rows: Sequence[FileRow], found: Found, outcome: Outcome
    ) -> tuple[list[Plan], list[Claimant]]:
        """What becomes of the rows, and what is claimed by those with which something is wrong."""
        plans: list[Plan] = []
        wrong: list[Claimant] = []
        for row in rows:
            match self._plan(row, found, outcome):
                case Plan() as plan:
                    plans.append(plan)
                case claimant if claimant:
                    wrong.append(claimant)
            await asyncio.sleep(0)  # others have a turn
        created = sum(plan.before is None for plan in plans)
        outcome.count(created, sum(plan.changes for plan in plans) - created, len(plans))
        return plans, wrong

    def _plan(self, row: FileRow, found: Found, outcome: Outcome) -> Plan | Claimant | None:
        """What becomes of a row; None where nobody knows what it is about."""
        try:
            item = found.item(row)
            self._take_once(row, item)
        except Refusal as reason:
            outcome.refuse(row.number, reason)
            return None
        try:
            return planned(row, item, found)
        except Refusal as reason:
            outcome.refuse(row.number, reason)
        except Refusals as several:
            outcome.refuse(row.number, *several.reasons)
        return claimant_of(row, item, found)

    def _take_once(self, row: FileRow, item: Row | None) -> None:
        """Refuse what an earlier row was about already."""
        external = external_of(row.cells)
        owner_id = item.owner_id if item else self._target.owner_id
        named_by = "id" if given_id(row) else "external"
        for column, name in ((named_by, item and item.id), ("external", external and (owner_id, external))):
            if name and (first := self._first_row(name, row.number)) != row.number:
                message = "Row {first} is about the same item: leave one of them away."
                raise Refusal(CONFLICT, message, column, first=first)

    def _first_row(self, name: Hashable, row: int) -> int:
        return self._rows.setdefault(hash(name), row)

    async def _write(self, tx: Transaction, plans: Sequence[Plan], found: Found) -> list[tuple[Plan, str]]:
        """Edits first: what they let go of is free for what is new. Gives values that are taken, by specification."""
        edits = [plan for plan in plans if plan.before and plan.changes]
        additions = [plan for plan in plans if not plan.before]
        now, owner = self._now, {"owner_id": self._target.owner_id}
        clashes = await edit_items(tx, [(plan.before, plan.columns) for plan in edits], found.rules.known, now=now)
        rows = [{**plan.columns, **owner, "id": plan.item_id} for plan in additions]
        clashes += await add_items(tx, rows, found.rules.known, now=now)
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

    async def _taken(self, reader: Reader, claimants: Sequence[Claimant]) -> list[tuple[Claimant, str]]:
        """The unique values that other items keep, or that other rows of the file claim."""
        self._let_go |= {hash(claim) for one in claimants for claim in one.let_go}
        holders = await reader.indexed_values.holders({claim for one in claimants for claim in one.wanted})
        free = {claim for claim in holders if hash(claim) in self._let_go}
        return [
            (one, claim[0])
            for one in claimants
            for claim in sorted(one.wanted)
            if self._first_row(claim, one.number) != one.number
            or (claim not in free and holders.get(claim, one.item_id) != one.item_id)
        ]


async def batches(rows: Iterator[FileRow], number: int) -> AsyncIterator[list[FileRow]]:
    """The rows of a file, at most so many at once and fewer large ones, read away from the event loop."""
    while batch := await asyncio.to_thread(_batch, rows, number):
        yield batch


def _batch(rows: Iterator[FileRow], number: int) -> list[FileRow]:
    batch: list[FileRow] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += row.size
        if len(batch) == number or size >= MOST_AT_ONCE:
            break
    return batch


def _refuse_taken(outcome: Outcome, row: Plan | Claimant, specification_id: str, found: Found) -> None:
    (known,) = (one for one in found.rules.definitions[row.category_id] if one.id == specification_id)
    outcome.refuse(row.number, taken(known.label, canonical(f"{SPECIFICATION}{known.key}")))


def _told(plans: Sequence[Plan]) -> list[tuple[str, list[dict[str, str | None]]]]:
    return [(plan.item_id, plan.told()) for plan in plans]
