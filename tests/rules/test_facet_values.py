"""What facets tell of an indexed value is what it was made of, and finds it again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facet_values import form, told
from rules.index_values import in_order, index_values, number_of
from rules.operands import compared
from rules.specifications import Definition, Option
from rules.units import UNITS

NUMBERS = st.decimals(-(10**15) + 1, 10**15 - 1, places=4, allow_nan=False, allow_infinity=False)
TOLD: dict[str, tuple[str, str, tuple[str, str]]] = {
    "a number": ("DECIMAL", "12.50", ("12.5", "12.5")),
    "a large number": ("DECIMAL", "1200", ("1200", "1200")),
    "less than nothing": ("INTEGER", "-7", ("-7", "-7")),
    "nothing": ("INTEGER", "-0", ("0", "0")),
    "yes": ("BOOLEAN", "YES", ("true", "true")),
    "a day": ("DATE", "1987-05-20", ("1987-05-20", "1987-05-20")),
    "a month": ("DATE", "1988-02", ("1988-02", "1988-02")),
    "a year": ("DATE", "0001", ("0001", "0001")),
    "an option": ("ENUM", "red", ("red", "Deep red")),
    "a text": ("TEXT", "Straße ", ("strasse ", "Straße ")),
    "a long text": ("TEXT", "Ab" * 150, ("ab" * 150, "Ab" * 150)),
    "an address": ("URL", "https://example.com/A", ("https://example.com/a", "https://example.com/A")),
}


def _definition(kind: str, unit: str | None = None, key: str = "it") -> Definition:
    return Definition("1", "2", key, "It", kind, unit=unit, options=(Option("red", "Deep red"),))


@pytest.mark.parametrize(("kind", "text", "expected"), TOLD.values(), ids=TOLD.keys())
def test_a_value_is_told(kind: str, text: str, expected: tuple[str, str]) -> None:
    known = _definition(kind)
    entry: Any = {"key": "it", "type": kind, "content": {"text": text}}
    [indexed] = index_values(entry, known)
    value, label = told(indexed.value, [known], {"3": entry})
    assert (value, label) == expected
    assert compared(known, value) == indexed


@given(NUMBERS)
def test_a_number_comes_back_from_the_index(number: Decimal) -> None:
    assert number_of(in_order(number)) == number


@given(NUMBERS, st.sampled_from(sorted(unit.symbol for unit in UNITS.values())), st.data())
def test_a_quantity_is_found_by_what_is_told_of_it(number: Decimal, unit: str, data: st.DataObject) -> None:
    dimension = UNITS[unit.lower()].dimension
    same = sorted(one.symbol for one in UNITS.values() if one.dimension == dimension)
    known = _definition("QUANTITY", unit=data.draw(st.sampled_from(same)))
    indexed = compared(known, f"{number:f} {unit}")
    assert indexed is not None
    value, label = told(indexed.value, [known])
    assert compared(known, value) == indexed
    assert label.split()[1] == known.unit or label == value


def test_a_quantity_is_told_in_the_unit_of_its_definition_where_it_ends_there() -> None:
    grams, feet = _definition("QUANTITY", "g"), _definition("QUANTITY", "ft")
    assert told(in_order(Decimal("1.2")), [grams]) == ("1200 g", "1200 g")
    assert told(in_order(Decimal("1.8288")), [feet]) == ("6 ft", "6 ft")
    assert told(in_order(Decimal(1)), [feet]) == ("1 m", "3.2808 ft")
    assert told(in_order(Decimal("0.001")), [_definition("QUANTITY", "km")]) == ("0.001 m", "0.001 m")


def test_a_text_that_no_item_has_is_told_as_it_is_indexed() -> None:
    assert told("red wine", [_definition("TEXT")]) == ("red wine", "red wine")
    [indexed] = index_values({"key": "it", "type": "TEXT", "content": {"text": "X" * 300}}, _definition("TEXT"))
    assert told(indexed.value, [_definition("TEXT")]) == ("x" * 200, "x" * 200)


def test_a_value_is_told_as_the_specification_has_it_and_not_as_another_one_does() -> None:
    sample: Any = {
        "3": {"key": "other", "type": "TEXT", "content": {"text": "RED wine"}},
        "4": {"key": "it", "type": "TEXT", "content": {"text": "Red Wine"}},
    }
    assert told("red wine", [_definition("TEXT")], sample) == ("red wine", "Red Wine")


def test_values_are_alike_by_what_they_are_compared_as() -> None:
    kinds = ("TEXT", "URL", "ENUM", "MULTI_ENUM", "BOOLEAN", "INTEGER", "DECIMAL", "DATE")
    assert [form(_definition(kind)) for kind in kinds] == [*["word"] * 5, "number", "number", "date"]
    assert [form(_definition("QUANTITY", unit)) for unit in ("kg", "oz", "ft")] == ["mass", "mass", "length"]
