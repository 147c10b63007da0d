"""What conditions compare values with: the same as what is indexed, or why there is nothing."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.index_values import IndexValue, index_values
from rules.operands import compared, number_bound, require_readable, require_type
from rules.specification_values import entered
from rules.specifications import Definition, Option

COLOURS = (Option("red", "Crimson"), Option("dark-red", "Wine"), Option("blue", "Blue", archived=True))
NUMBERS = st.decimals(-(10**15) + 1, 10**15 - 1, places=4) | st.decimals(-20, 20, places=2)
HEAVY = "This is no number with a unit: write it as in 12.50 kg, with at most 15 digits and 4 decimals."


def _definition(kind: str, **others: Any) -> Definition:
    unit = "kg" if kind == "QUANTITY" else None
    return Definition(
        **{"id": "1", "category_id": "2", "key": "trait", "label": "", "type": kind, "unit": unit, **others}
    )


def _indexed(definition: Definition, text: str) -> tuple[IndexValue, ...]:
    return index_values({"key": "trait", "type": "TEXT", "content": {"text": text}}, definition)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("INTEGER", "0012.00"), ("BOOLEAN", "Yes"), ("DATE", "1987-05"), ("URL", "HTTPS://a.b/C"), ("QUANTITY", "1200 g")],
)
def test_a_text_is_compared_as_it_is_indexed(kind: str, text: str) -> None:
    assert (compared(_definition(kind), text),) == _indexed(_definition(kind), text) != ()


@pytest.mark.parametrize("text", ["Straße", "STRASSE", "strasse"])
def test_a_text_is_found_by_what_is_longer_than_itself(text: str) -> None:
    definition = _definition("TEXT", max_length=6)
    assert _indexed(definition, "Straße") == (compared(definition, text),)


def test_nothing_equals_what_no_database_keeps() -> None:
    assert compared(_definition("TEXT"), "a\x00b") is None
    assert compared(_definition("URL"), "https://a.b/\ud800") is None
    assert compared(_definition("ENUM", options=COLOURS), "\u0301" * 100_000) is None
    assert compared(_definition("INTEGER", max=Decimal(9)), "10") is None


def test_a_quantity_is_compared_in_its_unit() -> None:
    definition = _definition("QUANTITY")
    assert compared(definition, "1200", "g") == compared(definition, "1.2") == compared(definition, "1.20 KG")
    assert compared(definition, "1200 g", "g") is None
    assert number_bound(definition, Decimal(1200), "g") == number_bound(definition, Decimal("1.2")) == "15012"
    assert number_bound(_definition("INTEGER"), Decimal("-12.5")) == "048874~"


@pytest.mark.parametrize(
    ("kind", "unit", "message"),
    [
        ("INTEGER", "g", "trait has no unit: leave unit out."),
        ("TEXT", "g", "trait has no unit: leave unit out."),
        ("QUANTITY", "m", "This is not measured in that: use one of kg, mg, g, t, oz, lb."),
        ("QUANTITY", "stone", "This is not measured in that: use one of kg, mg, g, t, oz, lb."),
    ],
)
def test_a_unit_is_told_off_where_it_has_no_place(kind: str, unit: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        compared(_definition(kind), "1", unit)


@pytest.mark.parametrize("kind", ["ENUM", "MULTI_ENUM"])
def test_an_option_is_named_by_its_key_or_else_by_its_label(kind: str) -> None:
    options = (*COLOURS, Option("wine", "Red"), Option("pale", "One | two"), Option("gone", "Old", archived=True))
    definition = _definition(kind, options=options)
    named = {"RED": "red", "Dark red": "dark-red", "wine": "wine", "crimson": "red", "one | TWO": "pale", "old": "gone"}
    assert {text: compared(definition, text) for text in named} == {
        text: IndexValue(key) for text, key in named.items()
    }
    for text in ("red|dark-red", "Crimson, Wine", "white", ""):
        assert compared(definition, text) is None


@pytest.mark.parametrize(
    ("kind", "text", "unit", "problem"),
    [
        ("INTEGER", "12.5", None, "This is no whole number of up to 15 digits: write it as in 12."),
        ("DECIMAL", "", None, "This is not a number: write it as in 12.50, with at most 15 digits and 4 decimals."),
        ("BOOLEAN", "maybe", None, "This says neither yes nor no: write true or false."),
        ("DATE", "1987-5", None, "This is not a date: write 1987-05-20, or 1987-05 or 1987 where no more is known."),
        ("QUANTITY", "heavy", None, HEAVY),
        ("QUANTITY", "3 m", None, "This is not measured in that: use one of kg, mg, g, t, oz, lb."),
        ("QUANTITY", "heavy", "g", HEAVY),
    ],
)
def test_what_can_be_no_value_is_told(kind: str, text: str, unit: str | None, problem: str) -> None:
    shown = f"{text} {unit}" if unit else text
    with pytest.raises(ValueError, match=f"^{re.escape(f'{shown!r} can be no value of trait. {problem}')}$"):
        require_readable(_definition(kind), text, unit)


def test_what_could_be_a_value_is_not_told_off() -> None:
    texts = {
        "TEXT": "heavy\x00",
        "URL": "heavy",
        "ENUM": "heavy",
        "MULTI_ENUM": "a|b",
        "BOOLEAN": "Yes",
        "DATE": "1987",
    }
    for kind, text in {**texts, "INTEGER": "12", "DECIMAL": "-7.5", "QUANTITY": "12 G"}.items():
        require_readable(_definition(kind, options=COLOURS, min=Decimal(20)), text)


def test_a_long_text_is_told_in_part() -> None:
    with pytest.raises(ValueError, match=rf"^'{'x' * 60}' can be no value of trait\."):
        require_readable(_definition("DATE"), "x" * 1_000)


@pytest.mark.parametrize(
    ("kind", "use"),
    [
        *((kind, "eq, in or contains") for kind in ("TEXT", "URL")),
        *((kind, "eq or in") for kind in ("BOOLEAN", "ENUM", "MULTI_ENUM")),
        ("DATE", "eq, in, from or to"),
    ],
)
def test_only_numbers_have_bounds(kind: str, use: str) -> None:
    told = f"gt, gte, lt and lte compare numbers, and trait is none: use {use}."
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        number_bound(_definition(kind), Decimal(1))


def test_what_is_asked_of_another_type_tells_what_to_use() -> None:
    told = "from and to compare dates, and trait is none: use eq, in, gt, gte, lt or lte."
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        require_type(_definition("QUANTITY"), {"DATE"}, "from and to compare dates")


@pytest.mark.parametrize("kind", ["INTEGER", "DECIMAL", "QUANTITY"])
@given(number=st.decimals(-(2**31), 2**31 - 1, places=0), bound=NUMBERS)
def test_a_value_is_above_a_bound_where_its_number_is(kind: str, number: Decimal, bound: Decimal) -> None:
    definition = _definition(kind)
    entry = entered(definition, {"text": f"{number:f}"})
    assert entry
    ((value, _),) = index_values(entry, definition)
    assert (value > number_bound(definition, bound)) == (number > bound)
    assert (value < number_bound(definition, bound)) == (number < bound)
