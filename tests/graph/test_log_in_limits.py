"""Guessing passwords: how often one may fail, what that costs, and what the answers give away."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from auth.passwords import CORES, MAX_WAITING, PLACES
from services.accounts import PASSWORD, a_member, column, contents
from services.at_once import at_once
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from settings import Settings

LOG_IN = """mutation ($name: String!, $password: String!) {
  answer: logIn(input: {username: $name, password: $password}) {
    viewer { id } userErrors { code message path ... on RateLimited { retryAfterSeconds } }
  }
}"""
REGISTER = "mutation ($input: RegisterInput!) { answer: register(input: $input) { user { id } } }"
WRONG = "wrong password"
BAD = {"code": "BAD_CREDENTIALS", "message": "The name or the password is wrong.", "path": ["input"]}
LONG = bool(os.environ.get("STUDIOGRAPH_TEST_LONG"))
TRIES, MOST_SPREAD = (200, 1.1) if LONG else (10, 2.0)
CLOCK = time.perf_counter if LONG else time.process_time
"""Beside other tests a clock on the wall tells nothing: the short run shows that no hash is left out, by its work."""


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    """A server whose clock stands still until it is moved."""
    started = Server(settings, clock).start()
    yield started
    started.stop()


def tried(server: Server, name: str, password: str = WRONG, **headers: str) -> Any:
    """The only error of a log-in, or None."""
    errors = server.ask(LOG_IN, headers, name=name, password=password)["answer"]["userErrors"]
    return errors[0] if errors else None


def wait(seconds: int) -> dict[str, Any]:
    """The error that says to wait."""
    message = f"Too many tries: wait {seconds} seconds."
    return {"code": "RATE_LIMITED", "message": message, "path": ["input"], "retryAfterSeconds": seconds}


async def test_five_failures_close_an_account_for_longer_and_longer(server: Server, db: Database, clock: Clock) -> None:
    await a_member(server, db, name="Éloise")
    forms = ("Éloise", "éLOISE", "e\u0301loise", "E\u0301LOISE", "ÉLOISE")
    assert [tried(server, name) for name in forms] == [BAD] * 5
    before = await contents(db, "login_throttles")
    assert [tried(server, name, PASSWORD) for name in forms] == [wait(60)] * 5
    assert await contents(db, "login_throttles") == before
    for seconds in (60, 120, 240, 480):
        clock.moment += timedelta(seconds=seconds - 1)
        assert tried(server, "éloise") == wait(1)
        clock.moment += timedelta(seconds=1)
        assert tried(server, "éloise") == BAD
        assert tried(server, "éloise")["retryAfterSeconds"] == min(2 * seconds, 900)
    clock.moment += timedelta(minutes=15)
    assert tried(server, "éloise", PASSWORD) is None


async def test_a_right_password_forgets_the_failures(server: Server, db: Database) -> None:
    await a_member(server, db)
    for _ in range(3):
        assert [tried(server, "mina") for _ in range(4)] == [BAD] * 4
        assert tried(server, "mina", PASSWORD) is None


async def test_twenty_failures_close_an_address_whatever_it_says_of_itself(server: Server, db: Database) -> None:
    await a_member(server, db)
    forged = [
        {"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"} for number in range(22)
    ]
    answers = [tried(server, f"user{number}", **forged[number]) for number in range(20)]
    assert answers == [BAD] * 20
    assert tried(server, "another", **forged[20]) == wait(60)
    assert tried(server, "mina", PASSWORD, **forged[21]) == wait(60)


async def test_fifty_wrong_tries_at_once_look_at_the_password_five_times(
    server: Server, settings: Settings, db: Database, clock: Clock
) -> None:
    await a_member(server, db)
    second = Server(settings, clock).start()
    try:
        answers = await at_once([partial(tried, one, "mina") for one in (server, second)] * 25)
    finally:
        second.stop()
    assert sorted(answer["code"] for answer in answers) == ["BAD_CREDENTIALS"] * 5 + ["RATE_LIMITED"] * 45


async def test_many_log_ins_in_one_request_cost_few_hashes(server: Server, db: Database) -> None:
    await a_member(server, db)
    head = "mutation ($input: LogInInput!)"
    below = "{ userErrors { code } }"
    given = {"username": "mina", "password": WRONG}

    def sent(number: int) -> tuple[dict[str, Any], float]:
        fields = "".join(f" a{each}: logIn(input: $input) {{ ...E }}" for each in range(number))
        began = time.process_time()
        answer = server.answer(f"{head} {{{fields} }} fragment E on LogInPayload {below}", input=given)
        return answer, time.process_time() - began

    refused, cost = sent(500)
    assert ("data" in refused, cost < 1) == (False, True)
    assert await contents(db, "login_throttles") == {"login_throttles": []}
    answer, cost = sent(20)
    codes = [one["userErrors"][0]["code"] for one in answer["data"].values()]
    assert codes == ["BAD_CREDENTIALS"] * 5 + ["RATE_LIMITED"] * 15
    assert cost < 20 * 0.2 / 2  # twenty hashes take more than twice as long


@pytest.fixture
def crowd() -> Iterator[None]:
    """As many passwords wait as may."""
    for _ in range(CORES + MAX_WAITING):
        assert PLACES.acquire(blocking=False)
    yield
    PLACES.release(CORES + MAX_WAITING)


@pytest.mark.usefixtures("crowd")
async def test_where_too_many_passwords_wait_the_answer_is_to_try_again(server: Server, db: Database) -> None:
    before = await contents(db, "users", "login_sessions")
    asked: dict[str, dict[str, Any]] = {
        LOG_IN: {"name": "mina", "password": WRONG},
        REGISTER: {"input": {"username": "mina", "password": PASSWORD}},
    }
    for query, variables in asked.items():
        answer = server.answer(query, **variables)
        codes = [error["extensions"]["code"] for error in answer["errors"]]
        assert (codes, answer["data"]) == (["UNAVAILABLE"], {"answer": None})
    assert await contents(db, "users", "login_sessions") == before
    assert await column(db, "login_throttles", "failures") == [0, 0], "nobody has looked whether it was wrong"


async def test_the_limit_can_be_turned_off(settings: Settings, db: Database) -> None:
    server = Server(settings.model_copy(update={"rate_limit": "off"})).start()
    try:
        await a_member(server, db)
        assert [tried(server, "mina") for _ in range(7)] == [BAD] * 7
    finally:
        server.stop()
    assert await contents(db, "login_throttles") == {"login_throttles": []}


async def test_neither_text_nor_time_tells_whether_there_is_such_a_user(settings: Settings, db: Database) -> None:
    server = Server(settings.model_copy(update={"rate_limit": "off"})).start()
    try:
        await a_member(server, db)
        await a_member(server, db, name="waiting", status="PENDING")
        tries = {"there": ("mina", WRONG), "nobody": ("nobody", WRONG), "waits": ("waiting", WRONG)}
        tries |= {"too long": ("mina", "x" * 200)}
        times: dict[str, list[float]] = {name: [] for name in tries}
        for _ in range(TRIES):
            for name, (username, password) in tries.items():
                began = CLOCK()
                assert tried(server, username, password) == BAD
                times[name].append(CLOCK() - began)
    finally:
        server.stop()
    assert _spread(times) < MOST_SPREAD


def _spread(times: dict[str, list[float]]) -> float:
    """How many times longer the slowest takes than the fastest, by their medians."""
    medians = [median(taken) for taken in times.values()]
    return max(medians) / min(medians)
