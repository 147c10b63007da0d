"""Phone numbers."""

from __future__ import annotations

import pytest

from auth.phones import normalised, region_of


@pytest.mark.parametrize(
    ("given", "region", "number"),
    [
        ("010-1234-5678", "KR", "+821012345678"),
        (" (02) 312-3456 ", "KR", "+8223123456"),
        ("+82 10 1234 5678", None, "+821012345678"),
        ("+82 (0)10 1234 5678", "US", "+821012345678"),
        ("\uff0b\uff18\uff12 \uff11\uff10 1234 5678", None, "+821012345678"),
        ("tel:+91-98765-43210", "KR", "+919876543210"),
        ("098765 43210", "IN", "+919876543210"),
        ("(212) 555-2368", "US", "+12125552368"),
    ],
)
def test_writes_a_number_as_the_whole_world_calls_it(given: str, region: str | None, number: str) -> None:
    assert normalised(given, region) == number


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("", "KR"), (" ", "KR"), ("mina", "KR"), ("12", "KR"), ("010-1234-5678", None), ("010-1234-5678", "ZZ"),
        ("010-1234-56789", "KR"), ("+82 10 1234 5678 ext. 9", "KR"), ("+999 123 456 789", None), ("+", None),
        ("010-1234-5678\nBcc: a@b.example", "KR"), ("\0", "KR"), ("\ud800", "KR"), ("0" * 41, "KR"),
        ("1" * 10**6, "KR"),
    ],
    ids=lambda text: ascii(text)[:40],
)  # fmt: skip
def test_knows_what_is_no_number(text: str, region: str | None) -> None:
    assert normalised(text, region) is None


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("Asia/Seoul", "KR"), ("Asia/Kolkata", "IN"), ("Asia/Calcutta", "IN"), ("US/Eastern", "US"),
        ("America/New_York", "US"), ("Australia/Lord_Howe", "AU"), ("Europe/Kyiv", "UA"),
        ("UTC", None), ("Etc/UTC", None), ("GMT", None), ("Nowhere/Land", None), ("", None),
    ],
)  # fmt: skip
def test_knows_the_country_of_a_time_zone(zone: str, region: str | None) -> None:
    assert region_of(zone) == region
