"""The demo studio's catalogue: enough of everything, in three scripts, with names of their own."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from demo.catalogue import categories, designs, members
from demo.colours import PALETTES
from demo.loom import FABRICS
from demo.motifs import MOTIFS
from demo.patterns import PATTERNS

EPOCH = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
DESIGNS = [sample.row for sample in designs(EPOCH)]
TREE = {row["id"]: row for row in categories(EPOCH)}


def test_there_are_240_designs_with_titles_and_slugs_of_their_own() -> None:
    assert len(DESIGNS) == 240
    assert len({row["title"] for row in DESIGNS}) == 240
    assert len({row["slug"] for row in DESIGNS}) == 240
    assert len({row["id"] for row in DESIGNS}) == 240


def test_slugs_are_plain_ascii() -> None:
    slugs = [row["slug"] for row in DESIGNS + list(TREE.values())]

    assert [slug for slug in slugs if not re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)] == []


def test_ids_are_uuids() -> None:
    rows = DESIGNS + list(TREE.values()) + [sample.row for sample in members(EPOCH)]

    assert all(re.fullmatch(r"[0-9a-f]{12}5[0-9a-f]{3}[89ab][0-9a-f]{15}", row["id"]) for row in rows)


def test_a_catalogue_is_the_same_at_every_founding() -> None:
    assert designs(EPOCH) == designs(EPOCH)
    assert {sample.row["id"] for sample in designs(EPOCH + timedelta(days=1))} == {row["id"] for row in DESIGNS}


@pytest.mark.parametrize(("script", "at_least"), [("HANGUL", 80), ("DEVANAGARI", 80), ("LATIN", 80)])
def test_every_script_has_a_third_of_the_texts(script: str, at_least: int) -> None:
    assert sum(_script(row["title"]) == script for row in DESIGNS) == at_least
    assert all(_script(row["description"]) == _script(row["title"]) for row in DESIGNS)


@pytest.mark.parametrize(
    "word", ["한복", "두루마기", "저고리", "사진촬영", "예약", "साड़ी", "लहंगा", "चोली", "कुर्ता", "gown", "suit", "coat"]
)
def test_what_visitors_look_for_is_there(word: str) -> None:
    word = unicodedata.normalize("NFC", word)
    texts = (unicodedata.normalize("NFC", f"{row['title']} {row['description']}") for row in DESIGNS)

    assert sum(word in text for text in texts) >= 5


def test_the_tree_is_three_levels_deep_and_designs_hang_on_its_leaves() -> None:
    parents = {row["parent_id"] for row in TREE.values()}
    leaves = Counter(row["category_id"] for row in DESIGNS)

    assert {_depth(category) for category in leaves} == {3}
    assert set(leaves) == set(TREE) - parents
    assert set(leaves.values()) == {8}


def test_parents_come_before_their_children() -> None:
    ids = list(TREE)

    assert all(row["parent_id"] is None or ids.index(row["parent_id"]) < ids.index(row["id"]) for row in TREE.values())


def test_a_few_are_drafts_and_a_few_in_the_archive() -> None:
    found = Counter(row["status"] for row in DESIGNS)

    assert found.keys() == {"PUBLISHED", "DRAFT", "ARCHIVED"}
    assert found["PUBLISHED"] >= 200
    assert {row["published_at"] is None for row in DESIGNS if row["status"] == "DRAFT"} == {True}
    assert {row["published_at"] is None for row in DESIGNS if row["status"] != "DRAFT"} == {False}


def test_everything_happened_within_two_years_before_the_founding() -> None:
    moments = [row[name] for row in DESIGNS for name in ("created_at", "published_at") if row[name]]

    assert EPOCH - timedelta(days=731) < min(moments) < EPOCH - timedelta(days=600)
    assert EPOCH - timedelta(days=7) < max(moments) <= EPOCH


def test_some_have_no_season_and_no_collection_and_some_are_featured() -> None:
    assert {row["season"] for row in DESIGNS} == {"spring", "summer", "autumn", "winter", None}
    assert None in {row["collection_name"] for row in DESIGNS}
    assert 10 < sum(row["featured"] for row in DESIGNS) < 40


def test_twelve_members_made_them_and_most_have_an_avatar() -> None:
    people = members(EPOCH)

    assert len(people) == 12
    assert {row["created_by_id"] for row in DESIGNS} == {person.row["id"] for person in people}
    assert 0 < sum(person.piece is None for person in people) < 6


def test_a_title_speaks_of_what_the_picture_shows() -> None:
    pieces = {sample.row["title"]: sample.piece for sample in designs(EPOCH) if sample.piece}

    assert pieces["कैरी बूटी वाली सुर्ख़ लाल रेशमी बनारसी साड़ी"][1:6] == ("silk", "crimson", "scattered", "paisley", "zari")
    assert pieces["Charcoal flecked tweed overcoat"][1:4] == ("tweed", "charcoal", "melange")
    assert pieces["매화무늬 연분홍색 명주 저고리"][1:5] == ("silk", "rose", "damask", "plum")


def test_the_loom_knows_every_name() -> None:
    pieces = [sample.piece for sample in designs(EPOCH) + members(EPOCH) if sample.piece]

    assert {piece.fabric for piece in pieces} <= set(FABRICS)
    assert {piece.colour for piece in pieces} <= set(PALETTES)
    assert {piece.pattern for piece in pieces} <= set(PATTERNS)
    assert {piece.motif for piece in pieces} <= set(MOTIFS)


def _script(text: str) -> str:
    """The script that most of its letters are in."""
    letters = (unicodedata.name(character).split()[0] for character in text if character.isalpha())
    return Counter(letters).most_common(1)[0][0]


def _depth(category: str) -> int:
    parent = TREE[category]["parent_id"]
    return 1 + (_depth(parent) if parent else 0)
