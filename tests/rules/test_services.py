"""What a service may be."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from rules.checking import checked
from rules.refusals import Refusal
from rules.services import (
    BLANK,
    CHECKS,
    Price,
    checks,
    currency_problems,
    price_columns,
    price_of,
    require_unbooked,
    told,
    with_kept,
)

WON, DOLLARS = Price(Decimal(5_000), "KRW"), Price(Decimal("9.9"), "USD")
OPTION: dict[str, Any] = {"id": "1", "name": "Print", "price": WON, "extra_minutes": 15}
OPTION |= {"translations": {"ko": {"name": "인화"}}}
BOUNDS = {
    "duration_minutes": (5, 10_080),
    "buffer_before_minutes": (0, 1_440),
    "buffer_after_minutes": (0, 1_440),
    "slot_step_minutes": (5, 1_440),
    "min_notice_minutes": (0, 525_600),
    "max_days_ahead": (1, 730),
    "max_per_day": (1, 1_000),
    "capacity": (1, 500),
    "cancel_notice_minutes": (0, 525_600),
    "position": (0, 2**31 - 1),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_have_their_bounds(name: str) -> None:
    least, most = BOUNDS[name]
    for value in (least, most):
        assert checked({name: value}, CHECKS) == ({name: value}, [])
    for value in (least - 1, most + 1):
        _, [reason] = checked({name: value}, CHECKS)
        assert (reason.code, reason.values) == ("OUT_OF_RANGE", {"min": least, "max": most})


def test_what_is_left_out_passes_the_checks() -> None:
    columns = {name: value for name, value in BLANK.items() if name != "translations"}
    assert checked(columns, checks("KRW")) == (columns, [])


@pytest.mark.parametrize(
    ("given", "price"),
    [
        (None, None),
        ({"amount": Decimal(5_000)}, WON),
        ({"amount": Decimal("9.90"), "currency": "USD"}, DOLLARS),
        ({"amount": Decimal(0), "currency": None}, Price(Decimal(0), "KRW")),
    ],
)
def test_a_price_is_in_the_studio_s_currency_unless_it_says_otherwise(given: Any, price: Price | None) -> None:
    assert checked({"price": given}, checks("KRW")) == ({"price": price}, [])
    columns = price_columns(price)
    assert price_of(SimpleNamespace(**columns)) == price


def test_a_price_is_written_with_the_decimals_of_its_currency() -> None:
    assert [str(WON), str(DOLLARS)] == ["5000 KRW", "9.90 USD"]


def test_translations_are_kept_by_language_without_what_is_empty() -> None:
    given = [{"locale": "KO", "name": " 가족 ", "summary": "", "description": None}, {"locale": "hi", "name": " "}]
    values, reasons = checked({"translations": given}, CHECKS)
    assert (values, reasons) == ({"translations": {"ko": {"name": "가족"}}}, [])
    assert checked({"translations": None}, CHECKS) == ({"translations": {}}, [])
    twice = [{"locale": "zh-hant", "name": "a"}, {"locale": "ZH-Hant", "name": "b"}]
    _, [reason] = checked({"translations": twice}, CHECKS)
    assert (reason.code, reason.path) == ("CONFLICT", ("input", "translations", "1", "locale"))


def test_an_option_keeps_what_its_entry_leaves_out() -> None:
    kept = {"1": OPTION}
    entries: list[dict[str, Any]] = [
        {"name": "Frame"},
        {"id": "1", "name": "Prints"},
        {"id": "1", "name": "Print", "price": None, "translations": None},
    ]
    assert with_kept(entries, kept) == [
        {"id": None, "name": "Frame", "price": None, "extra_minutes": 0, "translations": {}},
        OPTION | {"name": "Prints"},
        OPTION | {"price": None, "translations": {}},
    ]


@pytest.mark.parametrize(
    ("price", "prices", "listed", "refused"),
    [
        (None, [], True, []),
        (WON, [None, WON], True, []),
        (None, [DOLLARS, None, DOLLARS], True, []),
        (WON, [None, DOLLARS, WON, DOLLARS], True, [("KRW", "options.1.price"), ("KRW", "options.3.price")]),
        (None, [DOLLARS, WON], True, [("USD", "options.1.price")]),
        (WON, [DOLLARS, DOLLARS], False, [("USD", "price")]),
        (None, [DOLLARS], False, []),
    ],
)
def test_all_prices_are_in_one_currency(
    price: Price | None,
    prices: list[Price | None],
    listed: bool,  # noqa: FBT001  (a case)
    refused: list[tuple[str, str]],
) -> None:
    problems = currency_problems(price, [{"price": one} for one in prices], listed=listed)
    assert [(one.values["currency"], ".".join(one.path[1:])) for one in problems] == refused
    assert {one.code for one in problems} <= {"CONFLICT"}


def test_what_was_booked_is_not_deleted() -> None:
    require_unbooked(0)
    with pytest.raises(Refusal) as refused:
        require_unbooked(2)
    assert (refused.value.code, refused.value.path, refused.value.values) == ("IN_USE", ("id",), {"count": 2})


def test_lists_are_no_longer_than_they_may_be() -> None:
    for name, most in (("options", 30), ("translations", 30), ("resource_ids", 20), ("image_ids", 50)):
        entries: list[Any] = [f"{number}" for number in range(most + 1)]
        if name in {"options", "translations"}:
            entries = [{"name": "A"} for _ in entries]
        with pytest.raises(Refusal) as refused:
            checks("KRW")[name](entries, ("input", name))
        assert (refused.value.code, refused.value.values) == ("TOO_LONG", {"min": 0, "max": most})


def test_the_audit_tells_what_clients_know() -> None:
    columns = {
        "price": WON,
        "requires_confirmation": True,
        "resource_ids": ["2", "3"],
        "image_ids": [],
        "options": [OPTION, OPTION | {"id": "2", "price": None, "translations": {}}],
        "translations": {"ko": {"name": "가족"}},
    }
    assert told(columns) == {
        "price": WON,
        "requiresConfirmation": "true",
        "resourceIds": "Resource_2, Resource_3",
        "imageIds": None,
        "options": (
            '[{"extraMinutes": 15, "id": "ServiceOption_1", "name": "Print", "price": "5000 KRW", '
            '"translations": {"ko": {"name": "인화"}}}, '
            '{"extraMinutes": 15, "id": "ServiceOption_2", "name": "Print"}]'
        ),
        "translations": '{"ko": {"name": "가족"}}',
    }
    assert told({"options": [], "translations": {}}) == {"options": None, "translations": None}
