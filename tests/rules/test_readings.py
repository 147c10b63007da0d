"""What a text says as each type of specification, and what of it is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.readings import period, read
from rules.refusals import Refusal
from rules.specifications import Definition

PATH = ("input", "value")
WHOLE = "This is no whole number of up to 15 digits: write it as in 12."
NUMBER = "This is not a number: write it as in 12.50, with at most 15 digits and 4 decimals."
QUANTITY = "This is no number with a unit: write it as in 12.50 kg, with at most 15 digits and 4 decimals."
DAY = "This is not a date: write 1987-05-20, or 1987-05 or 1987 where no more is known."
ADDRESS = "This is not the address of a web page: write it in full, as in https://example.com/page."


def _definition(kind: str, **others: Any) -> Definition:
    unit = "kg" if kind == "QUANTITY" else None
    return Definition(
        **{"id": "1", "category_id": "2", "key": "trait", "label": "", "type": kind, "unit": unit, **others}
    )


def _refused(kind: str, text: str, **others: Any) -> tuple[str, str, dict[str, Any]]:
    with pytest.raises(Refusal) as refused:
        read(text, _definition(kind, **others), PATH)
    assert refused.value.path == PATH
    return refused.value.code, str(refused.value), refused.value.values


@pytest.mark.parametrize(
    ("kind", "texts", "message"),
    [
        ("TEXT", ["a\x00b", "a\rb", "\x7f", "a\x85b", "\ud800"], "This text holds control characters: take them out."),
        ("INTEGER", ["12.5", "1,200", "+1", "1e3", "12.", ".5", "٣", "1 2", "1" * 16], WHOLE),
        ("DECIMAL", ["1,200", "1.23456", "1" * 16, "NaN", "Infinity", "1e3", "12 kg", "½"], NUMBER),
        ("BOOLEAN", ["2", "ja", "truefalse"], "This says neither yes nor no: write true or false."),
        (
            "DATE",
            ["0000", "87", "1987-5", "1987-13", "1987-00", "1987-05-00", "1987-02-29", "1987-05-20T00:00", "19870520"],
            DAY,
        ),
        ("DATE", ["٠٩٨٧"], DAY),
        ("QUANTITY", ["kg", "1,200 g", "1.23456 g", "1  g", "1e3 g", "1 000 g"], QUANTITY),
        ("URL", ["example.com", "//example.com", "ftp://example.com", "javascript:alert(1)", "https://"], ADDRESS),
        ("URL", ["https://a b.c", "https://a.b/\x00", "https://a.b/\tc", "https://[a", "https://a.b:99999"], ADDRESS),
        ("URL", ["https:///path", "https://:80", "https://a.b:0", "mailto:a@b.c", "https://a.b/\ud800"], ADDRESS),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, texts: list[str], message: str) -> None:
    for text in texts:
        assert _refused(kind, text)[:2] == ("INVALID", message), text


@pytest.mark.parametrize("text", ["3 m", "3 stone", "3 \u00b5g"])
def test_a_unit_of_something_else_is_refused(text: str) -> None:
    units = "kg, mg, g, t, oz, lb"
    message = f"This is not measured in that: use one of {units}."
    assert _refused("QUANTITY", text) == ("INVALID", message, {"units": units})


@pytest.mark.parametrize(
    ("kind", "text", "bounds", "message", "told"),
    [
        ("INTEGER", "2147483648", (None, None), "from -2147483648 to 2147483647", ("-2147483648", "2147483647")),
        ("INTEGER", "-2147483649", (None, None), "from -2147483648 to 2147483647", ("-2147483648", "2147483647")),
        ("INTEGER", "0", ("1", None), "from 1 to 2147483647", ("1", "2147483647")),
        ("INTEGER", "10", ("1", "9"), "from 1 to 9", ("1", "9")),
        ("INTEGER", "2147483648", ("0", "99999999999"), "from 0 to 2147483647", ("0", "2147483647")),
        ("DECIMAL", "0.99", ("1.00", None), "1.00 or more", ("1.00", None)),
        ("DECIMAL", "0.01", (None, "0"), "0 or less", (None, "0")),
        ("DECIMAL", "-0.01", ("0", "1"), "from 0 to 1", ("0", "1")),
        ("QUANTITY", "999 g", ("1", None), "1 kg or more", ("1 kg", None)),
        ("QUANTITY", "1001 g", ("0.5", "1"), "from 0.5 kg to 1 kg", ("0.5 kg", "1 kg")),
    ],
)
def test_what_is_outside_the_bounds_is_refused(
    kind: str, text: str, bounds: tuple[str | None, str | None], message: str, told: tuple[str | None, str | None]
) -> None:
    least, most = (None if bound is None else Decimal(bound) for bound in bounds)
    expected = ("OUT_OF_RANGE", f"This has to be {message}.", {"min": told[0], "max": told[1]})
    assert _refused(kind, text, min=least, max=most) == expected


@pytest.mark.parametrize(
    ("kind", "texts"), [("INTEGER", ["1", "2", "1.00"]), ("QUANTITY", ["1 kg", "1000 g", "2000.0 g"])]
)
def test_the_bounds_themselves_are_within(kind: str, texts: list[str]) -> None:
    for text in texts:
        assert read(text, _definition(kind, min=Decimal(1), max=Decimal(2))).display == text.removesuffix(".00")


@pytest.mark.parametrize(
    ("kind", "most", "longest"),
    [("TEXT", 10_000, None), ("TEXT", 5, 5), ("URL", 2_000, None), ("URL", 2_000, 9_000), ("URL", 20, 20)],
)
def test_a_text_has_so_many_characters(kind: str, most: int, longest: int | None) -> None:
    text = "https://a.b/".ljust(most, "x")[:most]
    assert read(text, _definition(kind, max_length=longest)).content == {kind.lower(): text}
    told = ("TOO_LONG", f"At most {most} characters.", {"min": 0, "max": most})
    assert _refused(kind, text + "x", max_length=longest) == told


@given(st.dates())
def test_a_day_a_month_and_a_year_are_periods(day: date) -> None:
    text = day.isoformat()
    assert period(text) == (day, day)
    for partial, length in ((text[:7], (28, 31)), (text[:4], (365, 366))):
        first, last = period(partial) or (date.max, date.min)
        assert first <= day <= last
        assert length[0] <= (last - first).days + 1 <= length[1]
        assert (first.day, str(first)[: len(partial)], str(last)[: len(partial)]) == (1, partial, partial)
        assert last == date.max or not str(date.fromordinal(last.toordinal() + 1)).startswith(partial)
