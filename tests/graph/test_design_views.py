"""Views: once for each viewer, design and hour; written every few seconds and at the end."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from db.database import open_database
from db.repositories.design_views import TABLE, VIEWERS
from graph import view_counts
from graph.view_counts import ViewCounts
from rules.access import Viewer
from rules.trending import trending_score
from services.accounts import an_account
from services.rows import THEN, a_category, a_design
from services.server import Server
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from db.database import Database
    from settings import Settings

VIEW = """mutation ($id: ID!) {
  recordDesignView(designId: $id) { design { viewCount version } userErrors { code path } }
}"""
STORED = frozenset({"view_count", "trending_score", "version", "updated_at"})
NOWHERE = "sqlite:////nowhere/at/all.sqlite3"


@pytest.fixture
async def designs(db: Database) -> list[str]:
    """The ids of two published designs."""
    category = a_category()
    rows = [a_design(category["id"], f"Design {number}") for number in range(2)]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(rows)
    return [row["id"] for row in rows]


@pytest.fixture
def views(db: Database) -> ViewCounts:
    return ViewCounts(db, b"key", lambda: THEN)


async def test_a_viewer_counts_once_an_hour(db: Database, views: ViewCounts, designs: list[str]) -> None:
    one, other = designs
    for minutes in (0, 30, 59, 60, 119):
        views.note(one, "mina", THEN + timedelta(minutes=minutes))
    views.note(one, "juno", THEN)
    views.note(other, "mina", THEN)
    await views.write()
    assert [await _counted(db, design) for design in designs] == [3, 1]


async def test_once_holds_over_writes_and_processes(db: Database, views: ViewCounts, designs: list[str]) -> None:
    for counts in (views, views, ViewCounts(db, b"key", lambda: THEN)):
        counts.note(designs[0], "mina", THEN)
        await counts.write()
    assert await _counted(db, designs[0]) == 1


async def test_processes_that_write_at_once_count_each_viewer_once(database_url: str, designs: list[str]) -> None:
    async with open_database(database_url, 1) as first, open_database(database_url, 1) as second:
        counts = [ViewCounts(each, b"key", lambda: THEN) for each in (first, second)]
        for _ in range(5):
            for number in range(50):
                for each, design in zip(counts, (designs, designs[::-1]), strict=True):
                    each.note(design[number % 2], f"viewer {number // 2}", THEN)
                    each.note(design[1 - number % 2], f"viewer {number // 2}", THEN)
            await asyncio.gather(*(each.write() for each in counts))
            assert not any(each._views for each in counts)  # noqa: SLF001  (nothing was put off)
        assert [await _counted(first, design) for design in designs] == [25, 25]


async def test_views_move_the_standing_and_are_no_edit(db: Database, views: ViewCounts, designs: list[str]) -> None:
    for number in range(40):
        views.note(designs[0], f"viewer {number}", THEN)
    await views.write()
    stored = (await db.read().designs.by_ids(STORED, designs))[designs[0]]
    assert stored._asdict() == {
        "id": designs[0],
        "view_count": 40,
        "trending_score": trending_score(0, 40, THEN),
        "version": 1,
        "updated_at": THEN,
    }


async def test_views_are_counted_by_day(db: Database, views: ViewCounts, designs: list[str]) -> None:
    midnight = datetime.combine(THEN.date() + timedelta(days=1), datetime.min.time(), THEN.tzinfo)
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=1)):
        for viewer in ("mina", "juno"):
            views.note(designs[0], viewer, moment)
        await views.write()
    assert await _days(db) == [(THEN.date(), 2), (midnight.date(), 4)]


async def test_who_looked_is_forgotten_after_two_hours(db: Database, designs: list[str]) -> None:
    now = THEN
    views = ViewCounts(db, b"key", lambda: now)
    for hours in range(4):
        now = THEN + timedelta(hours=hours)
        views.note(designs[0], "mina", now)
        await views.write()
    async with db.transaction() as tx:
        rows = await tx.connection.all(VIEWERS.select)
    assert sorted(row.hour for row in rows) == [THEN + timedelta(hours=hours) for hours in (1, 2, 3)]


async def test_what_cannot_be_written_is_kept(
    db: Database, database_url: str, designs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_database(NOWHERE, 1) as nowhere:
        views = ViewCounts(nowhere, b"key", lambda: THEN)
        views.note(designs[0], "mina", THEN)
        await views.write()
    assert "views could not be written" in capsys.readouterr().out
    async with open_database(database_url, 1) as there:
        views._db = there  # noqa: SLF001  (the database is back)
        await views.write()
        await views.write()
    assert await _counted(db, designs[0]) == 1


async def test_what_is_lost_at_the_end_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    async with open_database(NOWHERE, 1) as nowhere:
        views = ViewCounts(nowhere, b"key", lambda: THEN)
        async with views.kept():
            views.note("0" * 32, "mina", THEN)
            views.note("0" * 32, "juno", THEN)
    told = capsys.readouterr().out
    assert "views are lost" in told
    assert "lost=2" in told


async def test_memory_is_bounded(
    db: Database, views: ViewCounts, designs: list[str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(view_counts, "MOST", 3)
    for number in range(5):
        views.note(designs[0], f"viewer {number}", THEN)
        views.note(designs[0], "viewer 0", THEN)
    await views.write()
    assert await _counted(db, designs[0]) == 3
    assert "left_out=2" in capsys.readouterr().out


async def test_views_of_what_is_gone_are_dropped(db: Database, views: ViewCounts, designs: list[str]) -> None:
    views.note("0" * 32, "mina", THEN)
    views.note(designs[0], "mina", THEN)
    await views.write()
    assert await _counted(db, designs[0]) == 1


def test_viewers_are_told_apart_and_not_named(views: ViewCounts, db: Database) -> None:
    member = Viewer("1" * 32, "MEMBER")
    known = {
        views.viewer(member, "10.0.0.1"),
        views.viewer(None, "10.0.0.1"),
        views.viewer(None, "10.0.0.2"),
        ViewCounts(db, b"other key", lambda: THEN).viewer(None, "10.0.0.1"),
    }
    assert len(known) == 4
    assert views.viewer(member, "10.0.0.1") == views.viewer(member, "10.0.0.9")
    assert views.viewer(None, "2001:db8:1:2::3") == views.viewer(None, "2001:db8:1:2::4")
    assert all(len(one) == 32 and "10.0.0" not in one for one in known)


async def test_views_are_written_every_few_seconds(
    db: Database, views: ViewCounts, designs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_counts, "EVERY_SECONDS", 0.01)

    async def all_are_counted() -> bool:
        return await _counted(db, designs[0]) == noted

    async with views.kept():
        for noted in (1, 2):
            views.note(designs[0], f"viewer {noted}", THEN)
            await until_it_holds(all_are_counted)


async def test_views_are_counted_over_http_and_written_at_the_end(
    settings: Settings, db: Database, designs: list[str]
) -> None:
    server = Server(settings).start()
    member = await an_account(server, db)
    try:
        for headers in ({}, {}, {"user-agent": "another"}, member.headers, member.headers):
            answer = server.ask(VIEW, headers=headers, id=f"Design_{designs[0]}")["recordDesignView"]
            assert answer["userErrors"] == []
            assert answer["design"]["version"] == 1
    finally:
        server.stop()
    assert await _counted(db, designs[0]) == 2


@pytest.mark.parametrize("state", [{"status": "DRAFT"}, {"status": "ARCHIVED"}, {"deleted_at": THEN}])
async def test_what_is_not_visible_cannot_be_looked_at(
    state: dict[str, Any], server: Server, db: Database, designs: list[str]
) -> None:
    async with db.transaction() as tx:
        await tx.designs.change(designs[0], now=THEN, **state)
    for wanted in (f"Design_{designs[0]}", "", "Design_" + "0" * 32):
        answer = server.ask(VIEW, id=wanted)["recordDesignView"]
        assert answer == {"design": None, "userErrors": [{"code": "NOT_FOUND", "path": ["designId"]}]}
    server.stop()
    assert await _counted(db, designs[0]) == 0


async def _counted(db: Database, design: str) -> int:
    """The design's own count, which is the sum of its days."""
    async with db.transaction() as tx:
        stored = (await tx.designs.locked_for_counting([design]))[0]  # first: whoever counts on is kept waiting
        rows = await tx.connection.all(TABLE.select)
    assert stored.view_count == sum(row.views for row in rows if row.design_id == design)
    return int(stored.view_count)


async def _days(db: Database) -> list[tuple[date, int]]:
    async with db.transaction() as tx:
        rows = await tx.connection.all(TABLE.select)
    return sorted((row.day, row.views) for row in rows)
