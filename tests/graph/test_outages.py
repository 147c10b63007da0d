"""PostgreSQL fails under load, as clients see it: typed answers in time, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest

from db import migrations
from db.database import open_database
from services.accounts import Account, an_account, column
from services.postgresql import PostgreSQL
from services.process import SECRET, studiograph, until
from services.proxy import Proxy
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx2

CLIENTS = 12
ANSWERED_SECONDS = 15.5
BACK_SECONDS = 20
CREATE = "mutation ($name: String!) { createCategory(input: {name: $name}) { category { id } userErrors { code } } }"
NUMBERS = count()


@dataclass
class Studio:
    """A server, what lies between it and its database, and the database."""

    client: httpx2.Client
    proxy: Proxy
    postgresql: PostgreSQL
    staff: Account

    def status(self) -> int:
        """What /ready says."""
        return self.client.get("/ready").status_code

    def names(self) -> set[str]:
        """The categories that are there."""

        async def read() -> list[str]:
            async with open_database(self.postgresql.url("studio"), 1) as db:
                return await column(db, "categories", "name")

        return set(asyncio.run(read()))


@dataclass
class Load:
    """Clients that write on and on; what they were answered."""

    client: httpx2.Client
    headers: dict[str, str]
    over: threading.Event = field(default_factory=threading.Event)
    acknowledged: set[str] = field(default_factory=set)
    codes: set[tuple[int, str]] = field(default_factory=set)
    longest: float = 0.0

    def write_on(self) -> None:
        """Until it is over."""
        while not self.over.is_set():
            name, start = f"Category {next(NUMBERS)}", time.monotonic()
            body = {"query": CREATE, "variables": {"name": name}}
            response = self.client.post("/graphql", json=body, headers=self.headers)
            self.longest = max(self.longest, time.monotonic() - start)
            answer = response.json()
            if errors := answer.get("errors"):
                self.codes |= {(response.status_code, error["extensions"]["code"]) for error in errors}
                self.over.wait(0.02)
            else:
                assert answer["data"]["createCategory"]["userErrors"] == []
                self.acknowledged.add(name)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    """A server of this module's own: it fails."""
    started = PostgreSQL().start()
    migrations.upgrade(started.create("studio"))
    yield started
    started.stop()


@pytest.fixture
def studio(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Studio]:
    """A studio whose database is beyond a proxy."""
    proxy = Proxy(postgresql.port)
    url = postgresql.url("studio").replace(str(postgresql.port), str(proxy.port))
    settings = {"database_url": url, "secret": SECRET, "rate_limit": "off"}
    with studiograph(tmp_path, "serve", "--port", "0", "--empty", **settings) as process, process.client() as client:
        yield Studio(client, proxy, postgresql, asyncio.run(_staff(postgresql.url("studio"))))
    proxy.stop()


def test_a_restart(studio: Studio) -> None:
    codes = _codes_while(studio, studio.postgresql.restart)
    assert codes <= {(200, "UNAVAILABLE"), (503, "UNAVAILABLE")}


def test_connections_that_are_refused(studio: Studio) -> None:
    codes = _codes_while(studio, lambda: _until_not_ready(studio, studio.proxy.refuse))
    assert {code for _, code in codes} == {"UNAVAILABLE"}


def test_a_slow_network(studio: Studio) -> None:
    def outage() -> None:
        studio.proxy.delay(0.05)
        assert studio.status() == 200

    assert _codes_while(studio, outage) == set()


def test_a_silent_network(studio: Studio) -> None:
    codes = _codes_while(studio, lambda: _until_not_ready(studio, studio.proxy.swallow))
    assert codes, "what nobody answers was felt"
    assert {code for _, code in codes} <= {"UNAVAILABLE", "TIMEOUT"}


def _codes_while(studio: Studio, outage: Callable[[], object]) -> set[tuple[int, str]]:
    """The statuses and codes that clients were answered with; every answer was in time, and all went on."""
    load = Load(studio.client, studio.staff.headers)
    with ThreadPoolExecutor(CLIENTS) as threads:
        clients = [threads.submit(load.write_on) for _ in range(CLIENTS)]
        try:
            until(lambda: len(load.acknowledged) > CLIENTS, lambda: f"nothing is written: {load.codes}")
            outage()
            studio.proxy.pass_on()
            until(lambda: studio.status() == 200, lambda: "it does not come back", seconds=BACK_SECONDS)
            before = len(load.acknowledged)
            until(lambda: len(load.acknowledged) > before, lambda: "nothing is written", seconds=BACK_SECONDS)
        finally:
            load.over.set()
        for client in clients:
            client.result(BACK_SECONDS)
    assert load.longest < ANSWERED_SECONDS
    assert load.acknowledged <= studio.names()
    return load.codes


def _until_not_ready(studio: Studio, begin: Callable[[], None]) -> None:
    begin()
    until(lambda: studio.status() == 503, lambda: "it says that it is ready", seconds=BACK_SECONDS)


async def _staff(url: str) -> Account:
    async with open_database(url, 1) as db:
        return await an_account(Settings(secret=SECRET), db, "ADMIN")
