"""Inputs, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from rules.checking import LARGEST, camel_case, checked, distinct, each, id_problems, needed, place, slug, text, whole
from rules.refusals import Refusal, Refusals

PATH = ("input", "field")


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("Silk", "Silk"),
        (" \u3000Silk\t\n", "Silk"),
        ("e\u0301", "é"),
        ("", None),
        (" ", None),
        (None, None),
        ("x" * 20, "x" * 20),
        ("\u200dzero width joiners\u200d stay", "\u200dzero width joiners\u200d stay"),
    ],
)
def test_a_text_is_tidied(given: str | None, written: str | None) -> None:
    assert text(most=200)(given, PATH) == written


def test_lines_are_kept_where_there_may_be_several() -> None:
    assert text(most=200, lines=True)("a\r\nb\rc\n\td\n", PATH) == "a\nb\nc\n\td"


@pytest.mark.parametrize("given", ["a\nb", "a\tb", "\x07", "a\x7fb", "a\x85b", "\ud800"])
def test_control_characters_are_refused(given: str) -> None:
    assert _refused(text(most=200), given) == ("INVALID", PATH, {})


@pytest.mark.parametrize("given", ["a\x00b", "a\x0bb", "\x1b[31m"])
def test_control_characters_are_refused_among_lines_too(given: str) -> None:
    assert _refused(text(most=200, lines=True), given) == ("INVALID", PATH, {})


@pytest.mark.parametrize(
    ("given", "code"), [(None, "REQUIRED"), ("", "TOO_SHORT"), (" ", "TOO_SHORT"), ("xxxx", "TOO_LONG")]
)
def test_a_text_that_is_needed_has_its_bounds(given: str | None, code: str) -> None:
    values = {} if code == "REQUIRED" else {"min": 1, "max": 3}
    assert _refused(text(least=1, most=3), given) == (code, PATH, values)
    assert text(least=1, most=3)(" xxx ", PATH) == "xxx"


def test_length_is_counted_after_tidying() -> None:
    assert text(most=1)(" e\u0301 ", PATH) == "é"


@pytest.mark.parametrize("given", ["a", "silk-2", "두루마기", "x" * 80])
def test_a_slug_is_taken(given: str) -> None:
    assert slug(given, PATH) == given


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "REQUIRED"), ("", "TOO_SHORT"), ("x" * 81, "TOO_LONG"), ("Silk", "INVALID"), ("a b", "INVALID"),
        ("a_b", "INVALID"), ("-a", "INVALID"), ("a--b", "INVALID"), ("a/b", "INVALID"), ("🌸", "INVALID"),
    ],
)  # fmt: skip
def test_what_is_no_slug_is_refused(given: str | None, code: str) -> None:
    assert _refused(slug, given)[:2] == (code, PATH)


@pytest.mark.parametrize("given", [0, 7, LARGEST])
def test_a_place_is_taken(given: int) -> None:
    assert place(given, PATH) == given


def test_a_place_outside_its_bounds_is_refused() -> None:
    bounds = {"min": 0, "max": LARGEST}
    assert [_refused(place, given) for given in (-1, LARGEST + 1)] == [("OUT_OF_RANGE", PATH, bounds)] * 2
    assert _refused(place, None) == ("REQUIRED", PATH, {})


def test_all_that_is_wrong_is_told_and_what_is_not_given_is_left_alone() -> None:
    checks = {"title": text(least=1, most=3), "designer_name": text(most=3), "featured": needed, "season": text(most=3)}
    values, reasons = checked({"title": "", "designer_name": "xxxx", "featured": False}, checks)
    assert values == {"featured": False}
    assert [(reason.code, reason.path) for reason in reasons] == [
        ("TOO_SHORT", ("input", "title")),
        ("TOO_LONG", ("input", "designerName")),
    ]


def test_names_as_clients_know_them() -> None:
    assert [camel_case(name) for name in ("title", "image_ids", "a_b_c")] == ["title", "imageIds", "aBC"]


def _refused(check: Any, given: Any) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    with pytest.raises(Refusal) as refused:
        check(given, PATH)
    return refused.value.code, refused.value.path, refused.value.values


def test_a_whole_number_has_its_bounds() -> None:
    check = whole(5, 10)
    assert [check(value, PATH) for value in (5, 10)] == [5, 10]
    for value in (4, 11):
        assert _refused(check, value) == ("OUT_OF_RANGE", PATH, {"min": 5, "max": 10})
    assert _refused(check, None) == ("REQUIRED", PATH, {})


def test_a_list_holds_each_once_and_no_more_than_it_may() -> None:
    check = distinct(most=3)
    assert (check(None, PATH), check(["b", "a", "c"], PATH)) == ([], ["b", "a", "c"])
    assert _refused(check, ["a", "b", "a"]) == ("CONFLICT", (*PATH, "2"), {})
    assert _refused(check, ["a", "b", "c", "d"]) == ("TOO_LONG", PATH, {"min": 0, "max": 3})


def test_all_that_is_wrong_with_entries_of_a_list_is_told() -> None:
    check = each({"name": text(least=1, most=3), "extra_minutes": whole(0, 9)}, most=2)
    assert check(None, PATH) == []
    assert check([{"name": " a "}, {}], PATH) == [{"name": "a"}, {}]
    with pytest.raises(Refusals) as refused:
        check([{"name": "", "extra_minutes": 10}, {"name": "abcd"}], PATH)
    assert [(reason.code, reason.path) for reason in refused.value.reasons] == [
        ("TOO_SHORT", (*PATH, "0", "name")),
        ("OUT_OF_RANGE", (*PATH, "0", "extraMinutes")),
        ("TOO_LONG", (*PATH, "1", "name")),
    ]
    assert _refused(check, [{}, {}, {}]) == ("TOO_LONG", PATH, {"min": 0, "max": 2})
    _, reasons = checked({"field": [{"name": ""}, {"name": ""}]}, {"field": check})
    assert [reason.path for reason in reasons] == [(*PATH, "0", "name"), (*PATH, "1", "name")]


def test_ids_in_a_list_are_of_what_is_there_each_once() -> None:
    entries: list[dict[str, Any]] = [{"id": "1"}, {}, {"id": None}, {"id": "1"}, {"id": "2"}, {"id": ""}]
    assert [(reason.code, reason.path) for reason in id_problems(entries, {"1"}, "input", "urls")] == [
        ("CONFLICT", ("input", "urls", "3", "id")),
        ("NOT_FOUND", ("input", "urls", "4", "id")),
        ("NOT_FOUND", ("input", "urls", "5", "id")),
    ]
