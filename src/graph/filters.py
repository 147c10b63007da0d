"""From the filters of a query to conditions on rows."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import strawberry

from db.filters import About, Either, Every, Filter, Not, Operator, Test
from engine.errors import BadUserInput
from graph.declaring import input_field, input_type
from rules.text import fold, terms

MAX_DEPTH = 8
MAX_CONDITIONS = 100
MAX_TEXT = 1_000
MAX_PIECE = 100
"""Characters, folded, that are looked for within texts: each may be compared at every place of a text."""
MAX_WORDS = 10


@input_type()
class StringFilter:
    """Conditions on a text; all that are given must hold. Case does not count, nor how accents are composed."""

    eq: str | None = input_field("Is this text.")
    ne: str | None = input_field("Is not this text, or there is none.")
    in_: list[str] | None = input_field("Is one of these texts; of none: matches nothing.", name="in")
    contains: str | None = input_field("Holds this text somewhere.")
    starts_with: str | None = input_field("Begins with this text.")
    is_null: bool | None = input_field("true: there is no text. false: there is one.")


@input_type()
class IntFilter:
    """Conditions on a number; all that are given must hold."""

    eq: int | None = input_field("Is this number.")
    gt: int | None = input_field("Is greater.")
    gte: int | None = input_field("Is greater or the same.")
    lt: int | None = input_field("Is less.")
    lte: int | None = input_field("Is less or the same.")
    in_: list[int] | None = input_field("Is one of these numbers; of none: matches nothing.", name="in")


@input_type()
class DateTimeFilter:
    """Conditions on an instant; all that are given must hold."""

    gt: datetime | None = input_field("Is later.")
    gte: datetime | None = input_field("Is later or the same.")
    lt: datetime | None = input_field("Is earlier.")
    lte: datetime | None = input_field("Is earlier or the same.")


def conditions(where: Any, leaf: Callable[[str, Any, Any], Iterable[Filter]], depth: int = 1) -> Filter:
    """A `where` input as one condition; `leaf` makes those of a field from its name, its value and the input."""
    if where is None or where is strawberry.UNSET:
        return Every()
    if depth > MAX_DEPTH:
        raise BadUserInput(f"`where` may be nested {MAX_DEPTH} deep.")
    parts: list[Filter] = []
    for name, value in given(where):
        if isinstance(value, list) and len(value) > MAX_CONDITIONS:
            raise _too_many()
        if name == "and_":
            parts += (conditions(part, leaf, depth + 1) for part in value)
        elif name == "or_":
            parts.append(Either(tuple(conditions(part, leaf, depth + 1) for part in value)))
        elif name == "not_":
            parts.append(Not(conditions(value, leaf, depth + 1)))
        else:
            parts += leaf(name, value, where)
    return bounded(Every(tuple(parts)))


def given(fields: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an input that were given; null counts as left out."""
    return (
        (name, value) for name, value in vars(fields).items() if value is not None and value is not strawberry.UNSET
    )


def tests(field: str, condition: Any) -> Iterator[Filter]:
    """The conditions of a StringFilter, an IntFilter or a DateTimeFilter."""
    for name, value in given(condition):
        if name == "is_null":
            yield Test(field, "is_null" if value else "not_null")
        else:
            yield Test(field, OPERATORS[name], piece(value) if name == "contains" else _folded(value))


def short(text: str) -> str:
    """The text itself, unless it is longer than any that is compared."""
    if len(text) > MAX_TEXT:
        raise BadUserInput(f"A text in `where` may have {MAX_TEXT:,} characters.")
    return text


def piece(text: str) -> str:
    """What `contains` looks for, folded; BAD_USER_INPUT where it is long."""
    folded = fold(short(text))
    if len(folded) > MAX_PIECE:
        raise BadUserInput(f"`contains` may have {MAX_PIECE} characters.")
    return folded


def searched(text: str) -> tuple[str, ...]:
    """The words of a search, folded; BAD_USER_INPUT where they are many, or one is long."""
    words = terms(short(text))
    if len(words) > MAX_WORDS or any(len(word) > MAX_PIECE for word in words):
        raise BadUserInput(f"`search` may have {MAX_WORDS} words, each of at most {MAX_PIECE} characters.")
    return words


def bounded(condition: Filter) -> Filter:
    """The condition itself, unless it has too many parts."""
    if _size(condition) > MAX_CONDITIONS:
        raise _too_many()
    return condition


OPERATORS: dict[str, Operator] = {
    "eq": "eq",
    "ne": "ne",
    "in_": "in",
    "contains": "contains",
    "starts_with": "starts_with",
    "gt": "gt",
    "gte": "gte",
    "lt": "lt",
    "lte": "lte",
}


def _folded(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_folded(one) for one in value)
    return fold(short(value)) if isinstance(value, str) else value


def _too_many() -> BadUserInput:
    return BadUserInput(f"`where` may hold {MAX_CONDITIONS} conditions.")


def _size(condition: Filter) -> int:
    if isinstance(condition, Every | Either):
        return sum(map(_size, condition.parts))
    return _size(condition.part) if isinstance(condition, Not | About) else 1
