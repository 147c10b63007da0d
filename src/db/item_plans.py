"""What the rows of a file are about, and what becomes of each: an item that changes, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from db.ids import new_id
from db.repositories.items import URL_COLUMNS
from db.repositories.specifications import definitions
from rules.global_ids import row_id
from rules.indexing import claims
from rules.item_cell_inputs import entered_item, external_of
from rules.item_cells import URLS, cells_of, changed_cells
from rules.items import BLANK, columns, external_taken, require_live, told_changes
from rules.refusals import INVALID, Refusal, not_found
from rules.services import price_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row
    from db.database import Transaction
    from rules.indexing import Claim
    from rules.item_files import FileRow
    from rules.specifications import Definition

PRICE = {"price_amount": None, "price_currency": None}


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
        named = self.by_id.get(row_id("Item", given) or "") if given else None
        if given and (named is None or not (self.target.by_staff or named.owner_id == self.target.owner_id)):
            raise not_found("id")
        holder = self.by_external.get((named.owner_id if named else self.target.owner_id, external or ""))
        if named and holder and holder.id != named.id:
            raise external_taken()
        if found := named or holder:
            require_live(found.deleted_at, "id" if named else "external")
        return found

    def category_of(self, item: Row | None) -> str:
        """Where an item is when it is imported: where it was, if that is below the category of the file."""
        return item.category_id if item and item.category_id in self.known else self.target.category_id


class Plan(NamedTuple):
    """What is set of an item; `before` is None where it is new, `links` where they stay as they are."""

    number: int
    """Of the row."""
    before: Row | None
    item_id: str
    category_id: str
    columns: dict[str, Any]
    links: list[dict[str, Any]] | None
    links_before: Sequence[Row]

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        return self.before is None or bool(self.columns) or self.links is not None

    def claims(self, found: Found) -> set[Claim]:
        """What is unique of the item as it will be."""
        return claims(SimpleNamespace(**self._before() | self.columns), found.definitions[self.category_id])

    def told(self) -> list[dict[str, str | None]]:
        """As the audit tells it."""
        before = self._before()
        after = before | self.columns
        if self.links is not None:
            before |= {"urls": [one._asdict() for one in self.links_before]} if self.before else {}
            after["urls"] = self.links
        old = {"price": price_of(self.before)} if self.before else {}
        return told_changes(before | old, after | {"price": price_of(SimpleNamespace(**PRICE | after))})

    def _before(self) -> dict[str, Any]:
        return self.before._asdict() if self.before else {}


async def find(tx: Transaction, target: Target, rows: Sequence[FileRow]) -> Found:
    """What these rows are about; the items are locked, and neither the owner nor a definition changes meanwhile."""
    await tx.users.locked(target.owner_id)
    known = await tx.specifications.kept(await tx.categories.branch(target.category_id))
    studio = await tx.studios.get(frozenset({"currency"}))
    given = (row_id("Item", row.cells.get("id", "").strip()) for row in rows)
    by_id = {item.id: item for item in await tx.items.all_locked([one for one in given if one])}
    externals = {name for row in rows if (name := external_of(row.cells))}
    by_external: dict[tuple[str, str], Row] = {}
    for owner_id in sorted({target.owner_id, *(item.owner_id for item in by_id.values())}):
        named = await tx.items.by_external(owner_id, sorted(externals)) if externals else []
        by_external |= {(owner_id, item.external): item for item in named}
    urls = await tx.items.urls_of(URL_COLUMNS, [*by_id, *(item.id for item in by_external.values())])
    rules = {category: definitions(its) for category, its in known.items()}
    return Found(target, known, rules, studio.currency if studio else "USD", urls, by_id, by_external)


def planned(row: FileRow, item: Row | None, found: Found) -> Plan:
    """What a row sets of its item (None: of a new one); Refusal or Refusals where it cannot."""
    if row.has_surplus:
        raise Refusal(INVALID, "There is something behind the last column: name its column, or clear it.")
    category_id = found.category_of(item)
    rules, urls = found.definitions[category_id], found.urls.get(item.id, ()) if item else ()
    cells = changed_cells(cells_of(item, urls, rules) if item else {}, row.cells)
    values = entered_item(cells, item, rules, found.currency)
    links = _links(values[URLS], urls) if URLS in values else None
    if item is None:
        new = columns({**BLANK, **values}) | {"category_id": category_id}
        return Plan(row.number, None, new_id(), category_id, new, links or [], ())
    after = columns(values) | {"category_id": category_id}
    changed = {name: value for name, value in after.items() if value != getattr(item, name)}
    return Plan(row.number, item, item.id, category_id, changed, None if _same(links, urls) else links, urls)


def _links(wanted: Sequence[Mapping[str, Any]], kept: Sequence[Row]) -> list[dict[str, Any]]:
    """The links that an item is to have; one that leads where one of its own leads is the same."""
    ids = {row.url: row.id for row in reversed(kept)}
    return [{**one, "id": ids.pop(one["url"], None) or new_id()} for one in wanted]


def _same(wanted: Sequence[Mapping[str, Any]] | None, kept: Sequence[Row]) -> bool:
    if wanted is None:
        return True
    return [(one["url"], one["label"]) for one in wanted] == [(one.url, one.label) for one in kept]
