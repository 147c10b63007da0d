"""What a picture may be uploaded for and by whom, and what may be told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.access import Permission
from rules.images import (
    CHECKS,
    announcement_checks,
    nothing_came,
    picture_problems,
    pictures,
    require_room,
    require_unused,
    tidy_alt_text,
    told,
    uploader,
)
from rules.refusals import Refusal

NOW = datetime(2026, 3, 9, tzinfo=UTC)
ANNOUNCED = announcement_checks({"image/png", "image/gif"}, 10_000_000)
OTHER_TYPE = "Pictures of this type are not taken: send one of image/gif, image/png."


@pytest.mark.parametrize("purpose", ["AVATAR", "ITEM", "MEAL"])
def test_members_upload_what_is_theirs(purpose: str) -> None:
    assert uploader(purpose) is Permission.MEMBER


@pytest.mark.parametrize("purpose", ["DESIGN", "SERVICE", "GALLERY", "TEMP"])
def test_staff_upload_the_rest(purpose: str) -> None:
    assert uploader(purpose) is Permission.STAFF


@pytest.mark.parametrize(
    ("given", "kept"), [(None, None), ("", None), ("  ", None), (" e\u0301 ", "é"), ("a\r\nb", "a\nb")]
)
def test_a_text_is_tidied(given: str | None, kept: str | None) -> None:
    assert tidy_alt_text(given, ("altText",)) == kept


@pytest.mark.parametrize("value", [0, 0.0, 0.5, 1])
def test_a_place_is_between_the_edges(value: float) -> None:
    assert CHECKS["focal_x"](value, ()) == value


@pytest.mark.parametrize("value", [-0.001, 1.001, 1e308, float("inf"), float("nan")])
def test_refuses_a_place_outside(value: float) -> None:
    with pytest.raises(Refusal, match=r"This has to be from 0 to 1\.") as refusal:
        CHECKS["focal_y"](value, ("input", "focalY"))
    assert (refusal.value.code, refusal.value.values) == ("OUT_OF_RANGE", {"min": 0, "max": 1})


@pytest.mark.parametrize("value", [1, 10_000_000])
def test_a_size_is_within_its_bounds(value: int) -> None:
    assert ANNOUNCED["byte_size"](value, ()) == value


@pytest.mark.parametrize(
    ("name", "value", "code", "message"),
    [
        ("content_type", "image/svg+xml", "UNSUPPORTED_MEDIA", OTHER_TYPE),
        ("content_type", "", "UNSUPPORTED_MEDIA", OTHER_TYPE),
        ("byte_size", 10_000_001, "TOO_LARGE", "A picture may have at most 10 MB. Send a smaller one."),
        ("byte_size", 0, "OUT_OF_RANGE", "This has to be from 1 to 10000000."),
        ("sha256", "０" * 64, "INVALID", "A SHA-256 is written as 64 hexadecimal digits."),  # noqa: RUF001  (wide)
        ("sha256", "0" * 65, "INVALID", "A SHA-256 is written as 64 hexadecimal digits."),
        ("filename", "x" * 256, "TOO_LONG", "At most 255 characters."),
        ("alt_text", "x" * 501, "TOO_LONG", "At most 500 characters."),
    ],
)
def test_refuses_what_cannot_come(name: str, value: Any, code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        ANNOUNCED[name](value, ("input", name))
    assert (refusal.value.code, str(refusal.value), refusal.value.path) == (code, message, ("input", name))


def test_twenty_uploads_are_enough() -> None:
    require_room(19)
    with pytest.raises(Refusal, match="You have 20 uploads under way") as refusal:
        require_room(20)
    assert refusal.value.code == "QUOTA"


def test_what_did_not_come_may_still_come_until_the_time_is_over() -> None:
    assert nothing_came(NOW + timedelta(seconds=1), NOW).code == "NOT_FOUND"
    assert nothing_came(NOW, NOW).code == "STATE"


def test_something_has_at_most_fifty_pictures() -> None:
    fifty = [str(number) for number in range(50)]
    assert pictures(fifty, ("input", "imageIds")) == fifty
    with pytest.raises(Refusal) as refusal:
        pictures([*fifty, "50"], ("input", "imageIds"))
    assert (refusal.value.code, refusal.value.values) == ("TOO_LONG", {"min": 0, "max": 50})


@pytest.mark.parametrize(("purpose", "good"), [("DESIGN", {0, 2}), ("SERVICE", {1, 2})])
def test_what_is_wrong_with_pictures(purpose: str, good: set[int]) -> None:
    purposes = {"design": "DESIGN", "service": "SERVICE", "temp": "TEMP", "avatar": "AVATAR", "meal": "MEAL"}
    problems = picture_problems([*purposes, None, "unseen"], purposes, purpose)
    wrong = [("INVALID", place) for place in range(5) if place not in good] + [("NOT_FOUND", 5), ("NOT_FOUND", 6)]
    assert [(problem.code, int(problem.path[-1])) for problem in problems] == wrong


def test_a_picture_goes_only_when_nothing_shows_it() -> None:
    require_unused(0, "by", "id")
    with pytest.raises(Refusal) as refusal:
        require_unused(3, "by", "id")
    assert (refusal.value.code, refusal.value.path, refusal.value.values) == ("IN_USE", ("by", "id"), {"count": 3})


def test_the_audit_tells_names_that_clients_know() -> None:
    assert told({"alt_text": "Me", "focal_x": 0.5}) == {"altText": "Me", "focalX": 0.5}
