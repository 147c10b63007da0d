"""What a list of items must hold, worked out in plain Python from what their values mean."""

from __future__ import annotations

import operator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.collected import GRAMS, days
from services.expected import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from services.collected import Collected, Thing

COMPARISONS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
NUMBERS = ("INTEGER", "DECIMAL", "QUANTITY")
SUITED = {**dict.fromkeys(COMPARISONS, NUMBERS), "from": ("DATE",), "to": ("DATE",), "contains": ("TEXT", "URL")}
"""By the name of an operand the types that it can be asked of; the others can be asked of all."""
OWN_UNITS = {"things": "kg", "books": "g"}


def expected_ids(collected: Collected, where: Mapping[str, Any]) -> list[str]:
    """The global ids of the items, the newest first."""
    chosen = [thing for thing in collected.things if matches(collected, where, thing)]
    chosen.sort(key=lambda thing: (thing.created_at, thing.row["id"]), reverse=True)
    return [global_id(thing) for thing in chosen]


def global_id(thing: Thing) -> str:
    """The id that clients see."""
    return f"Item_{thing.row['id']}"


def matches(collected: Collected, where: Mapping[str, Any], thing: Thing) -> bool:
    """Whether all conditions hold; a null counts as left out."""
    given = {name: value for name, value in where.items() if value is not None}
    conditions: dict[str, Callable[[Any], bool]] = {
        "and": lambda parts: all(matches(collected, part, thing) for part in parts),
        "or": lambda parts: any(matches(collected, part, thing) for part in parts),
        "not": lambda part: not matches(collected, part, thing),
        "condition": lambda states: thing.row["condition"] in states,
        "specification": lambda wanted: _has(thing, wanted, "g" if "pages" in thing.types else "kg"),
        "category": lambda by: thing.row["category_id"] in _branch(collected, by, where.get("includeDescendants")),
        "includeDescendants": lambda _: True,
        "search": lambda words: all(word in searched(thing) for word in folded(words).split()),
    }
    return all(conditions[name](value) for name, value in given.items())


def searched(thing: Thing) -> str:
    """All texts of an item."""
    entries = thing.row["specification_values"].values()
    return folded("\n".join([thing.row["name"], *map(written, entries), thing.row["description"] or ""]))


def written(entry: Mapping[str, Any]) -> str:
    """What was entered, as text."""
    [value] = entry["content"].values()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"{value['value']} {value['unit']}"
    return "|".join(value) if isinstance(value, list) else str(value)


def _branch(collected: Collected, by: Mapping[str, str], descend: bool | None) -> set[str]:  # noqa: FBT001  (a flag of the query's)
    named = {row["id"] for row in collected.categories if row["slug"] == by["slug"]}
    return named | {row["id"] for row in collected.categories if descend and row["parent_id"] in named}


def _has(thing: Thing, wanted: Mapping[str, Any], own_unit: str) -> bool:
    given = {name: value for name, value in wanted.items() if value is not None}
    key, unit, missing = given.pop("key"), given.pop("unit", None), given.pop("isNull", None)
    value, kind = thing.meanings.get(key), thing.types.get(key, "")
    if missing is not None and missing is not (value is None):
        return False
    if not given:
        return True
    if value is None or any(kind not in SUITED.get(name, (kind,)) for name in given):
        return False
    scale = GRAMS[unit or own_unit] if kind == "QUANTITY" else Decimal(1)
    return all(_holds(name, operand, value, kind, scale) for name, operand in given.items())


def _holds(name: str, operand: Any, value: Any, kind: str, scale: Decimal) -> bool:
    if name in COMPARISONS:
        return bool(COMPARISONS[name](value, Decimal(operand) * scale))
    if name == "from":
        return bool(value[0] >= date.fromisoformat(operand))
    if name == "to":
        return bool(value[1] <= date.fromisoformat(operand))
    if name == "contains":
        return folded(operand) in folded(value)
    return any(_equals(one, value, kind, scale) for one in (operand if name == "in" else [operand]))


def _equals(operand: str, value: Any, kind: str, scale: Decimal) -> bool:
    if kind in NUMBERS:
        return bool(_number(operand) is not None and _number(operand) * scale == value)  # type: ignore[operator]  # no None here
    if kind == "DATE":
        return bool(_days(operand) == value)
    if kind == "BOOLEAN":
        return operand == str(value).lower()
    return bool(operand in value if kind == "MULTI_ENUM" else folded(operand) == folded(value))


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text.removeprefix("-").replace(".", "", 1).isdecimal() else None


def _days(text: str) -> tuple[date, date] | None:
    return days(text) if text[:4].isdecimal() else None
