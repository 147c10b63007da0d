"""What becomes of each row of a file: an item that changes, or a new one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from db.ids import new_id
from rules.indexing import claims
from rules.item_cell_inputs import entered_item
from rules.item_cells import URLS, cells_of, changed_cells
from rules.items import BLANK, columns, told_changes
from rules.refusals import INVALID, Refusal
from rules.services import price_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row
    from db.item_lookup import Found
    from rules.indexing import Claim
    from rules.item_files import FileRow

PRICE = {"price_amount": None, "price_currency": None}


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


def planned(row: FileRow, item: Row | None, found: Found) -> Plan:
    """What a row sets of its item (None: of a new one); Refusal or Refusals where it cannot."""
    if row.has_surplus:
        raise Refusal(INVALID, "There is something behind the last column: name its column, or clear it.")
    category_id = found.category_of(item)
    definitions, urls = found.definitions[category_id], found.urls.get(item.id, ()) if item else ()
    cells = changed_cells(cells_of(item, urls, definitions) if item else {}, row.cells)
    values = entered_item(cells, item, definitions, found.currency)
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
