"""Texts in other languages, changed one by one."""

from __future__ import annotations

from typing import Any

import pytest

from rules.refusals import Refusal, Refusals
from rules.translations import MOST_LANGUAGES, language_tag, merged, translations

PATH = ("input", "translations")
CHECK = translations("name", most=5)
BEFORE = {"ko": {"name": "하늘"}, "hi": {"name": "हानुल"}}


@pytest.mark.parametrize(
    ("given", "tag"),
    [("KO", "ko"), ("en-gb", "en-GB"), ("ZH-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("de-1901", "de-1901")],
)
def test_a_tag_is_written_as_bcp_47_has_it(given: str, tag: str) -> None:
    assert language_tag(given) == tag


def test_single_texts_in_single_languages() -> None:
    assert CHECK([_text("KO", " 하늘 "), _text("hi", "")], PATH) == [
        {"locale": "ko", "field": "name", "value": "하늘"},
        {"locale": "hi", "field": "name", "value": None},
    ]
    assert (CHECK(None, PATH), CHECK([], PATH)) == (None, [])


def test_tells_all_that_is_wrong_at_once() -> None:
    with pytest.raises(Refusals) as refused:
        CHECK([_text("ko", "하늘"), _text("ko", "x" * 6), _text("ko", "x", field="title")], PATH)
    assert [(one.code, one.path) for one in refused.value.reasons] == [
        ("TOO_LONG", (*PATH, "1", "value")),
        ("INVALID", (*PATH, "2", "field")),
    ]


def test_what_is_given_replaces_and_the_rest_stays() -> None:
    assert merged(BEFORE, [_text("ko", "바다"), _text("fr", "Ciel")]) == {
        "ko": {"name": "바다"}, "hi": {"name": "हानुल"}, "fr": {"name": "Ciel"},
    }  # fmt: skip
    assert BEFORE["ko"] == {"name": "하늘"}


def test_an_empty_value_takes_a_text_away() -> None:
    assert merged(BEFORE, [_text("ko", None), _text("fr", None)]) == {"hi": {"name": "हानुल"}}


def test_null_takes_all_away_and_an_empty_list_none() -> None:
    assert (merged(BEFORE, None), merged(BEFORE, [])) == ({}, BEFORE)


def test_refuses_more_languages_than_fifty() -> None:
    many = {f"a{chr(97 + number % 26)}{chr(97 + number // 26)}": {"name": "x"} for number in range(MOST_LANGUAGES)}
    assert merged(many, [_text(next(iter(many)), "y")]) != many
    with pytest.raises(Refusal) as refused:
        merged(many, [_text("ko", "하늘")])
    assert (refused.value.code, refused.value.path) == ("TOO_LONG", PATH)


def _text(locale: str, value: str | None, field: str = "name") -> dict[str, Any]:
    return {"locale": locale, "field": field, "value": value}
