"""Which language a text is given in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.locales import MAX_LANGUAGES, accepted, translated

NAMES = {"ko": {"name": "하늘"}, "hi": {"name": ""}, "en-GB": {"name": "Sky"}, "fr": {"title": "Ciel"}}


@pytest.mark.parametrize(
    ("locales", "name"),
    [
        ((), "Haneul"),
        (("ko",), "하늘"),
        (("ko-KR",), "하늘"),
        (("ko-Kore-KR",), "하늘"),
        (("hi", "ko"), "하늘"),
        (("hi",), "Haneul"),
        (("fr",), "Haneul"),
        (("de", "en-GB"), "Sky"),
        (("en",), "Haneul"),
        (("en-GB", "ko"), "Sky"),
        (("ko", "en-GB"), "하늘"),
    ],
)
def test_the_first_language_that_has_the_text_gives_it(locales: tuple[str, ...], name: str) -> None:
    assert translated(NAMES, "name", locales, "Haneul") == name


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("", ()),
        ("ko", ("ko",)),
        ("ko, hi", ("ko", "hi")),
        ("hi;q=0.5, ko;q=0.9", ("ko", "hi")),
        ("hi;q=0.5,ko;q=0.5", ("hi", "ko")),
        ("ko , hi ; q = 0.2", ("ko", "hi")),
        ("ko;q=0", ()),
        ("ko;q=-1, hi", ("hi",)),
        ("ko;q=7, hi", ("ko", "hi")),
        ("ko;q=high, hi", ("hi",)),
        ("ko;q=nan, hi", ("hi",)),
        ("ko;level=1", ("ko",)),
        (", ;q=1,,ko", ("ko",)),
        ("ko, en, hi", ("ko",)),
        ("en-GB, ko", ()),
        ("ko;q=0.3, en;q=0.5", ()),
        (",".join(f"l{number}" for number in range(20)), tuple(f"l{number}" for number in range(MAX_LANGUAGES))),
    ],
)
def test_languages_come_best_first_up_to_the_studios_own(header: str, languages: tuple[str, ...]) -> None:
    assert accepted(header, ("en", "ko", "hi")) == languages


@given(st.text() | st.text("koen-;q=0.5,* \t"))
def test_any_header_is_read(header: str) -> None:
    languages = accepted(header, ("en",))
    assert len(languages) <= MAX_LANGUAGES
    assert all(tag and tag == tag.strip() for tag in languages)


def test_the_studios_own_language_is_known_in_any_region_and_case() -> None:
    assert accepted("EN-us, ko;q=0.5", ("en-GB",)) == ()
    assert accepted("ko, en;q=0.5, hi;q=0.4", ("en-GB", "ko")) == ("ko",)
    assert translated({"ko": {"name": "하늘"}}, "name", ("KO-kr",), "Haneul") == "하늘"
