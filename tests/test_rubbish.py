"""`studiograph gc`: takes away what nobody needs, and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

import rubbish
from cli import cli
from db.database import open_database
from db.expired import AT_ONCE, EXPIRIES
from db.ids import new_id
from db.scope import STAFF
from rubbish import clear_out
from services.rows import THEN, a_user, an_image

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database, Transaction
    from storage.storage import Storage

DATA = b"pretend"
AGO = {"young": timedelta(minutes=59), "hours": timedelta(hours=2), "days": timedelta(days=2)}
USED, UNUSED, OTHERS = "designs/2026/03/used.jpg", "avatars/2026/03/unused.png", "elsewhere/notes.txt"
CAME, CUT_OFF = "incoming/0195", "incoming/partial-0"
NOTHING: dict[str, Any] = {"count": 0, "keys": []}
NO_ROWS = dict.fromkeys(EXPIRIES, 0)


@pytest.fixture
async def kept(storage: Storage, db: Database) -> datetime:
    """Files of every kind, and a picture that has one and one that has not; the moment of all that."""
    for key in (USED, UNUSED, OTHERS, CAME, CUT_OFF):
        await storage.put(key, DATA)
    async with db.transaction() as tx:
        await tx.images.add([an_image(key=USED), an_image(key="meals/2026/03/lost.jpg")])
    return datetime.now(UTC)


@pytest.mark.parametrize(("age", "unused", "incoming"), [("young", 0, 0), ("hours", 1, 0), ("days", 1, 2)])
async def test_finds_files_that_nobody_needs_once_they_are_old(  # noqa: PLR0917  (fixtures)
    age: str, unused: int, incoming: int, storage: Storage, db: Database, kept: datetime, tmp_path: Path
) -> None:
    now = kept + AGO[age]
    told: dict[str, Any] = {
        "unused": {"count": unused, "keys": [UNUSED][:unused]},
        "incoming": {"count": incoming, "keys": [CAME, CUT_OFF][:incoming]},
        "missing": {"count": 1, "keys": ["meals/2026/03/lost.jpg"]},
        "cut_off": 0,
        "rows": NO_ROWS,
    }
    before = await _keys(storage)
    assert _sorted(await clear_out(db, storage, tmp_path, now, dry_run=True)) == told | {"dry_run": True}
    assert await _keys(storage) == before
    assert _sorted(await clear_out(db, storage, tmp_path, now)) == told | {"dry_run": False}
    assert before - await _keys(storage) == {*told["unused"]["keys"], *told["incoming"]["keys"]}
    assert await db.read(STAFF).images.count() == 2
    again = _sorted(await clear_out(db, storage, tmp_path, now))
    assert (again["unused"], again["incoming"], again["missing"]) == (NOTHING, NOTHING, told["missing"])


async def test_looks_through_more_than_it_holds_at_once(
    storage: Storage, db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rubbish, "AT_ONCE", 3)
    monkeypatch.setattr(rubbish, "MOST_NAMED", 2)
    keys = [f"designs/2026/{number % 3 + 1:02}/{number}.jpg" for number in range(12)]
    for key in keys:
        await storage.put(key, DATA)
    async with db.transaction() as tx:
        await tx.images.add([an_image(key=key) for key in keys[:8]])
        await tx.images.add([an_image(key=f"items/2026/03/{number}.jpg") for number in range(5)])
    found = await clear_out(db, storage, tmp_path, datetime.now(UTC) + AGO["hours"])
    assert (found.unused.count, len(found.unused.keys), found.missing.count) == (4, 2, 5)
    assert found.missing.keys == ["items/2026/03/0.jpg", "items/2026/03/1.jpg"]
    assert await _keys(storage) == {*keys[:8]}


@pytest.mark.parametrize("storage", ["memory"], indirect=True)
async def test_takes_away_rows_whose_time_is_over(storage: Storage, db: Database, tmp_path: Path) -> None:
    user, now = a_user(), datetime.now(UTC)
    async with db.transaction() as tx:
        await tx.users.add([user])
        await tx.uploads.add([_upload(user, now - timedelta(days=days)) for days in (0, 0.9, 1.1, 9)])
        for days in (0, 29, 31):
            await tx.login_sessions.begin(user["id"], None, now=THEN, expires_at=now - timedelta(days=days))
            session = await tx.login_sessions.begin(user["id"], None, now=THEN, expires_at=now + timedelta(days=30))
            await tx.login_sessions.note(session, ended_at=now - timedelta(days=days))
        await tx.login_sessions.begin(user["id"], None, now=THEN, expires_at=now + timedelta(days=1))
        for days in (29, 31, 40):
            await tx.idempotency_keys.claim("me", f"{days}", "", user["id"], now=now - timedelta(days=days))
        await tx.login_throttles.counter("new", now=now - timedelta(hours=23))
        old = await tx.login_throttles.counter("old", now=now - timedelta(days=2))
        used = await tx.login_throttles.counter("used", now=now - timedelta(days=2))
        await tx.login_throttles.note(used.id, last_at=now)
        await _add_letters(tx, user["id"], now)
    rows = {"uploads": 2, "login_sessions": 2, "idempotency_keys": 2, "login_throttles": 1}
    rows |= {"mailed_tokens": 1, "guest_requests": 1, "delivered_events": 1, "dead_events": 1}
    assert (await clear_out(db, storage, tmp_path, now, dry_run=True)).rows == rows
    assert (await clear_out(db, storage, tmp_path, now)).rows == rows
    assert (await clear_out(db, storage, tmp_path, now)).rows == NO_ROWS
    async with db.transaction() as tx:
        left = [await one.count() for one in (tx.uploads, tx.login_sessions, tx.idempotency_keys, tx.login_throttles)]
        left += [await one.count() for one in (tx.mailed_tokens, tx.guest_requests, tx.events)]
        assert await tx.login_throttles.locked(old.id) is None
    assert left == [2, 5, 1, 2, 1, 1, 3]


@pytest.mark.parametrize("storage", ["memory"], indirect=True)
async def test_takes_away_more_rows_than_go_at_once(storage: Storage, db: Database, tmp_path: Path) -> None:
    user, now = a_user(), datetime.now(UTC)
    async with db.transaction() as tx:
        await tx.users.add([user])
        await tx.uploads.add([_upload(user, THEN) for _ in range(2 * AT_ONCE)])
    assert (await clear_out(db, storage, tmp_path, now)).rows["uploads"] == 2 * AT_ONCE
    assert await db.read(STAFF).uploads.count() == 0


def test_the_command_tells_people_and_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
) -> None:
    monkeypatch.setenv("STUDIOGRAPH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STUDIOGRAPH_DATABASE_URL", database_url)
    lost = an_image(key="meals/2026/03/lost.jpg")
    asyncio.run(_add(database_url, lost))
    cut_off, answering = (tmp_path / "data" / "uploads" / name for name in ("request-1", "request-2"))
    for folder in (cut_off, answering):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(DATA)
    os.utime(cut_off, times=(0, 0))
    text = CliRunner().invoke(cli, ["gc"])
    assert (text.exit_code, text.stdout.splitlines()) == (
        0,
        [
            "0 files without a picture removed",
            "0 uploads that nobody completed removed",
            "1 requests that were cut off removed",
            *(f"0 rows of {table} removed" for table in NO_ROWS),
            "MISSING the file of a picture: meals/2026/03/lost.jpg",
            "1 pictures have no file: bring it back from a backup, or delete them",
        ],
    )
    assert (cut_off.exists(), answering.exists()) == (False, True)
    os.utime(answering, times=(0, 0))
    told = CliRunner().invoke(cli, ["gc", "--dry-run", "--json"])
    missing = {"count": 1, "keys": [lost["key"]]}
    answer = {"dry_run": True, "unused": NOTHING, "incoming": NOTHING, "missing": missing}
    answer |= {"cut_off": 1, "rows": NO_ROWS}
    assert (told.exit_code, json.loads(told.stdout)) == (0, answer)
    assert answering.exists()


async def _add(database_url: str, image: dict[str, Any]) -> None:
    async with open_database(database_url, 1) as db, db.transaction() as tx:
        await tx.images.add([image])


async def _add_letters(tx: Transaction, user: str, now: datetime) -> None:
    """What belongs to letters, each once too old and once not yet; and an event that has waited for a year."""
    await tx.events.record("waits", None, now=now - timedelta(days=365))
    for young in (False, True):
        later = timedelta(hours=2) if young else timedelta(0)
        recorded = {"created_at": now - timedelta(days=1, hours=1) + later, "updated_at": THEN}
        await tx.guest_requests.add([{"id": new_id(), **recorded, "counted": "somebody"}])
        token = {"user_id": user, "purpose": "password_reset", "email": "", "digest": f"{young}", "used_at": None}
        expires_at = now - timedelta(days=7, hours=1) + later
        await tx.mailed_tokens.add([{"id": new_id(), **recorded, **token, "expires_at": expires_at}])
        await tx.events.announce("told", None, now=now - timedelta(days=7, hours=1) + later)
        await tx.events.record("dead", None, now=THEN - timedelta(days=365))
        event = await tx.events.claim(now, ["dead"])
        await tx.events.given_up(event, "no", now - timedelta(days=90, hours=1) + later)


async def _keys(storage: Storage) -> set[str]:
    return {stored.key async for stored in storage.list("")}


def _sorted(found: Any) -> dict[str, Any]:
    told: dict[str, Any] = found.as_json()
    for name in ("unused", "incoming", "missing"):
        told[name]["keys"].sort()
    return told


def _upload(user: dict[str, Any], expires_at: datetime) -> dict[str, Any]:
    told = {"purpose": "AVATAR", "content_type": "image/png", "byte_size": 1, "sha256": "0" * 64, "alt_text": None}
    row = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "user_id": user["id"]}
    return row | told | {"expires_at": expires_at}
