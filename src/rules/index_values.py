"""Values in the form in which a database compares and orders them: one text whatever the type, byte by byte."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, cast

from rules.quantities import Quantity
from rules.readings import period
from rules.specification_values import value_of
from rules.text import fold
from rules.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from rules.specification_values import Value
    from rules.specifications import Definition, Entry

LONGEST = 200
"""Longer texts are ordered by so many characters."""
LAST_DAY = 12
"""Where the last day begins in the value of a date, counted from 1: "1987-05-01/1987-05-31"."""


class IndexValue(NamedTuple):
    """What is compared; `text` is a whole folded text of which `value` has the beginning only."""

    value: str
    text: str | None = None


def index_values(entry: Entry, definition: Definition) -> tuple[IndexValue, ...]:
    """What an entry is found by under a definition: one for each option, none where it does not fit."""
    value = value_of(entry, definition)
    return FORMS[definition.type](value) if value.fits else ()


def in_order(number: Decimal) -> str:
    """A number as a text: texts are ordered as their numbers are, and are the same for the same number.

    Numbers from 1e-50 up to 1e50, not counting the sign.
    """
    sign, digits, _ = number.as_tuple()
    if not number:
        return "1"
    significant = "".join(map(str, digits)).rstrip("0")
    if sign:
        return f"0{49 - number.adjusted():02}{significant.translate(COMPLEMENTS)}~"
    return f"1{number.adjusted() + 50:02}{significant}"


def number_of(value: str) -> Decimal:
    """The number that is indexed so: the reverse of `in_order`."""
    if value == "1":
        return Decimal(0)
    sign, power, digits = int(value[0] == "0"), int(value[1:3]), value[3:]
    if sign:
        power, digits = 99 - power, digits.rstrip("~").translate(COMPLEMENTS)
    return Decimal((sign, tuple(map(int, digits)), power - 50 - len(digits) + 1))


def _folded(text: str) -> tuple[IndexValue]:
    folded = fold(text)
    if len(folded) <= LONGEST:
        return (IndexValue(folded),)
    digest = sha256(folded.encode()).hexdigest()
    return (IndexValue(f"{folded[:LONGEST]}\n{digest}", folded),)


def _number(value: Value) -> tuple[IndexValue]:
    number = Decimal(value.integer) if value.integer is not None else cast("Decimal", value.decimal)
    return (IndexValue(in_order(Quantity(number, unit_of(value.unit or "")).canonical)),)


def _days(value: Value) -> tuple[IndexValue]:
    first, last = cast("tuple[date, date]", period(value.display))
    return (IndexValue(f"{first}/{last}"),)


def _options(value: Value) -> tuple[IndexValue, ...]:
    return tuple(IndexValue(option.key) for option in value.options)


COMPLEMENTS = str.maketrans("0123456789", "9876543210")
FORMS: dict[str, Callable[[Value], tuple[IndexValue, ...]]] = {
    "TEXT": lambda value: _folded(value.text),
    "INTEGER": _number,
    "DECIMAL": _number,
    "BOOLEAN": lambda value: (IndexValue(value.display),),
    "DATE": _days,
    "ENUM": _options,
    "MULTI_ENUM": _options,
    "URL": lambda value: _folded(value.display),
    "QUANTITY": _number,
}
