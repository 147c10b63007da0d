"""A definition that changes under items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.events import EVENTS
from db.repositories.editions import CATEGORY_MOVED, EDITION_WANTED
from jobs.indexing import build_edition, follow_category
from services.collections import a_specification, define, plant_items
from services.rows import THEN, a_category
from services.specification_mutations import UPDATE, answer_of, id_of, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Executable

    from db.database import Database
    from services.accounts import Account
    from services.collections import Content
    from services.server import Server

VALUES = """
query ($ids: [ID!]!, $key: String!) {
  nodes(ids: $ids) { ... on Item { id specification(key: $key) { text fits integer display options { key label } } } }
}
"""
SAME = ("items", "indexed_values", "unique_values", "events")
"""The tables of what a change of a definition that does nothing to items leaves alone."""
CHANGE = "query ($id: ID!) { node(id: $id) { ... on Specification { change { status done total } } } }"


class Defined:
    """A category with one specification, items that have values of it, and staff who change it."""

    def __init__(self, server: Server, db: Database, staff: Account) -> None:
        self.server = server
        self.db = db
        self.staff = staff
        self.category = a_category("Cameras")
        self.specification: dict[str, Any] = {}
        self.items: list[dict[str, Any]] = []

    async def define(self, key: str, type: str = "TEXT", **named: Any) -> None:  # noqa: A002  (the column's name)
        """Write the category and its specification."""
        self.specification = a_specification(self.category["id"], key, type, **named)
        async with self.db.transaction() as tx:
            await tx.categories.add([self.category])
            await define(tx, self.specification)

    async def plant(self, *values: Content | None, **named: Any) -> None:
        """Write an item for each of these values; None: without one."""
        given: Sequence[Mapping[str, Content]] = [
            {} if one is None else {self.specification["key"]: one} for one in values
        ]
        async with self.db.transaction() as tx:
            self.items += await plant_items(tx, self.category["id"], self.staff.id, given, **named)

    def change(self, how: str = "ABORT", *, dry: bool = False, **given: Any) -> Any:
        """What updateSpecification answers."""
        return answer_of(self.server, UPDATE, self.staff, id=id_of(self.specification), input=given, how=how, dry=dry)

    def values(self) -> list[Any]:
        """What each item says, the first first."""
        ids = [id_of(item, "Item") for item in self.items]
        pages = [ids[start : start + 100] for start in range(0, len(ids), 100)]
        found = [self._page(page) for page in pages]
        return [node["specification"] for nodes in found for node in nodes]

    async def index(self) -> list[tuple[Any, ...]]:
        """By what items are found now, whichever edition holds it."""
        tables = await written(self.db, "specifications", "specification_editions", "indexed_values")
        current = {row.edition_id for row in tables["specifications"]}
        numbers = {row.number for row in tables["specification_editions"] if row.id in current}
        rows = tables["indexed_values"]
        return [(row.value, row.item, row.audience, row.text) for row in rows if row.edition in numbers]

    def progress(self) -> Any:
        """How far the index has come."""
        return self.server.ask(CHANGE, self.staff.headers, id=id_of(self.specification))["node"]["change"]

    async def work(self) -> None:
        """Do what waits for the worker."""
        for event in await self.db.read().connection.all(_waiting):
            if event.kind == EDITION_WANTED:
                await build_edition(self.db, lambda: THEN, event)
            elif event.kind == CATEGORY_MOVED:
                await follow_category(self.db, event)

    def _page(self, ids: list[str]) -> Any:
        key = self.specification["key"]
        return self.server.ask(VALUES, headers=self.staff.headers, ids=ids, key=key)["nodes"]


def _waiting() -> Executable:
    table = EVENTS.table
    return table.select().where(table.c.delivered_at.is_(None)).order_by(table.c.id)
