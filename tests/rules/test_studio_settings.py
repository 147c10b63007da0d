"""What an admin can set."""

from __future__ import annotations

import pytest

from rules.refusals import Refusal
from rules.studio_settings import (
    DEFINITIONS,
    MOST_PUBLIC,
    checked_key,
    checked_value,
    described,
    is_public,
    require_room,
    setting_id,
)


def test_every_default_is_a_value_that_its_key_takes() -> None:
    assert {key: checked_value(key, one.default) for key, one in DEFINITIONS.items()} == {
        "bookings.pending_hours": "24",
        "bookings.retention_days": "730",
        "guests.per_hour": "10",
    }


@pytest.mark.parametrize("key", ["guests.per_hour", "public.a", "public.hero-title_2.en", "public." + "x" * 93])
def test_keys_that_are_defined_or_the_frontend_s_own(key: str) -> None:
    assert checked_key(key) == key


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "NOT_FOUND"),
        ("guests", "NOT_FOUND"),
        ("Public.a", "NOT_FOUND"),
        ("public.", "INVALID"),
        ("public.A", "INVALID"),
        ("public.하늘", "INVALID"),
        ("public.a\n", "INVALID"),
        ("public." + "x" * 94, "INVALID"),
    ],
)
def test_other_keys_are_refused(key: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_key(key)
    assert (refused.value.code, refused.value.path) == (code, ("key",))


@pytest.mark.parametrize(("value", "written"), [("1", "1"), (" 007 ", "7"), ("720", "720")])
def test_a_whole_number_within_its_bounds(value: str, written: str) -> None:
    assert checked_value("bookings.pending_hours", value) == written


@pytest.mark.parametrize("value", ["", "0", "721", "-1", "1.5", "1e2", "٣", "9" * 20, "one"])
def test_refuses_what_is_out_of_bounds_or_no_number(value: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_value("bookings.pending_hours", value)
    assert (refused.value.code, refused.value.path) == ("OUT_OF_RANGE", ("value",))
    assert refused.value.values == {"min": 1, "max": 720}


def test_the_frontend_s_own_texts_are_free() -> None:
    assert checked_value("public.a", "") == ""
    assert checked_value("public.a", " two\nlines ") == "two\nlines"
    assert checked_value("public.a", "x" * 10_000) == "x" * 10_000
    for value, code in (("x" * 10_001, "TOO_LONG"), ("\u0007", "INVALID")):
        with pytest.raises(Refusal) as refused:
            checked_value("public.a", value)
        assert (refused.value.code, refused.value.path) == (code, ("value",))


def test_who_reads_what() -> None:
    assert {key: is_public(key) for key in (*DEFINITIONS, "public.a")} == {
        "bookings.pending_hours": True,
        "bookings.retention_days": True,
        "guests.per_hour": False,
        "public.a": True,
    }


def test_only_what_is_defined_is_described() -> None:
    assert all(described(key) for key in DEFINITIONS)
    assert described("public.a") is None


def test_ids_follow_from_keys() -> None:
    assert setting_id("guests.per_hour") == "4ebf24e02ead53268e4830a19006447a"
    assert len({setting_id(key) for key in (*DEFINITIONS, "public.a")}) == len(DEFINITIONS) + 1


def test_there_is_room_for_two_hundred_texts() -> None:
    require_room(MOST_PUBLIC - 1)
    with pytest.raises(Refusal) as refused:
        require_room(MOST_PUBLIC)
    assert (refused.value.code, refused.value.path, refused.value.values) == ("QUOTA", ("key",), {"max": 200})
