"""What the cells of a row say of an item; an empty cell says that there is nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rules.checking import checked, optional, text
from rules.item_cells import OWN, URLS, canonical, price_cells
from rules.items import CONDITIONS, VISIBILITIES, changed_entries, checks
from rules.quantities import number_in
from rules.readings import period
from rules.refusals import INVALID, Refusal, Refusals, refuse
from rules.specifications import SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rules.checking import Check
    from rules.specifications import Definition

    Cells = Mapping[str, str]

EXTERNAL = text(most=200)


def entered_item(cells: Cells, before: Any | None, definitions: Sequence[Definition], currency: str) -> dict[str, Any]:
    """What these cells set, which are those that are to change: as `rules.items.checks` give it, and the entries.

    `before` is a whole row, None for a new item; `currency` is that of prices without one. Raises Refusals, each with
    its column as the path.
    """
    values, reasons = checked(_given(cells, before), _checks(currency), ())
    reasons = [reason.at(_column(*reason.path)) for reason in reasons]
    columns = [column for column in cells if column not in OWN]
    given = [(column.removeprefix(SPECIFICATION), {"text": cells[column]}) for column in columns]
    entries = before.specification_values if before else {}
    try:
        values["specification_values"] = changed_entries(entries, definitions, given, creating=before is None)
    except (Refusal, Refusals) as refused:
        several = refused.reasons if isinstance(refused, Refusals) else [refused]
        reasons += [reason.at(*_specification(reason, columns)) for reason in several]
    refuse(reasons)
    return values


def external_of(cells: Cells) -> str | None:
    """What the owner calls the item elsewhere; None where that is not said, or is no name."""
    with suppress(Refusal):
        return EXTERNAL(cells.get("external", ""), ())  # type: ignore[no-any-return]
    return None


def _column(field: str, *below: str) -> str:
    """Where the value of a field stands."""
    return "currency" if below == ("currency",) else {"acquiredOn": "acquired_on"}.get(field, field)


def _specification(reason: Refusal, columns: Sequence[str]) -> tuple[str, ...]:
    """The column of a value that is wrong, or missing altogether; none where there are too many."""
    if reason.path:
        return (columns[int(reason.path[0])],)
    return (canonical(f"{SPECIFICATION}{reason.values['key']}"),) if "key" in reason.values else ()


def _given(cells: Cells, before: Any | None) -> dict[str, Any]:
    """What is said of the item itself; what is empty is none."""
    named: dict[str, Any] = {"name": None} if before is None else {}
    given = named | {column: cells[column] or None for column in READERS if column in cells}
    if not {"price", "currency"}.isdisjoint(cells):
        given["price"] = {**(price_cells(before) if before else {}), **cells}
    return given


def _checks(currency: str) -> dict[str, Check]:
    """The checks of what is given, from the text of a cell."""
    known = checks(currency) | {"external": EXTERNAL}
    return {name: _from_text(reader, known[name]) for name, reader in {**READERS, "price": _price}.items()}


def _from_text(reader: Check, check: Check) -> Check:
    return lambda value, path: check(None if value is None else reader(value, path), path)


def _price(cells: Cells, path: tuple[str, ...]) -> dict[str, Any] | None:
    """A price of two cells: without an amount there is none, without a currency it is in the studio's."""
    written = cells.get("price", "").strip()
    if not written:
        return None
    amount = number_in(written)
    if amount is None:
        raise Refusal(INVALID, "This is not an amount: write it as in 12.50.", *path)
    return {"amount": amount, "currency": cells.get("currency", "").strip().upper() or None}


def _whole(cell: str, path: tuple[str, ...]) -> int:
    number = number_in(cell.strip())
    if number is None or number != int(number):
        raise Refusal(INVALID, "This is not a whole number: write it as in 12.", *path)
    return int(number)


def _day(cell: str, path: tuple[str, ...]) -> date:
    first, last = period(cell.strip()) or (None, None)
    if first and first == last:
        return first
    raise Refusal(INVALID, "This is not a day: write it as in 2026-03-08.", *path)


def _one_of(*names: str) -> Check:
    def read(cell: str, path: tuple[str, ...]) -> str:
        name = cell.strip().upper()
        if name not in names:
            raise Refusal(INVALID, "There is no such option: choose from {options}.", *path, options=", ".join(names))
        return name

    return read


def _links(cell: str, _path: tuple[str, ...]) -> list[dict[str, str | None]]:
    """One in each line: the address, and behind a space what it is called."""
    parts = (line.strip().partition(" ") for line in cell.split("\n") if line.strip())
    return [{"url": url, "label": label or None} for url, _, label in parts]


READERS: dict[str, Check] = {
    "external": optional,
    "name": optional,
    "description": optional,
    "condition": _one_of(*CONDITIONS),
    "quantity": _whole,
    "visibility": _one_of(*VISIBILITIES),
    "acquired_on": _day,
    URLS: _links,
}
"""How a cell of each column is read."""
