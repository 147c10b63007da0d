"""docs/collections.md: whoever follows it succeeds."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from app import utc_now
from db.repositories.editions import EDITION_WANTED
from jobs.indexing import build_edition
from jobs.worker import Lane
from project.clone import ROOT
from project.guide import Follower, read, steps
from services.accounts import a_member, an_account
from services.rows import THEN
from services.working import deliver_all

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from services.server import Server
    from settings import Settings

STEPS = steps(read("collections.md"))


async def test_whoever_follows_it_succeeds(db: Database, server: Server, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "studiograph").symlink_to(ROOT / "studiograph")
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW")
    staff, member = await an_account(server, db, "STAFF"), await a_member(server, db, "mina")
    worker = Lane(db, {EDITION_WANTED: partial(build_edition, db, utc_now)}, utc_now)
    tokens = {"staffToken": _token(staff), "memberToken": _token(member)}
    with closing(Follower(server, settings, tmp_path, **tokens)) as follower:
        for step in STEPS:
            follower.follow(step)
            await deliver_all(worker)


def test_every_operation_shows_its_answer() -> None:
    assert [step.text for step in STEPS if step.kind == "graphql" and step.answer is None] == []


def _token(account: Account) -> str:
    return account.headers["authorization"].removeprefix("Bearer ")
