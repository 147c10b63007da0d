"""What may be written of the studio."""

from __future__ import annotations

import pytest

from rules.checking import checked
from rules.refusals import Refusal
from rules.studio import CHECKS, require_purpose, told


def test_takes_what_is_right() -> None:
    given = {
        "name": " Haneul ", "email": "a@b.kr", "phone": "02 123 4567", "address": "1 Road\nSeoul", "logo_id": "Image_1",
        "time_zone": "Asia/Seoul", "currency": "KRW", "locales": ["KO", "en-gb"], "translations": None,
        "weekly_hours": None,
    }  # fmt: skip
    assert checked(given, CHECKS) == (
        given | {"name": "Haneul", "locales": ["ko", "en-GB"], "weekly_hours": []},
        [],
    )


@pytest.mark.parametrize("field", ["email", "phone", "address", "logo_id"])
def test_what_can_be_cleared(field: str) -> None:
    assert checked({field: None}, CHECKS) == ({field: None}, [])


@pytest.mark.parametrize(
    ("field", "value", "code", "path"),
    [
        ("name", None, "REQUIRED", ["name"]),
        ("name", " ", "TOO_SHORT", ["name"]),
        ("name", "x" * 201, "TOO_LONG", ["name"]),
        ("address", "x" * 501, "TOO_LONG", ["address"]),
        ("time_zone", None, "REQUIRED", ["timeZone"]),
        ("time_zone", "", "REQUIRED", ["timeZone"]),
        ("time_zone", "Asia/Atlantis", "INVALID", ["timeZone"]),
        ("time_zone", "../etc/passwd", "INVALID", ["timeZone"]),
        ("currency", None, "REQUIRED", ["currency"]),
        ("currency", "XAU", "INVALID", ["currency"]),
        ("currency", "krw", "INVALID", ["currency"]),
        ("locales", None, "REQUIRED", ["locales"]),
        ("locales", [], "REQUIRED", ["locales"]),
        ("locales", ["en", "ko", "EN"], "CONFLICT", ["locales", "2"]),
        ("locales", [f"a{letter}" for letter in "abcdefghijk"], "TOO_LONG", ["locales"]),
    ],
)
def test_refuses_what_cannot_be(field: str, value: object, code: str, path: list[str]) -> None:
    _, reasons = checked({field: value}, CHECKS)
    assert [(one.code, one.path) for one in reasons] == [(code, ("input", *path))]


def test_a_logo_is_nothing_that_is_somebody_s_own() -> None:
    for purpose in ("DESIGN", "SERVICE", "GALLERY", "TEMP"):
        require_purpose(purpose)
    for purpose in ("AVATAR", "MEAL", "ITEM"):
        with pytest.raises(Refusal) as refused:
            require_purpose(purpose)
        assert (refused.value.code, refused.value.path) == ("INVALID", ("input", "logoId"))


def test_the_audit_tells_what_clients_know() -> None:
    columns = {"logo_id": "1", "time_zone": "Asia/Seoul", "locales": ["ko"], "translations": {"ko": {"name": "하늘"}}}
    assert told(columns) == {
        "logoId": "Image_1",
        "timeZone": "Asia/Seoul",
        "locales": '["ko"]',
        "translations": '{"ko": {"name": "하늘"}}',
    }
    assert told({"logo_id": None}) == {"logoId": None}
