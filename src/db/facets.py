"""Facets: how often each value of a field occurs in a list, counted as if nothing were said about that field."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from db.filters import EVERYTHING, About, Either, Every, Filter, Indexed, Test

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from db.connection import Row

Node = TypeVar("Node", Test, Indexed)

MOST = 100
"""A facet has no more values, but for those that were selected."""

CATEGORY = ("category", "category_slug")
NAMING = {"eq", "in", "within"}
"""Operators that name the values they are true of."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a value occurs; `selected` where the list is narrowed to it."""

    value: str
    label: str
    count: int
    selected: bool


def without(where: Filter, fields: Collection[str]) -> Filter:
    """The condition without what it says about these fields, at its top or in an `and` there."""
    if isinstance(where, Every):
        return Every(tuple(without(part, fields) for part in where.parts))
    return EVERYTHING if _is_about(where, fields) else where


def about(where: Filter, fields: Collection[str]) -> Iterator[Filter]:
    """What `without` leaves out."""
    if isinstance(where, Every):
        for part in where.parts:
            yield from about(part, fields)
    elif _is_about(where, fields):
        yield where.part if isinstance(where, About) else where


def named(conditions: Iterable[Filter], field: str) -> list[Any]:
    """The values to which conditions narrow a field, each once; those that are negated name none."""
    tests = (test for condition in conditions for test in within(condition, Test))
    naming = [test for test in tests if test.field == field and test.operator in NAMING]
    several = (test.value if test.operator == "in" else (test.value,) for test in naming)
    return list(dict.fromkeys(value for values in several for value in values if value is not None))


def ranked(counts: Iterable[Count], place: Callable[[Count], Any] = attrgetter("value")) -> list[Count]:
    """The most frequent first, those alike by their place: as many as a facet has, and all that are selected."""
    wanted = sorted(counts, key=lambda count: (not count.selected, -count.count, place(count)))
    kept = wanted[: most([count for count in wanted if count.selected])]
    return sorted(kept, key=lambda count: (-count.count, place(count)))


def category_selection(where: Filter) -> dict[str, Any]:
    """The parameters of `by_category`: the categories that the condition names, and how many to tell at most."""
    conditions = list(about(where, CATEGORY))
    ids, slugs = named(conditions, "category"), named(conditions, "category_slug")
    return {"selected": ids, "selected_slugs": slugs, "most": most([*ids, *slugs])}


def category_counts(rows: Iterable[Row], selection: Mapping[str, Any]) -> list[Count]:
    """The counts that `by_category` told."""
    ids, slugs = selection["selected"], selection["selected_slugs"]
    selected = [(row, row.id in ids or row.value in slugs) for row in rows]
    return ranked(Count(row.value, row.label, int(row.count), is_selected) for row, is_selected in selected)


def word_counts(rows: Iterable[Row], selected: Iterable[Any], words: Mapping[Any, tuple[str, str]]) -> list[Count]:
    """The counts that `by_word` told; `words` are the texts of values and their labels."""
    found = dict.fromkeys(selected, 0)
    counts = found | {row.value: row.count for row in rows if row.value is not None}
    return ranked(Count(*words[value], count, value in found) for value, count in counts.items())


def most(selected: Collection[Any]) -> int:
    """How many values are told where so many are selected."""
    return max(MOST, len(selected))


def within(condition: Filter, kind: type[Node]) -> Iterator[Node]:
    """The parts of this kind that a condition has; what is negated is left out."""
    if isinstance(condition, kind):
        yield condition
    elif isinstance(condition, Every | Either):
        for part in condition.parts:
            yield from within(part, kind)
    elif isinstance(condition, About | Indexed):
        yield from within(condition.part, kind)


def _is_about(where: Filter, fields: Collection[str]) -> bool:
    return isinstance(where, Test | About) and where.field in fields
