"""Who books or asks, and how they are reached."""

from __future__ import annotations

import pytest

from rules.customers import best_locale, check_name, reach_problems
from rules.refusals import Refusal

PATH = ("input", "customer")


def code_of(name: str | None) -> str:
    """Why it can be no name."""
    with pytest.raises(Refusal) as refusal:
        check_name(name, (*PATH, "name"))
    assert refusal.value.path == ("input", "customer", "name")
    return refusal.value.code


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Mina Kim", "Mina Kim"),
        ("  김민아 ", "김민아"),
        ("Jose\u0301", "Jos\u00e9"),
        ("क्\u200dष", "क्\u200dष"),
        ("x" * 80, "x" * 80),
        ("<b>Mina</b>", "<b>Mina</b>"),
    ],
)
def test_takes_a_name_as_people_write_it(given: str, name: str) -> None:
    assert check_name(given, PATH) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (None, "REQUIRED"), ("", "TOO_SHORT"), (" \u3000 ", "TOO_SHORT"), ("x" * 81, "TOO_LONG"),
        ("Mina\nBcc: all@example.com", "INVALID"), ("Mina\tKim", "INVALID"), ("Mi\0na", "INVALID"),
        ("Mi\u2028na", "INVALID"), ("Mi\u2029na", "INVALID"), ("\u202eanim", "INVALID"), ("Mi\u200bna", "INVALID"),
        ("\ud800", "INVALID"),
    ],
    ids=ascii,
)  # fmt: skip
def test_refuses_what_is_no_name_or_more_than_one_line(name: str | None, code: str) -> None:
    assert code_of(name) == code


@pytest.mark.parametrize(
    ("email", "phone", "guest", "missing"),
    [
        ("mina@example.com", None, False, []),
        (None, "+821012345678", False, []),
        ("mina@example.com", "+821012345678", True, []),
        ("mina@example.com", None, True, []),
        (None, None, False, ["Give an e-mail address or a phone number."]),
        (None, None, True, ["Give an e-mail address: the booking is confirmed there."]),
        (None, "+821012345678", True, ["Give an e-mail address: the booking is confirmed there."]),
    ],
)
def test_a_customer_can_be_reached_and_a_guest_by_mail(
    email: str | None, phone: str | None, missing: list[str], *, guest: bool
) -> None:
    reasons = reach_problems(email, phone, PATH, guest=guest)
    told = [(reason.code, reason.path, str(reason)) for reason in reasons]
    assert told == [("REQUIRED", ("input", "customer", "email"), message) for message in missing]


@pytest.mark.parametrize(
    ("header", "spoken", "locale"),
    [
        ("", ["en", "ko"], "en"),
        ("ko", ["en", "ko"], "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", ["en", "ko"], "ko"),
        ("KO", ["en", "ko-KR"], "ko-KR"),
        ("fr, ko;q=0.5, hi;q=0.7", ["en", "ko", "hi"], "hi"),
        ("en-GB, ko", ["en", "ko"], "en"),
        ("fr, de", ["ko", "en"], "ko"),
        ("zh-TW", ["en", "zh-CN", "zh-TW"], "zh-TW"),
        ("zh-HK", ["en", "zh-CN", "zh-TW"], "zh-CN"),
        ("*", ["en", "ko"], "en"),
        ("\0;q=x,,;", ["en", "ko"], "en"),
    ],
)
def test_answers_in_the_best_language_that_the_studio_speaks(header: str, spoken: list[str], locale: str) -> None:
    assert best_locale(header, spoken) == locale
