"""What there is, of all that the rows of a file are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.repositories.items import URL_COLUMNS
from db.repositories.specifications import DEFINITION, definitions
from rules.global_ids import row_id
from rules.item_cell_inputs import external_of
from rules.items import external_taken, require_live
from rules.refusals import CONFLICT, INVALID, NOT_FOUND, Refusal, not_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row
    from db.database import Reader, Transaction
    from rules.item_files import FileRow
    from rules.specifications import Definition


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go: new items into this category, to this owner. Staff may also change what others own."""

    category_id: str
    owner_id: str
    by_staff: bool = False
    by_operator: bool = False
    """Whoever runs the server may be told that an item is somebody else's."""

    def may_change(self, item: Row) -> bool:
        """Whether rows may be about this item."""
        return self.by_staff or bool(item.owner_id == self.owner_id)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all rows of a file."""

    known: Mapping[str, Sequence[Row]]
    """The definitions of each category of the branch, by its id; whole rows."""
    definitions: Mapping[str, Sequence[Definition]]
    currency: str


@dataclass(frozen=True, slots=True)
class Found:
    """What there is, of all that some rows are about."""

    target: Target
    rules: Rules
    urls: Mapping[str, Sequence[Row]]
    by_id: Mapping[str, Row]
    by_external: Mapping[tuple[str, str], Row]
    """By the owner and the name."""

    def item(self, row: FileRow) -> Row | None:
        """The item that a row changes; None: it makes a new one. A Refusal where that cannot be."""
        given, external = given_id(row), external_of(row.cells)
        named = self._named(given) if given else None
        holder = self.by_external.get((named.owner_id if named else self.target.owner_id, external or ""))
        if named and holder and holder.id != named.id:
            raise external_taken()
        if found := named or holder:
            column = "id" if named else "external"
            require_live(found.deleted_at, column)
            self._require_here(found, column)
        return found

    def _named(self, given: str) -> Row:
        found_id = row_id("Item", given)
        if found_id is None:
            message = "This is no id of an item here: what you call it yourself goes into the column external."
            raise Refusal(INVALID, message, "id")
        named = self.by_id.get(found_id)
        if named and self.target.may_change(named):
            return named
        if named and self.target.by_operator:
            message = "This item belongs to somebody else: name them by --owner, or export with --owner."
            raise Refusal(NOT_FOUND, message, "id")
        raise not_found("id")

    def _require_here(self, item: Row, column: str) -> None:
        if item.category_id not in self.rules.known:
            message = "This item is in another category: import the file there, or move it with updateItem."
            raise Refusal(CONFLICT, message, column)


def given_id(row: FileRow) -> str:
    """What a row says in its `id`; empty where it says nothing."""
    return row.cells.get("id", "").strip()


async def rules_now(reader: Reader, target: Target) -> Rules:
    """What holds at this moment."""
    return await _rules(reader, await reader.specifications.of_categories(DEFINITION, await _branch(reader, target)))


async def rules_kept(tx: Transaction, target: Target) -> Rules:
    """The same; neither the owner nor a definition changes until the transaction ends.

    In the order in which everybody locks (`item_writing.locked_items`); items come behind them.
    """
    await tx.users.locked(target.owner_id)
    await tx.categories.keep_tree()
    return await _rules(tx, await tx.specifications.kept(await _branch(tx, target)))


async def find(reader: Reader, target: Target, rules: Rules, rows: Sequence[FileRow], *, locked: bool = False) -> Found:
    """What these rows are about; where it is `locked` nobody else changes an item that they may change."""
    by_id = {item.id: item for item in await _named(reader, target, rows)}
    if locked:
        own = [item.id for item in by_id.values() if target.may_change(item)]
        foreign = {one: item for one, item in by_id.items() if not target.may_change(item)}
        by_id = foreign | {item.id: item for item in await reader.items.all_locked(own)}
    by_external = {(item.owner_id, item.external): item for item in by_id.values()}
    urls = await reader.items.urls_of(URL_COLUMNS, list(by_id))
    return Found(target, rules, urls, by_id, by_external)


async def _branch(reader: Reader, target: Target) -> list[str]:
    if branch := await reader.categories.branch(target.category_id):
        return branch
    raise not_found("categoryId")


async def _rules(reader: Reader, known: Mapping[str, Sequence[Row]]) -> Rules:
    studio = await reader.studios.get(frozenset({"currency"}))
    own = {category: definitions(its) for category, its in known.items()}
    return Rules(known, own, studio.currency if studio else "USD")


async def _named(reader: Reader, target: Target, rows: Sequence[FileRow]) -> list[Row]:
    """The items that rows name by their id, and those of the same owners that they name as these do."""
    named = await reader.items.whole([one for row in rows if (one := row_id("Item", given_id(row)))])
    externals = sorted({name for row in rows if (name := external_of(row.cells))})
    owners = sorted({target.owner_id, *(item.owner_id for item in named if target.may_change(item))})
    called = [await reader.items.by_external(owner_id, externals) for owner_id in owners] if externals else []
    return [*named, *(item for its in called for item in its)]
