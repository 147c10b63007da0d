"""Search finds the same on both databases, in any script: what plain Python finds in the same texts."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from services.expected import expected_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.gallery import Gallery
    from services.server import Server

HITS = "query ($where: DesignWhere) { designs(first: 100, where: $where) { totalCount nodes { id } } }"
TITLES = "query ($search: String!) { designs(first: 100, where: {search: $search}) { nodes { title } } }"
LONG = "`search` may have 10 words, each of at most 100 characters."
SEARCHES = {
    "Korean": "한복",
    "Korean at the start of a word": "예약",
    "Korean within a word": "촬영",
    "Hindi": "लहंगा",
    "Hindi with a nukta": "साड़ी",
    "Hindi decomposed": unicodedata.normalize("NFD", "साड़ी"),
    "Korean decomposed": unicodedata.normalize("NFD", "한복"),
    "Latin decomposed": unicodedata.normalize("NFD", "ärmel"),
    "one syllable": "복",
    "one letter": "a",
    "one vowel sign": "ा",
    "one emoji": "🌸",
    "upper case": "CLASSIC",
    "lower case": "classic",
    "sharp s": "strasse",
    "a dotted capital": "İstanbul",
    "a ligature": "finest",
    "several words": "한복 wedding",
    "words in different texts": "silk mina red",
    "the same word twice": "silk silk",
    "words and wide spaces": "\u3000silk\t 한복\n",
    "a word that is nowhere": "silk nowhere",
    "nothing": "",
    "a space": " ",
    "a percent sign": "%",
    "text with a percent sign": "100%",
    "an underscore": "_",
    "text with an underscore": "under_score",
    "a backslash": "\\",
    "text with a backslash": "back\\slash",
    "a slash": "S/S",
    "quotes": "\"silk\" OR 'x' NEAR(",
    "an operator of FTS5": "silk OR cotton",
    "a hyphen": "hand-woven",
    "text across two fields": "silk spring",
    "two fields as one word": "클래식실크",
}  # fmt: skip


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES.keys())
def test_a_search_finds_the_same_in_the_same_order_on_both(
    search: str, rows: Gallery, galleries: dict[str, Server]
) -> None:
    where = {"search": search}
    ids = expected_ids(rows, where)
    expected = {"designs": {"totalCount": len(ids), "nodes": [{"id": one} for one in ids]}}
    found = {kind: server.ask(HITS, where=where) for kind, server in galleries.items()}
    assert found == {"sqlite": expected, "postgresql": expected}


@pytest.mark.parametrize("search", ["한복", "예약", "촬영", "लहंगा", "साड़ी", "복", "🌸", "100%", "under_score", "\\"])
def test_what_is_searched_for_is_there_to_be_found(search: str, rows: Gallery) -> None:
    assert 0 < len(expected_ids(rows, {"search": search})) < len(expected_ids(rows, {}))


def test_a_word_is_found_within_another(gallery: Server) -> None:
    titles = {node["title"] for node in gallery.ask(TITLES, search="촬영")["designs"]["nodes"]}
    assert {"사진촬영 세트", "촬영"} <= titles


def test_vowel_signs_are_letters(gallery: Server) -> None:
    assert _titles(gallery, "चोली") & {"चोली", "लहंगा चोली", "चाल की पोशाक"} == {"चोली", "लहंगा चोली"}
    assert "चोली" not in _titles(gallery, "चाल")


@pytest.mark.parametrize(
    ("search", "not_found"), [("100%", "100 percent"), ("r_s", "underXscore"), ("k\\s", "back/slash")]
)
def test_what_stands_for_anything_in_sql_stands_for_itself(search: str, not_found: str, gallery: Server) -> None:
    titles = _titles(gallery, search)
    assert titles
    assert not_found not in titles


@pytest.mark.parametrize("narrowed", ["category", "style", "designerName", "collectionName"])
@pytest.mark.parametrize("search", ["한복", "silk", "촬영", "a", "चोली", "nowhere"])
def test_a_search_within_few_designs_finds_what_it_finds_alone(
    search: str, narrowed: str, rows: Gallery, gallery: Server
) -> None:
    """There the index is not consulted: the texts themselves are read."""
    for few in _narrowings(rows, narrowed):
        where = {narrowed: few, "search": search}
        assert _ids(gallery, where) == expected_ids(rows, where)


@pytest.mark.parametrize("search", [" ".join(map(str, range(11))), "한" * 101, f"silk {'ß' * 51}"])
@pytest.mark.parametrize("listed", ["designs", "categories", "services"])
def test_a_long_search_is_refused(listed: str, search: str, gallery: Server) -> None:
    query = f"query ($search: String!) {{ {listed}(where: {{search: $search}}) {{ totalCount }} }}"
    [error] = gallery.answer(query, search=search)["errors"]
    assert (error["message"], error["extensions"]) == (LONG, {"code": "BAD_USER_INPUT"})


def test_the_longest_search_is_answered(rows: Gallery, gallery: Server) -> None:
    decomposed = [unicodedata.normalize("NFD", chr(0xAC00 + number)) * 33 for number in range(10)]
    for search in (" ".join(decomposed), "silk " * 200, "한복 웨딩 a b c d e f g h"):
        assert _ids(gallery, {"search": search}) == expected_ids(rows, {"search": search})


def test_a_negated_search_leaves_out_what_it_finds(rows: Gallery, gallery: Server) -> None:
    where = {"not": {"search": "한복"}}
    assert _ids(gallery, where) == expected_ids(rows, where)


def _narrowings(rows: Gallery, name: str) -> list[dict[str, object]]:
    if name == "category":
        return [{"slug": category["slug"]} for category in rows.categories]
    column = {"designerName": "designer_name", "collectionName": "collection_name"}.get(name, name)
    return [{"eq": value} for value in sorted({row[column] for row in rows.designs if row[column]})]


def _ids(server: Server, where: Mapping[str, object]) -> list[str]:
    return [node["id"] for node in server.ask(HITS, where=where)["designs"]["nodes"]]


def _titles(server: Server, search: str) -> set[str]:
    return {node["title"] for node in server.ask(TITLES, search=search)["designs"]["nodes"]}
