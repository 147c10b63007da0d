"""An item as the cells of a row: what is not there is an empty cell."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from rules.money import written as amount_written
from rules.specification_values import written
from rules.specifications import SPECIFICATION, matched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.specifications import Definition, Entry

COLUMNS = (
    "id", "external", "name", "description", "condition", "quantity", "visibility", "acquired_on", "price", "currency",
)  # fmt: skip
URLS = "urls"
OWN = {*COLUMNS, URLS}
LASTING = {"name", "quantity", "visibility"}
"""What every item has."""


def heading(values: Iterable[str]) -> tuple[str, ...]:
    """All columns, given those of values."""
    return (*COLUMNS, *values, URLS)


def canonical(column: str) -> str:
    """The column's name as an export writes it: `spec:` stands only where a key would be taken for something else."""
    key = column.removeprefix(SPECIFICATION)
    return column if key in OWN else key


def cells_of(item: Any, urls: Sequence[Any], definitions: Sequence[Definition]) -> dict[str, str]:
    """What an export writes of a whole row, by column; `urls` have `url` and `label`."""
    return {
        "id": f"Item_{item.id}",
        "external": item.external or "",
        "name": item.name,
        "description": item.description or "",
        "condition": item.condition or "",
        "quantity": str(item.quantity),
        "visibility": item.visibility,
        "acquired_on": item.acquired_on.isoformat() if item.acquired_on else "",
        **price_cells(item),
        **value_cells(item.specification_values, definitions),
        URLS: "\n".join(" ".join(filter(None, (one.url, one.label))) for one in urls),
    }


def value_cells(entries: Mapping[str, Entry], definitions: Sequence[Definition]) -> dict[str, str]:
    """All values, as they were entered, by column.

    Residue stands under its key; where another value stands there, or several: under `key:2`, `key:3` and so on.
    """
    under = matched(entries, definitions)
    cells = {
        canonical(f"{SPECIFICATION}{known.key}"): written(entries[under[known.id]])
        for known in definitions
        if known.id in under
    }
    for residue in sorted(entries.keys() - set(under.values())):
        column = canonical(f"{SPECIFICATION}{entries[residue]['key']}")
        places = (column if number == 1 else f"{column}:{number}" for number in count(1))
        cells[next(place for place in places if place not in cells)] = written(entries[residue])
    return cells


def changed_cells(
    before: Mapping[str, str], given: Mapping[str, str], definitions: Sequence[Definition]
) -> dict[str, str]:
    """The cells that say something else than what an export would have written there.

    Where something cannot be cleared an empty cell says nothing.
    """
    kept = LASTING | {canonical(f"{SPECIFICATION}{known.key}") for known in definitions if known.required}
    changed = {column: cell for column, cell in given.items() if cell != before.get(column, "")}
    return {column: cell for column, cell in changed.items() if cell.strip() or column not in kept}


def price_cells(item: Any) -> dict[str, str]:
    """The two cells of a price."""
    if item.price_amount is None:
        return {"price": "", "currency": ""}
    return {"price": f"{amount_written(item.price_amount, item.price_currency):f}", "currency": item.price_currency}
