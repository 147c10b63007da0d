"""What the rows of a file are about: items by their id or external name, and the definitions that they are read by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, select

from db.among import Among
from db.models import UniqueValue
from db.repositories.categories import subtree
from db.repositories.specifications import definitions
from db.sources import Source
from db.types import Id
from rules.item_cell_inputs import external_of
from rules.refusals import NOT_UNIQUE, STATE, Refusal, not_found

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from db.connection import Row
    from db.database import Reader, Transaction
    from rules.indexing import Claim
    from rules.item_files import FileRow
    from rules.specifications import Definition

GLOBAL_ID = re.compile(r"Item_([0-9a-f]{32})", re.ASCII)
URL_COLUMNS = frozenset({"url", "label"})
CLAIMS = Source(UniqueValue).table


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go: new items into this category, to this owner. Staff may also change what others own."""

    category_id: str
    owner_id: str
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What there is, of all that some rows are about."""

    target: Target
    known: Mapping[str, Sequence[Row]]
    """The definitions of each category of the branch, by its id; whole rows."""
    definitions: Mapping[str, Sequence[Definition]]
    currency: str
    urls: Mapping[str, Sequence[Row]]
    by_id: Mapping[str, Row]
    by_external: Mapping[tuple[str, str], Row]
    """By the owner and the name."""

    def item(self, row: FileRow) -> Row | None:
        """The item that a row changes; None: it makes a new one. A Refusal where that cannot be."""
        given, external = row.cells.get("id", "").strip(), external_of(row.cells)
        named = self.by_id.get(_row_id(given)) if given else None
        if given and (named is None or not (self.target.by_staff or named.owner_id == self.target.owner_id)):
            raise not_found("id")
        holder = self.by_external.get((named.owner_id if named else self.target.owner_id, external or ""))
        if named and holder and holder.id != named.id:
            raise Refusal(NOT_UNIQUE, "Another item has this external name already.", "external")
        if (found := named or holder) and found.deleted_at:
            raise Refusal(STATE, "This item is deleted: restore it first.", "id" if named else "external")
        return found

    def category_of(self, item: Row | None) -> str:
        """Where an item is when it is imported: where it was, if that is below the category of the file."""
        return item.category_id if item and item.category_id in self.known else self.target.category_id


async def find(tx: Transaction, target: Target, rows: Sequence[FileRow]) -> Found:
    """What these rows are about; the items are locked, and neither the owner nor a definition changes meanwhile."""
    await tx.users.locked(target.owner_id)
    known = await tx.specifications.kept(await branch(tx, target.category_id))
    studio = await tx.studios.get(frozenset({"currency"}))
    given = (_row_id(row.cells.get("id", "").strip()) for row in rows)
    by_id = {item.id: item for item in await tx.items.all_locked([one for one in given if one])}
    externals = {name for row in rows if (name := external_of(row.cells))}
    by_external: dict[tuple[str, str], Row] = {}
    for owner_id in sorted({target.owner_id, *(item.owner_id for item in by_id.values())}):
        named = await tx.items.by_external(owner_id, sorted(externals)) if externals else []
        by_external |= {(owner_id, item.external): item for item in named}
    urls = await tx.items.urls_of(URL_COLUMNS, [*by_id, *(item.id for item in by_external.values())])
    rules = {category: definitions(its) for category, its in known.items()}
    return Found(target, known, rules, studio.currency if studio else "USD", urls, by_id, by_external)


async def branch(reader: Reader, category_id: str) -> list[str]:
    """The ids of a category and all below it, the category first."""
    rows = await reader.connection.all(_branch, category_id=category_id)
    return sorted((row.id for row in rows), key=lambda one: (one != category_id, one))


async def claimed(tx: Transaction, claims: Collection[Claim]) -> dict[Claim, str]:
    """Which item has each of these unique values, as far as one has."""
    if not claims:
        return {}
    specifications, values = ([*set(part)] for part in zip(*claims, strict=True))
    rows = await tx.connection.all(_claimed, specifications=specifications, values=values)
    return {(row.specification_id, row.value): row.item_id for row in rows}


def _row_id(given: str) -> str:
    match = GLOBAL_ID.fullmatch(given)
    return match[1] if match else ""


def _branch() -> Executable:
    return subtree(bindparam("category_id", type_=Id()))


def _claimed() -> Executable:
    among = Among(CLAIMS.c.specification_id, "specifications"), Among(CLAIMS.c.value, "values")
    return select(CLAIMS.c.specification_id, CLAIMS.c.value, CLAIMS.c.item_id).where(*among)
