"""Admins that are made from the command line, and the first one in development."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from admins import create_admin
from auth.passwords import verify
from db.database import open_database
from rules.refusals import Refusal, Refusals
from serve import prepare
from services.accounts import contents
from services.process import SECRET
from settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database

NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def test_an_admin_is_approved_at_once_and_audited(db: Database) -> None:
    await create_admin(db, "mina", "a fine password", now=NOW)
    kept = await contents(db)
    (user,), (event,) = kept["users"], kept["audit_events"]
    assert (user.username, user.role, user.status, user.must_change_password) == ("mina", "ADMIN", "APPROVED", False)
    assert (await verify("a fine password", user.password_hash)).right
    assert (event.action, event.actor_id, event.subject_id) == ("user.created", None, user.id)
    assert event.changes == [
        {"field": "role", "before": None, "after": "ADMIN"},
        {"field": "status", "before": None, "after": "APPROVED"},
    ]


async def test_a_name_that_is_taken_or_a_weak_password_makes_none(db: Database) -> None:
    await create_admin(db, "mina", "a fine password", now=NOW)
    before = await contents(db)
    for name, password in (("MINA", "another password"), ("jun", "short"), ("j n", "a fine password")):
        with pytest.raises((Refusal, Refusals)):
            await create_admin(db, name, password, now=NOW)
    assert await contents(db) == before


async def test_the_first_start_in_development_tells_a_one_time_password_once(
    empty_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings(data_dir=tmp_path / "data", database_url=empty_url)
    told: list[str] = []
    for _ in range(2):
        assert await prepare(settings, with_demo=False, tell=told.append) is None
    (line,) = told
    password = line.removeprefix("Log in as admin with the one-time password ").partition(" ")[0]
    assert line == f"Log in as admin with the one-time password {password} (you will be asked for another)."
    assert password not in caplog.text
    async with open_database(empty_url, 1) as db:
        (user,) = (await contents(db, "users"))["users"]
    assert (user.username, user.role, user.must_change_password) == ("admin", "ADMIN", True)
    assert (await verify(password, user.password_hash)).right


async def test_a_production_start_makes_no_admin(database_url: str, tmp_path: Path) -> None:
    settings = Settings(environment="production", secret=SECRET, data_dir=tmp_path, database_url=database_url)
    told: list[str] = []
    assert await prepare(settings, with_demo=True, tell=told.append) is None
    assert told == []
    async with open_database(database_url, 1) as db:
        assert await contents(db, "users") == {"users": []}
