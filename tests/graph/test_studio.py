"""The studio, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.rows import a_studio

if TYPE_CHECKING:
    from db.database import Database
    from services.gallery import Gallery
    from services.server import Server

STUDIO = "{ studio { __typename id name timeZone currency locales version } }"
NAME = "query ($locale: Locale) { studio { name(locale: $locale) } }"
IN_ENGLISH = "Haneul Studio"
IN_KOREAN = "하늘 스튜디오"


def test_the_studio_tells_where_it_is_and_what_it_speaks(rows: Gallery, gallery: Server) -> None:
    assert gallery.ask(STUDIO) == {
        "studio": {
            "__typename": "Studio",
            "id": f"Studio_{rows.studio['id']}",
            "name": IN_ENGLISH,
            "timeZone": "Asia/Seoul",
            "currency": "KRW",
            "locales": ["en", "ko", "hi"],
            "version": 1,
        }
    }


@pytest.mark.parametrize(
    ("accepted", "locale", "name"),
    [
        ("", None, IN_ENGLISH),
        ("ko", None, IN_KOREAN),
        ("ko-KR,ko;q=0.9,en;q=0.8", None, IN_KOREAN),
        ("en-GB,ko;q=0.9", None, IN_ENGLISH),
        ("ko;q=0.1,en;q=0.9", None, IN_ENGLISH),
        ("fr,ko;q=0.5", None, IN_KOREAN),
        ("hi", None, IN_ENGLISH),
        ("*", None, IN_ENGLISH),
        ("ko;q=0", None, IN_ENGLISH),
        ("ko;q=nonsense", None, IN_ENGLISH),
        ("\u00e9;;=,,q=,ko", None, IN_KOREAN),
        ("en", "ko", IN_KOREAN),
        ("en", "ko-KP", IN_KOREAN),
        ("ko", "en", IN_ENGLISH),
        ("ko", "fr", IN_ENGLISH),
    ],
)
def test_the_name_is_in_the_reader_s_language(accepted: str, locale: str | None, name: str, gallery: Server) -> None:
    answer = gallery.client.post(
        "/graphql",
        json={"query": NAME, "variables": {"locale": locale}},
        headers={b"accept-language": accepted.encode("latin-1")},
    )
    assert answer.json() == {"data": {"studio": {"name": name}}}


@pytest.mark.parametrize("locale", ["", "k", "ko_KR", "한국어", "ko-", "x" * 9, 7, ["ko"], "ko\n"])
def test_what_is_no_locale_is_refused(locale: object, gallery: Server) -> None:
    error: dict[str, Any] = {
        "message": "Variable '$locale' has invalid value: A Locale is a language tag as in BCP 47: ko, en-GB.",
        "locations": [{"line": 1, "column": 8}],
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    assert gallery.answer(NAME, locale=locale) == {"errors": [error]}


async def test_an_empty_translation_counts_as_missing(server: Server, db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.add([a_studio(translations={"ko": {"name": ""}, "ko-KR": {"name": "서울"}})])
    assert server.ask(NAME, locale="ko") == {"studio": {"name": IN_ENGLISH}}
    assert server.ask(NAME, locale="ko-KR") == {"studio": {"name": "서울"}}


def test_before_the_studio_is_set_up_the_answer_says_so(server: Server) -> None:
    error: dict[str, Any] = {
        "message": "The studio has not been set up yet: run `studiograph migrate up`.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["studio"],
        "extensions": {"code": "UNAVAILABLE"},
    }
    assert server.answer("{ studio { name } }") == {"errors": [error]}
