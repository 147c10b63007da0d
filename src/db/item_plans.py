"""What becomes of each row of a file: an item that changes, or a new one."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from db.ids import new_id
from rules.indexing import claims
from rules.item_cell_inputs import entered_item
from rules.item_cells import URLS, canonical, cells_of, changed_cells
from rules.items import BLANK, columns, told_changes
from rules.refusals import INVALID, Refusal
from rules.services import price_of
from rules.specification_values import entered
from rules.specifications import SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row
    from db.item_lookup import Found
    from rules.indexing import Claim
    from rules.item_files import FileRow

PRICE = {"price_amount": None, "price_currency": None}


class Claimant(NamedTuple):
    """A row with what is unique of its item, as that will be."""

    number: int
    item_id: str
    category_id: str
    wanted: set[Claim]
    let_go: set[Claim]
    """What the item does not want any more."""


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

    def claimant(self, found: Found) -> Claimant:
        """What is unique of the item."""
        definitions = found.rules.definitions[self.category_id]
        wanted = claims(SimpleNamespace(**self._before() | self.columns), definitions)
        held = claims(self.before, definitions) if self.before else set()
        return Claimant(self.number, self.item_id, self.category_id, wanted, held - wanted)

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


def planned(row: FileRow, item: Row | None, found: Found) -> Plan:
    """What a row sets of its item (None: of a new one); Refusal or Refusals where it cannot."""
    if row.has_surplus:
        raise Refusal(INVALID, "There is something behind the last column: name its column, or clear it.")
    category_id = _category_of(item, found)
    rules, urls = found.rules.definitions[category_id], found.urls.get(item.id, ()) if item else ()
    cells = changed_cells(cells_of(item, urls, rules) if item else {}, row.cells, rules)
    values = entered_item(cells, item, rules, found.rules.currency)
    links = _links(values[URLS], urls) if URLS in values else None
    if item is None:
        new = columns({**BLANK, **values}) | {"category_id": category_id}
        return Plan(row.number, None, new_id(), category_id, new, links or [], ())
    changed = {name: value for name, value in columns(values).items() if value != getattr(item, name)}
    return Plan(row.number, item, item.id, category_id, changed, None if _same(links, urls) else links, urls)


def claimant_of(row: FileRow, item: Row | None, found: Found) -> Claimant:
    """What a row with a mistake claims none the less, as far as that can be read."""
    category_id = _category_of(item, found)
    rules, entries = found.rules.definitions[category_id], {}
    for known in rules:
        column = canonical(f"{SPECIFICATION}{known.key}")
        if known.unique and column in row.cells:
            with suppress(Refusal):
                entries[known.id] = entered(known, {"text": row.cells[column]})
    given = {known: entry for known, entry in entries.items() if entry}
    wanted = claims(SimpleNamespace(deleted_at=None, specification_values=given), rules)
    held = {claim for claim in claims(item, rules) if claim[0] in entries} if item else set()
    return Claimant(row.number, item.id if item else new_id(), category_id, wanted, held - wanted)


def _category_of(item: Row | None, found: Found) -> str:
    """Where the item is; a new one goes into the category of the file."""
    return item.category_id if item else found.target.category_id


def _links(wanted: Sequence[Mapping[str, Any]], kept: Sequence[Row]) -> list[dict[str, Any]]:
    """The links that an item is to have; one that leads where one of its own leads is the same."""
    ids = {row.url: row.id for row in reversed(kept)}
    return [{**one, "id": ids.pop(one["url"], None) or new_id()} for one in wanted]


def _same(wanted: Sequence[Mapping[str, Any]] | None, kept: Sequence[Row]) -> bool:
    if wanted is None:
        return True
    return [(one["url"], one["label"]) for one in wanted] == [(one.url, one.label) for one in kept]
