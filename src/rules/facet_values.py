"""Indexed values as facets tell them: as a condition names them, and as people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules.index_values import LONGEST, index_values, number_of
from rules.operands import compared
from rules.quantities import own_unit
from rules.readings import period
from rules.specification_values import written
from rules.specifications import TEXTS
from rules.text import fold
from rules.units import EXACT, UNITS, symbols_like

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.specifications import Definition, Entry
    from rules.units import Unit

FORMS = {"INTEGER": "number", "DECIMAL": "number", "DATE": "date"}
DECIMALS = Decimal("0.0001")
"""To what a number is rounded where people read it: as many decimals as can be entered."""


def form(known: Definition) -> str:
    """Values of the same form are the same value where they are indexed alike; quantities by their dimension."""
    return own_unit(known).dimension if known.type == "QUANTITY" else FORMS.get(known.type, "word")


def spelled(known: Definition) -> bool:
    """Whether its values are told as an item has them: they are indexed in another spelling."""
    return known.type in TEXTS


def told(value: str, known: Sequence[Definition], sample: Mapping[str, Entry] | None = None) -> tuple[str, str]:
    """What `eq` finds an indexed value by, and its label, under definitions of one form.

    `sample` are the entries of an item that has it, where there is one.
    """
    return TELLING.get(form(known[0]), _quantity)(value, known, sample or {})


def _word(value: str, known: Sequence[Definition], sample: Mapping[str, Entry]) -> tuple[str, str]:
    labels = (option.label for one in known for option in one.options if option.key == value)
    if label := next(labels, None):
        return value, label
    text = next((written(entry) for entry in sample.values() if _has(entry, value, known)), None)
    return (value[:LONGEST], value[:LONGEST]) if text is None else (fold(text), text)


def _has(entry: Entry, value: str, known: Sequence[Definition]) -> bool:
    under = (one for one in known if spelled(one) and one.key == entry["key"])
    return any(indexed.value == value for one in under for indexed in index_values(entry, one))


def _number(value: str, _known: Sequence[Definition], _sample: Mapping[str, Entry]) -> tuple[str, str]:
    text = f"{number_of(value):f}"
    return text, text


def _date(value: str, _known: Sequence[Definition], _sample: Mapping[str, Entry]) -> tuple[str, str]:
    first, last = value.split("/")
    wanted = period(first), period(last)
    shorter = (first[:length] for length in (4, 7, 10))
    text = next(one for one in shorter if period(one) == (wanted[0][0], wanted[1][1]))  # type: ignore[index]  # days
    return text, text


def _quantity(value: str, known: Sequence[Definition], _sample: Mapping[str, Entry]) -> tuple[str, str]:
    """In the first definition's unit; named in another one where it has too many decimals in that."""
    own, number = own_unit(known[0]), number_of(value)
    rounded = _in_unit(number, own)
    texts = (rounded, *(_in_unit(number, UNITS[symbol.lower()]) for symbol in symbols_like(own)))
    exact = next((text for text in texts if (found := compared(known[0], text)) and found.value == value), rounded)
    is_nothing = rounded.removeprefix("-").startswith("0 ")
    return exact, exact if is_nothing else rounded


def _in_unit(canonical: Decimal, unit: Unit) -> str:
    number = EXACT.subtract(EXACT.divide(EXACT.multiply(canonical, unit.divisor), unit.factor), unit.offset)
    rounded = f"{EXACT.quantize(number, DECIMALS):f}"
    return f"{rounded.rstrip('0').rstrip('.')} {unit.symbol}"


TELLING: dict[str, Callable[[str, Sequence[Definition], Mapping[str, Entry]], tuple[str, str]]] = {
    "word": _word,
    "number": _number,
    "date": _date,
}
