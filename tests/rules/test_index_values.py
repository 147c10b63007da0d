"""The form in which values are compared: ordered byte by byte as the values are, and equal where these are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.index_values import LAST_DAY, IndexValue, in_order, index_values
from rules.specifications import Definition, Option
from rules.text import fold
from rules.units import UNITS

COLOURS = (Option("red", "Crimson"), Option("dark-red", "Wine"), Option("blue", "Blue", archived=True))
NUMBERS = st.decimals(-(10**15) + 1, 10**15 - 1, places=4) | st.decimals(-20, 20, places=2)
LETTERS = st.text("aAßéE\u0301한K\u212aΣς \n🌸", max_size=6)
TEXTS = LETTERS | st.builds("".join, st.tuples(st.sampled_from(["x" * 199, "x" * 200, "ß" * 100, "é" * 200]), LETTERS))
DAYS = st.dates()
PARTIAL = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from([4, 7, 10]))


def _definition(kind: str, **others: Any) -> Definition:
    unit = "kg" if kind == "QUANTITY" else None
    return Definition(
        **{"id": "1", "category_id": "2", "key": "trait", "label": "", "type": kind, "unit": unit, **others}
    )


def _indexed(definition: Definition, text: str) -> tuple[IndexValue, ...]:
    return index_values({"key": "trait", "type": "TEXT", "content": {"text": text}}, definition)


def _bytes(number: Decimal) -> bytes:
    return in_order(number).encode()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("0", "1"),
        ("-0.00", "1"),
        ("1", "1501"),
        ("1.00", "1501"),
        ("10", "1511"),
        ("12.50", "151125"),
        ("0.05", "1485"),
        ("-1", "0498~"),
        ("-12.50", "048874~"),
        ("-0.05", "0514~"),
        ("999999999999999.9999", "1649999999999999999999"),
        ("1e-50", "1001"),
        ("-9.9e49", "00000~"),
    ],
)
def test_a_number_is_told_by_its_place_and_its_digits(number: str, code: str) -> None:
    assert in_order(Decimal(number)) == code


@given(NUMBERS, NUMBERS)
@example(Decimal("-1.2"), Decimal("-1.25"))
@example(Decimal("1.0"), Decimal("1.00"))
@example(Decimal("-0.0"), Decimal(0))
@example(Decimal("0.0001"), Decimal(0))
@example(Decimal("-0.0001"), Decimal(0))
@example(Decimal("-9.9999"), Decimal(-10))
def test_the_order_of_codes_is_that_of_numbers(one: Decimal, other: Decimal) -> None:
    assert (_bytes(one) < _bytes(other)) == (one < other)
    assert (_bytes(one) == _bytes(other)) == (one == other)


@given(st.lists(NUMBERS.map(lambda number: number.normalize()), max_size=30))
def test_codes_sort_numbers(numbers: list[Decimal]) -> None:
    assert sorted(numbers, key=_bytes) == sorted(numbers)


@given(NUMBERS, NUMBERS, st.data())
def test_quantities_are_in_order_whatever_their_units(one: Decimal, other: Decimal, data: st.DataObject) -> None:
    dimension = data.draw(st.sampled_from(sorted({unit.dimension for unit in UNITS.values()})))
    alike = [unit for unit in UNITS.values() if unit.dimension == dimension]
    unit, another, own = (data.draw(st.sampled_from(alike)) for _ in range(3))
    definition = _definition("QUANTITY", unit=own.symbol)
    (first,), (second,) = (
        _indexed(definition, f"{number:f} {which.symbol}") for number, which in ((one, unit), (other, another))
    )
    assert (first.value < second.value) == (unit.canonical(one) < another.canonical(other))
    assert (first.value == second.value) == (unit.canonical(one) == another.canonical(other))


@given(TEXTS, TEXTS)
@example("x" * 200, "X" * 200)
@example("x" * 201, "x" * 200 + "X")
@example("x" * 201, "x" * 200 + "y")
@example("ß" * 101, "s" * 202)
def test_texts_are_the_same_where_they_read_the_same(one: str, other: str) -> None:
    (first, second) = (_indexed(_definition("TEXT"), text) for text in (one, other))
    assert (first == second) == (fold(one) == fold(other))
    assert (first[0].value == second[0].value) == (fold(one) == fold(other))


@given(TEXTS, TEXTS)
def test_texts_are_ordered_by_their_first_characters(one: str, other: str) -> None:
    (first, second) = (_indexed(_definition("TEXT"), text)[0].value.encode() for text in (one, other))
    beginnings = fold(one)[:200], fold(other)[:200]
    if beginnings[0] != beginnings[1]:
        assert (first < second) == (beginnings[0] < beginnings[1])


def test_a_long_text_is_there_whole_beside_its_beginning() -> None:
    text = "Silk " * 41
    digest = sha256(text.lower().encode()).hexdigest()
    assert _indexed(_definition("TEXT"), text) == (IndexValue(f"{text.lower()[:200]}\n{digest}", text.lower()),)
    assert _indexed(_definition("TEXT"), text[:200]) == (IndexValue(text.lower()[:200]),)


@given(PARTIAL, DAYS)
@example("1987", date(1987, 1, 1))
@example("1987", date(1987, 12, 31))
@example("1987-02", date(1987, 2, 28))
@example("1987-05-20", date(1987, 5, 20))
def test_a_date_is_within_days_where_all_of_it_is(text: str, day: date) -> None:
    ((value, _),) = _indexed(_definition("DATE"), text)
    days = [one for one in (day - timedelta(1), day, day + timedelta(1)) if one.isoformat().startswith(text)]
    first, last = (date.fromisoformat(part) for part in value.split("/"))
    assert first.isoformat().startswith(text)
    assert last.isoformat().startswith(text)
    assert all(first <= one <= last for one in days)
    assert (value >= day.isoformat()) == (first >= day)
    assert (value[LAST_DAY - 1 :] <= day.isoformat()) == (last <= day)


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("TEXT", " Silk\n", [" silk\n"]),
        ("INTEGER", "0012.00", ["15112"]),
        ("INTEGER", "-5", ["0494~"]),
        ("DECIMAL", "1200.50", ["15312005"]),
        ("BOOLEAN", "Yes", ["true"]),
        ("BOOLEAN", "0", ["false"]),
        ("DATE", "1987", ["1987-01-01/1987-12-31"]),
        ("DATE", "1987-05", ["1987-05-01/1987-05-31"]),
        ("DATE", "2024-02", ["2024-02-01/2024-02-29"]),
        ("DATE", "1987-05-20", ["1987-05-20/1987-05-20"]),
        ("DATE", "9999", ["9999-01-01/9999-12-31"]),
        ("ENUM", "Dark red", ["dark-red"]),
        ("ENUM", "blue", ["blue"]),
        ("MULTI_ENUM", "blue|RED", ["blue", "red"]),
        ("URL", " HTTPS://Example.com/A ", ["https://example.com/a"]),
        ("QUANTITY", "1200 g", ["15012"]),
        ("QUANTITY", "1.2", ["15012"]),
        ("INTEGER", "12.5", []),
        ("DATE", "1987-02-30", []),
        ("ENUM", "Wine", []),
        ("MULTI_ENUM", "red|green", []),
        ("QUANTITY", "3 m", []),
    ],
)
def test_what_fits_is_indexed(kind: str, text: str, values: list[str]) -> None:
    definition = _definition(kind, options=COLOURS)
    assert [indexed.value for indexed in _indexed(definition, text)] == values


def test_what_is_outside_the_bounds_is_not_indexed() -> None:
    bounded = _definition("INTEGER", min=Decimal(1), max=Decimal(9))
    assert [bool(_indexed(bounded, text)) for text in ("0", "1", "9", "10")] == [False, True, True, False]
    assert _indexed(_definition("TEXT", max_length=3), "silk") == ()
