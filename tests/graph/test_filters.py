"""Filters: both databases find what plain Python finds in the same rows, whatever the conditions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.expected import TEXTS, expected_ids
from services.gallery import TITLES, WORDS
from services.rows import THEN

if TYPE_CHECKING:
    from services.gallery import Gallery
    from services.server import Server

IDS = "query ($where: DesignWhere) { designs(first: 100, where: $where) { totalCount nodes { id } } }"
SLUGS = ("women", "hanbok", "wedding-hanbok", "lehenga", "men", "sherwani", "empty", "nowhere", "")
SPOKEN = sorted({word for words in (*WORDS.values(), TITLES) for word in words if word})
MOMENTS = [(THEN + timedelta(hours=hours)).isoformat() for hours in (-1, 0, 3, 4.5, 8, 9)]
MOMENTS += ["2026-03-08T19:00:00+09:00", "2026-03-08t10:00:00.000001z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with some of the fields, some of them null."""
    return st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in fields.items()})


def _pieces(text: str) -> st.SearchStrategy[str]:
    places = st.integers(0, len(text))
    return st.tuples(places, places).map(lambda ends: text[min(ends) : max(ends)])


WORD = (
    st.sampled_from(SPOKEN) | st.sampled_from(SPOKEN).map(str.swapcase) | st.text(max_size=3, alphabet="aé%_\\한ा 🌸")
)
PIECE = st.sampled_from(SPOKEN).flatmap(_pieces) | WORD
NUMBER = st.integers(-1, 6) | st.sampled_from([-(2**31), 2**31 - 1])
STRING_FILTER = _some(
    eq=WORD, ne=WORD, contains=PIECE, startsWith=PIECE, isNull=st.booleans(), **{"in": st.lists(WORD, max_size=3)}
)
INT_FILTER = _some(eq=NUMBER, gt=NUMBER, gte=NUMBER, lt=NUMBER, lte=NUMBER, **{"in": st.lists(NUMBER, max_size=3)})
MOMENT = st.sampled_from(MOMENTS)
LEAVES = {
    **dict.fromkeys(TEXTS, STRING_FILTER),
    "featured": st.booleans(),
    "deleted": st.booleans(),
    "status": st.lists(st.sampled_from(["DRAFT", "PUBLISHED", "ARCHIVED"]), max_size=2),
    "likeCount": INT_FILTER,
    "createdAt": _some(gt=MOMENT, gte=MOMENT, lt=MOMENT, lte=MOMENT),
    "search": st.lists(PIECE, max_size=3).map(" ".join),
    "category": st.sampled_from(SLUGS).map(lambda slug: {"slug": slug}),
    "includeDescendants": st.booleans(),
}
LEAF = st.sampled_from(sorted(LEAVES)).flatmap(lambda name: st.fixed_dictionaries({name: LEAVES[name]}))
PLACE = st.fixed_dictionaries({"category": LEAVES["category"], "includeDescendants": st.booleans()})
WHERE = LEAF | PLACE | _some(**LEAVES)
for _ in range(3):
    INNER = WHERE
    WHERE |= _some(**{"and": st.lists(INNER, max_size=3), "or": st.lists(INNER, max_size=3), "not": INNER})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(where=WHERE)
def test_any_conditions_find_what_plain_python_finds(
    where: dict[str, Any], rows: Gallery, galleries: dict[str, Server]
) -> None:
    _finds_the_same(where, rows, galleries)


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_each_condition_alone_and_negated_finds_what_plain_python_finds(
    name: str, rows: Gallery, galleries: dict[str, Server]
) -> None:
    @settings(max_examples=40, deadline=None, database=None)
    @given(value=LEAVES[name])
    def holds(value: Any) -> None:
        _finds_the_same({name: value}, rows, galleries)
        _finds_the_same({"not": {name: value}}, rows, galleries)

    holds()


@pytest.mark.parametrize("condition", [{"eq": "Classic"}, {"in": ["classic"]}, {"contains": "a"}, {"startsWith": "c"}])
def test_a_missing_text_matches_nothing_and_its_negation(
    condition: dict[str, Any], rows: Gallery, gallery: Server
) -> None:
    without = {"style": {"isNull": True}}
    assert _ids(gallery, {"and": [without, {"style": condition}]}) == []
    assert _ids(gallery, {"and": [without, {"not": {"style": condition}}]}) == expected_ids(rows, without)
    assert _ids(gallery, {"and": [without, {"style": {"ne": "Classic"}}]}) == expected_ids(rows, without)


def test_all_of_none_is_everything_and_one_of_none_is_nothing(rows: Gallery, gallery: Server) -> None:
    everything = expected_ids(rows, {})
    assert _ids(gallery, {"and": []}) == _ids(gallery, {}) == _ids(gallery, {"not": {"or": []}}) == everything
    assert _ids(gallery, {"or": []}) == _ids(gallery, {"not": {"and": []}}) == _ids(gallery, {"not": {}}) == []


@pytest.mark.parametrize("slug", SLUGS[:-1])
@pytest.mark.parametrize("descend", [{}, *({"includeDescendants": value} for value in (True, False, None))])
def test_a_category_is_found_by_id_as_by_slug(
    slug: str, descend: dict[str, Any], rows: Gallery, gallery: Server
) -> None:
    row_id = next((row["id"] for row in rows.categories if row["slug"] == slug), "0" * 32)
    by_slug = {"category": {"slug": slug}} | descend
    by_id = {"category": {"id": f"Category_{row_id}"}} | descend
    assert _ids(gallery, by_slug) == _ids(gallery, by_id) == expected_ids(rows, by_slug)


def test_branches_can_be_combined(rows: Gallery, gallery: Server) -> None:
    inside, outside = ({"category": {"slug": slug}, "includeDescendants": True} for slug in ("women", "hanbok"))
    for where in ({"and": [inside, {"not": outside}]}, {"or": [inside, outside]}, inside | {"and": [outside]}):
        assert _ids(gallery, where) == expected_ids(rows, where)


@pytest.mark.parametrize("garbage", ["", "Category_", "Design_" + "0" * 32, "x" * 1000, "Category_" + "0" * 31 + "g"])
def test_an_id_of_nothing_finds_nothing(garbage: str, rows: Gallery, gallery: Server) -> None:
    assert _ids(gallery, {"category": {"id": garbage}}) == []
    assert _ids(gallery, {"not": {"category": {"id": garbage}}}) == expected_ids(rows, {})


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, ["sherwani", "wedding-hanbok", "women", "hanbok", "empty", "men", "lehenga"]),
        ({"root": True}, ["women", "empty", "men"]),
        ({"root": False}, ["sherwani", "wedding-hanbok", "hanbok", "lehenga"]),
        ({"parent": {"slug": "women"}}, ["hanbok", "lehenga"]),
        ({"parent": {"slug": "sherwani"}}, []),
        ({"parent": {"slug": ""}}, []),
        ({"parent": {"id": "nonsense"}}, []),
        ({"parent": {"slug": "women"}, "root": True}, []),
        ({"search": "HANBOK wedding"}, ["wedding-hanbok"]),
        ({"search": "한"}, ["hanbok"]),
        ({"search": "여성"}, ["women"]),
        ({"search": "100%"}, ["sherwani"]),
        ({"search": "_"}, []),
        (
            {"root": None, "parent": None, "search": None},
            ["sherwani", "wedding-hanbok", "women", "hanbok", "empty", "men", "lehenga"],
        ),
    ],
)
def test_categories_are_filtered(where: dict[str, Any], found: list[str], gallery: Server) -> None:
    query = "query ($where: CategoryWhere) { categories(where: $where) { totalCount nodes { slug } } }"
    expected = {"totalCount": len(found), "nodes": [{"slug": slug} for slug in found]}
    assert gallery.ask(query, where=where) == {"categories": expected}


def test_eight_levels_are_answered_and_a_ninth_is_refused(rows: Gallery, gallery: Server) -> None:
    levels: list[dict[str, Any]] = [{"featured": True}]
    for _ in range(8):
        levels.append({"not": levels[-1]})
    assert _ids(gallery, levels[7]) == expected_ids(rows, levels[7])
    assert gallery.answer(IDS, where=levels[8]) == _refusal("`where` may be nested 8 deep.")


@pytest.mark.parametrize("name", ["and", "or"])
def test_a_hundred_conditions_are_answered_and_one_more_is_refused(name: str, rows: Gallery, gallery: Server) -> None:
    hundred = [{"likeCount": {"gte": 1}}] * 99 + [{"featured": False}]
    assert _ids(gallery, {name: hundred}) == expected_ids(rows, {name: hundred})
    refusal = _refusal("`where` may hold 100 conditions.")
    assert gallery.answer(IDS, where={name: [*hundred, {"featured": False}]}) == refusal


@pytest.mark.parametrize(
    "condition", [{"title": {"contains": "xé" * 501}}, {"search": "🌸" * 1001}, {"title": {"in": ["x" * 1001]}}]
)
def test_a_text_longer_than_any_is_refused(condition: dict[str, Any], gallery: Server) -> None:
    assert gallery.answer(IDS, where=condition) == _refusal("A text in `where` may have 1,000 characters.")


def test_the_longest_text_is_looked_for(gallery: Server) -> None:
    syllables = "".join(map(chr, range(0xAC00, 0xAC00 + 100)))
    longest = [{"title": {"contains": "%🌸" * 50}}, {"search": syllables}, {"title": {"startsWith": "%🌸" * 500}}]
    assert _ids(gallery, {"or": longest}) == []


@pytest.mark.parametrize("text", ["x" * 101, "%🌸" * 50 + "_", "ß" * 51])
def test_no_more_than_a_hundred_characters_are_looked_for_within_texts(text: str, gallery: Server) -> None:
    refusal = _refusal("`contains` may have 100 characters.")
    assert gallery.answer(IDS, where={"title": {"contains": text}}) == refusal


def _finds_the_same(where: dict[str, Any], rows: Gallery, galleries: dict[str, Server]) -> None:
    ids = expected_ids(rows, where)
    expected = {"designs": {"totalCount": len(ids), "nodes": [{"id": one} for one in ids]}}
    found = {kind: server.ask(IDS, where=where) for kind, server in galleries.items()}
    assert found == {"sqlite": expected, "postgresql": expected}


def _ids(server: Server, where: dict[str, Any]) -> list[str]:
    return [node["id"] for node in server.ask(IDS, where=where)["designs"]["nodes"]]


def _refusal(message: str) -> dict[str, Any]:
    place = {"locations": [{"line": 1, "column": IDS.index("designs(") + 1}], "path": ["designs"]}
    return {"errors": [{"message": message, **place, "extensions": {"code": "BAD_USER_INPUT"}}], "data": None}
