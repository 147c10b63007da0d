"""Several servers over one database sell a slot once; so does the check alone, where the constraint is gone."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sqlalchemy import text

from services.bookable import ALWAYS
from services.bookings import CREATE, SLOTS, Clock, a_service, occupied, open_studio, serving, starts, wanted
from services.process import studiograph
from services.racing import ROUNDS, SECONDS, Ask, race

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Executable

    from db.database import Database
    from services.server import Server
    from settings import Settings

FIFTY = 50
DROPPED = {
    "sqlite": ("DROP TRIGGER occupancies_added_alone", "DROP TRIGGER occupancies_changed_alone"),
    "postgresql": ("ALTER TABLE occupancies DROP CONSTRAINT ex_occupancies_resource",),
}


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


async def test_two_servers_sell_a_slot_once(tmp_path: Path, database_url: str, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60), weekly_hours=ALWAYS)
    with ExitStack() as opened:
        urls = [_serving(opened, tmp_path, database_url) for _ in range(2)]
        for number, starts_at in enumerate(_free(urls[0], service)[24 : 24 + ROUNDS], start=1):
            asks = [Ask(CREATE, {"input": wanted(service, starts_at)})] * FIFTY
            answers = await race(asks, *urls)
            assert _told(answers) == {"CONFIRMED": 1, "SLOT_TAKEN": FIFTY - 1}
            assert len(await occupied(db)) == number


async def test_two_processes_behind_one_address_sell_as_many_seats_as_there_are(
    tmp_path: Path, database_url: str, db: Database
) -> None:
    course = a_service("Course", slot_step_minutes=60, capacity=10)
    [service] = await open_studio(db, course, weekly_hours=ALWAYS)
    with ExitStack() as opened:
        urls = [_serving(opened, tmp_path, database_url, workers=2)]
        for starts_at in _free(urls[0], service)[24 : 24 + ROUNDS]:
            asks = [Ask(CREATE, {"input": wanted(service, starts_at)})] * FIFTY
            assert _told(await race(asks, *urls)) == {"CONFIRMED": 10, "SLOT_TAKEN": FIFTY - 10}


async def test_the_check_alone_sells_a_slot_once(kind: str, server: Server, db: Database) -> None:
    """More than is asked: the resources' locks let one look and write at a time, so that none gets to the constraint.

    That the constraint holds without them is shown in tests/db/test_occupancies.py.
    """
    [service] = await open_studio(db, a_service(slot_step_minutes=60))
    async with db.transaction() as tx:
        for statement in DROPPED[kind]:
            await tx.connection.run(_raw, statement)
    for starts_at in starts(server, service)[-ROUNDS:]:
        answers = await race([Ask(CREATE, {"input": wanted(service, starts_at)})] * FIFTY, server.url)
        assert _told(answers) == {"CONFIRMED": 1, "SLOT_TAKEN": FIFTY - 1}
    assert len(await occupied(db)) == ROUNDS


def _serving(opened: ExitStack, folder: Path, url: str, workers: int = 1) -> str:
    """Where another `serve` answers with so many processes; guests may write to it as often as they like."""
    command = ("serve", "--empty", "--port", "0", "--workers", str(workers))
    started = opened.enter_context(studiograph(folder, *command, database_url=url, rate_limit="off"))
    assert len(started.servers(workers)) == workers
    return started.url()


def _free(url: str, service: str) -> list[datetime]:
    """When the service can be booked in the next days, by a server whose clock runs."""
    today = datetime.now(UTC).date()
    days = {"from": today.isoformat(), "to": (today + timedelta(days=4)).isoformat()}
    asked = {"query": SLOTS, "variables": {"id": f"Service_{service}", **days}}
    answer = httpx2.post(f"{url}/graphql", json=asked, timeout=SECONDS).json()
    return [datetime.fromisoformat(slot["startsAt"]) for slot in answer["data"]["service"]["slots"]]


def _told(answers: list[Any]) -> dict[str, int]:
    made = Counter(one["booking"]["status"] for one in answers if one["booking"])
    return made + Counter(error["code"] for one in answers for error in one["userErrors"])


def _raw(statement: str) -> Executable:
    return text(statement)
