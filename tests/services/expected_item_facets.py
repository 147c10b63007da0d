"""Facets of items, worked out in plain Python from what their values mean."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from services.collected import GRAMS, days
from services.expected import folded
from services.expected_items import matches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from services.collected import Collected, Thing

Counts: TypeAlias = "dict[Any, tuple[int, bool]]"
"""By what a value means: how often it occurs, and whether it is selected."""
UNITS = {**GRAMS, "mg": Decimal("0.001"), "lb": Decimal("453.59237")}


def expected(collected: Collected, seen: Sequence[Thing], where: Mapping[str, Any], field: str) -> Counts:
    """The counts of a field among those of the items that the viewer sees."""
    left = [thing for thing in seen if matches(collected, _without(where, field), thing)]
    counts: Counter[Any] = Counter()
    for thing in left:
        counts.update(_meanings(collected, thing, field, branches=bool(where.get("includeDescendants"))))
    selected = _selected(collected, where, field)
    return {meaning: (counts[meaning], meaning in selected) for meaning in {*counts, *selected}}


def meant(facets: Sequence[dict[str, Any]]) -> dict[str, Counts]:
    """The counts of an answer by field; they are looked at for their order, and for each value being told once."""
    for facet in facets:
        counts = [value["count"] for value in facet["values"]]
        assert counts == sorted(counts, reverse=True)
    return {facet["field"]: _by_meaning(facet) for facet in facets}


def _by_meaning(facet: dict[str, Any]) -> Counts:
    found = [(_meaning(facet["field"], value["value"]), value) for value in facet["values"]]
    told = {meaning: (value["count"], value["selected"]) for meaning, value in found}
    assert len(told) == len(found)
    return told


def _meaning(field: str, value: str) -> Any:
    if field in ("spec:count", "spec:ratio", "spec:pages"):
        return Decimal(value)
    if field == "spec:made" and value[:4].isdecimal():
        return days(value)
    if field == "spec:weight":
        number, unit = value.split()
        return Decimal(number) * UNITS[unit]
    return folded(value) if field.startswith("spec:") else value


def _without(where: Mapping[str, Any], field: str) -> dict[str, Any]:
    rest = {name: value for name, value in where.items() if not _is_about(name, value, field)}
    return rest | {"and": [_without(part, field) for part in where["and"]]} if "and" in where else rest


def _is_about(name: str, value: Any, field: str) -> bool:
    return name == field or (name == "specification" and f"spec:{value['key']}" == field)


def _meanings(collected: Collected, thing: Thing, field: str, *, branches: bool) -> list[Any]:
    if field == "condition":
        return [thing.row["condition"]] if thing.row["condition"] else []
    if field == "category":
        rows = {row["id"]: row for row in collected.categories}
        own = rows[thing.row["category_id"]]
        return [own["slug"], *([rows[own["parent_id"]]["slug"]] if branches and own["parent_id"] else [])]
    meaning = thing.meanings.get(field.removeprefix("spec:"))
    if meaning is None:
        return []
    if isinstance(meaning, set):
        return sorted(meaning)
    if isinstance(meaning, bool):
        return [str(meaning).lower()]
    return [folded(meaning) if isinstance(meaning, str) else meaning]


def _selected(collected: Collected, where: Mapping[str, Any], field: str) -> set[Any]:
    inner: set[Any] = set().union(*(_selected(collected, part, field) for part in where.get("and", ())))
    for name, value in where.items():
        if name == "category" == field:
            inner |= {value["slug"]} & {row["slug"] for row in collected.categories}
        elif name == "condition" == field:
            inner |= set(value)
        elif name == "specification" and _is_about(name, value, field):
            for text in [*value.get("in", ()), *([value["eq"]] if "eq" in value else ())]:
                inner |= _named(field, text)
    return inner


def _named(field: str, text: str) -> set[Any]:
    """What a text may mean: where two categories have another unit, in both."""
    if field == "spec:weight":
        return {Decimal(text) * GRAMS[unit] for unit in ("kg", "g")}
    return {_meaning(field, text)}
