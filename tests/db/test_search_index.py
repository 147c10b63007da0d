"""The search index: in step with the designs, and at least as wide as the search itself, on both databases."""

from __future__ import annotations

import shutil
import sqlite3
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Executable, select

from db import filters
from db.database import open_database
from db.filters import Either, Every, Not
from db.paging import Window
from db.repositories.designs import DesignList
from db.search import DOCUMENTS, index_condition, search_filter, searchable, without_index
from rules.text import fold, grams, terms
from services.rows import a_category, a_design

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database

TITLES = (
    "한복", "사진촬영 세트", "촬영", "예약 전용", "लहंगा चोली", "साड़ी", "चाल", "चोली", "ÄRMEL", "silk and gold", "a",
    "or not near", "100% wool", 'a "quoted" word', "back\\slash", "🌸🌸 🌸", "aa-bb", "", "x" * 300, "Ǆ", "ﬁne",
)  # fmt: skip
TRIGGERS_OF_SEARCH = (
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'search_documents' ORDER BY 1"
)
TRIGGERS = [f"search_documents_{when}" for when in ("added", "changed", "removed")]


@pytest.fixture
async def titles(db: Database) -> dict[str, str]:
    """The searchable text of a design for each title, by its id."""
    category = a_category()
    designs = [a_design(category["id"], title, description="hand-woven 맞춤") for title in TITLES]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(designs)
    return {design["id"]: searchable(design["title"], design["description"]) for design in designs}


@pytest.fixture
async def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A SQLite file with designs."""
    path = tmp_path / "indexed.sqlite3"
    shutil.copy(migrated_sqlite, path)
    category = a_category()
    async with open_database(f"sqlite:///{path}", 1) as db, db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"], title) for title in TITLES])
    return path


@pytest.mark.parametrize(
    "title", [*TITLES, unicodedata.normalize("NFD", "साड़ी"), "촬영 세트", "nowhere", "촬", "zz한복"]
)
async def test_a_search_finds_the_texts_that_hold_its_words(title: str, titles: dict[str, str], db: Database) -> None:
    words = terms(title)
    expected = {design for design, text in titles.items() if all(word in text for word in words)}
    page = await db.read().designs.page(frozenset(), DesignList(search_filter(words)), Window(100))
    assert {row.id for row in page.rows} == expected


@pytest.mark.parametrize("title", TITLES)
async def test_the_index_has_the_pairs_of_every_text(title: str, titles: dict[str, str], db: Database) -> None:
    pairs = grams(fold(title))
    for sought in {pairs, pairs[:1], pairs[-1:]} - {()}:
        expected = {design for design, text in titles.items() if set(sought) <= set(grams(text))}
        rows = await db.read().connection.all(_indexed, sought=sought)
        assert {row.subject_id for row in rows} == expected


async def test_a_design_that_was_undone_is_not_indexed(titles: dict[str, str], db: Database) -> None:
    category = a_category("Undone")
    with pytest.raises(ZeroDivisionError):
        await _add_and_fail(db, category)
    page = await db.read().designs.page(frozenset(), DesignList(search_filter(("nowhere",))), Window(100))
    assert (page.rows, await db.read().designs.count()) == ([], len(titles))


def test_sqlite_keeps_its_index_in_step(sqlite: Path) -> None:
    with closing(sqlite3.connect(sqlite)) as driver:
        assert driver.execute(TRIGGERS_OF_SEARCH).fetchall() == [(name,) for name in TRIGGERS]
        for change in (
            "INSERT INTO search_documents (kind, subject_id, grams) VALUES ('design', 'new', '한복 si il')",
            "UPDATE search_documents SET grams = 'ne ew 촬영' WHERE subject_id = 'new'",
            "UPDATE search_documents SET grams = grams || ' xy' WHERE number % 2 = 0",
            "UPDATE search_documents SET kind = 'item' WHERE subject_id = 'new'",
            "DELETE FROM search_documents WHERE number % 3 = 0",
            "DELETE FROM search_documents",
        ):
            driver.execute(change)
            _in_step(driver)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_without_a_trigger_the_index_would_fall_behind(trigger: str, sqlite: Path) -> None:
    with closing(sqlite3.connect(sqlite)) as driver:
        driver.execute(f"DROP TRIGGER {trigger}")
        driver.execute("INSERT INTO search_documents (kind, subject_id, grams) VALUES ('design', 'new', 'ne ew')")
        driver.execute("UPDATE search_documents SET grams = 'zz zy' WHERE number = 1")
        driver.execute("DELETE FROM search_documents WHERE number = 2")
        with pytest.raises(sqlite3.DatabaseError):
            _check(driver)


def test_sqlite_finds_the_same_after_vacuum(sqlite: Path) -> None:
    with closing(sqlite3.connect(sqlite, isolation_level=None)) as driver:
        driver.execute("DELETE FROM search_documents WHERE number % 2 = 0")
        driver.execute("VACUUM")
        _in_step(driver)


def test_a_searchable_text_is_folded_and_keeps_its_parts_apart() -> None:
    assert searchable(" Silk\u3000 Saree\n", None, "", unicodedata.normalize("NFD", "साड़ी"), "한복") == (
        f"silk saree\n{unicodedata.normalize('NFC', 'साड़ी')}\n한복"
    )
    assert searchable(None, "") == ""


def test_a_search_reads_the_text_and_narrows_by_the_index_where_it_can() -> None:
    text = filters.Test("search_text", "contains", "한복")
    assert search_filter(("한복",)) == Every((filters.Test("search_index", "matches", ("한복",)), text))
    assert search_filter(("복", "%")) == Every(
        (filters.Test("search_text", "contains", "복"), filters.Test("search_text", "contains", "%"))
    )
    assert search_filter(()) == Every()


def test_the_index_is_left_out_where_that_leaves_the_hits_as_they_are() -> None:
    index, text = filters.Test("search_index", "matches", ("한복",)), filters.Test("search_text", "contains", "한복")
    assert without_index(Every((index, Every((index, text)), text))) == Every((Every(), Every((Every(), text)), text))
    for condition in (Not(index), Either((index, text)), text):
        assert without_index(condition) == condition


def _in_step(driver: sqlite3.Connection) -> None:
    """Every pair finds the documents that hold it, and what was there before is gone."""
    _check(driver)
    documents = dict(driver.execute("SELECT number, grams FROM search_documents"))
    pairs = {pair for text in documents.values() for pair in text.split()} | {"한복", "si", "il", "ne", "xy", "촬영"}
    for pair in pairs:
        found = driver.execute("SELECT rowid FROM search_index WHERE search_index MATCH ?", [pair])
        assert {number for (number,) in found} == {number for number, text in documents.items() if pair in text.split()}


def _check(driver: sqlite3.Connection) -> None:
    """FTS5's own check, which with rank 1 compares the index with the documents."""
    driver.execute("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")


def _indexed() -> Executable:
    subject = DOCUMENTS.c.subject_id
    return select(subject).where(index_condition(subject, filters.Test("search_index", "matches", "sought")))


async def _add_and_fail(db: Database, category: dict[str, Any]) -> None:
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"], "nowhere")])
        assert 1 / 0
