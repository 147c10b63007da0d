"""kill -9 while guests book: what was acknowledged is there once, and whoever is to be written to is."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from threading import Event
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from db.events import FILE_DISCARDED
from jobs.worker import PATIENCE_SECONDS
from services.accounts import contents
from services.bookable import BOOK, open_studio
from services.bookings import SLOTS, occupied
from services.process import SECONDS, SECRET, studiograph, until
from services.smtp import SmtpServer
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from pathlib import Path

    from db.database import Database
    from services.process import Process

KILLS = 50 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 5
GUESTS = 4
MOST_PAUSE = 0.2
"""Seconds that a guest thinks of the next booking."""
MOST_SECONDS = 1.0
"""In which a booking is answered while the mail server is away."""
LATE = 60.0
"""Seconds until the last letter is sent: the lease of a worker that was killed has to end before."""
STUDIO = "hello@haneul.example"


@pytest.fixture
def mail_server() -> Iterator[SmtpServer]:
    """A mail server that is there from the start."""
    server = SmtpServer().start()
    yield server
    server.stop()


async def test_whatever_is_killed_no_booking_and_no_letter_is_lost(
    db: Database, database_url: str, mail_server: SmtpServer, tmp_path: Path
) -> None:
    guests = Guests(await open_studio(db))
    start = partial(_serving, tmp_path, database_url, mail_server)
    chance = Random(2026)  # noqa: S311  (moments, not secrets)
    with ThreadPoolExecutor(GUESTS) as threads, ExitStack() as started:
        serving = guests.find(started.enter_context(start()))
        busy = guests.begin(threads)
        started.callback(guests.leave.set)
        for turn in range(KILLS):
            guests.wait_for(chance.randrange(1, 6), serving)  # one of them has just been answered
            _kill(serving, turn)
            if turn % 3 == 2:
                serving = guests.find(started.enter_context(start()))
        guests.wait_for(1, serving)
        guests.end(busy)
        await until_it_holds(partial(_all_is_delivered, db), LATE)
    await _every_booking_is_there_once(db, guests)
    await _everybody_is_written_to(db, mail_server)


async def test_while_the_mail_server_is_away_all_else_goes_on(
    db: Database, database_url: str, mail_server: SmtpServer, tmp_path: Path
) -> None:
    guests = Guests(await open_studio(db))
    with _serving(tmp_path, database_url, mail_server) as serving:
        guests.find(serving)
        guests.book("before", guests.starts[0])
        mail_server.stop()
        seconds = [_seconds(partial(guests.book, start, start)) for start in guests.starts[1:11]]
        async with db.transaction() as tx:
            await tx.events.discard_file("designs/nobody.jpg", now=datetime.now(UTC))
        await until_it_holds(partial(_all_is_delivered, db, FILE_DISCARDED))
        serving.wait_for("delivery met an outage")
        assert not await _all_is_delivered(db)
        mail_server.start()
        await until_it_holds(partial(_all_is_delivered, db), 2 * PATIENCE_SECONDS)
    assert max(seconds) < MOST_SECONDS
    await _every_booking_is_there_once(db, guests)
    await _everybody_is_written_to(db, mail_server)


class Guests:
    """Guests of whom two at a time want the same slot; each asks under one key until there is an answer."""

    def __init__(self, service: str) -> None:
        self.booked: dict[str, dict[str, Any]] = {}
        """By the keys, what was acknowledged."""
        self.starts: list[str] = []
        self.leave = Event()
        self._service = service
        self._url = ""

    def find(self, serving: Process) -> Process:
        """Ask this one from now on."""
        self._url = serving.url()
        self.starts = self.starts or self._free()
        return serving

    def begin(self, threads: ThreadPoolExecutor) -> list[Future[None]]:
        """Let them book one slot after the other."""
        return [threads.submit(self._book_on, number) for number in range(GUESTS)]

    def end(self, busy: list[Future[None]]) -> None:
        """Let each book to the end what it has begun."""
        self.leave.set()
        for guest in busy:
            guest.result(SECONDS)

    def wait_for(self, number: int, serving: Process) -> None:
        """Wait until so many more bookings are acknowledged."""
        enough = len(self.booked) + number
        until(lambda: len(self.booked) >= enough, serving.messages)

    def book(self, key: str, start: str) -> None:
        """Ask until there is an answer: the booking, or that somebody else has the slot."""
        customer = {"name": "Mina", "email": "mina@example.com"}
        wanted = {"serviceId": self._service, "startsAt": start, "customer": customer, "idempotencyKey": key}
        answer = until(partial(self._try, wanted), lambda: f"{key} is not answered")
        if answer["booking"]:
            self.booked[key] = answer["booking"]
        else:
            assert [error["code"] for error in answer["userErrors"]] == ["SLOT_TAKEN"]

    def _free(self) -> list[str]:
        """What can be booked in two months; nobody is reminded of any of it while the test lasts."""
        first = datetime.now(UTC).date() + timedelta(days=3)
        days = {"from": first.isoformat(), "to": (first + timedelta(days=56)).isoformat()}
        slots = self._ask(SLOTS, id=self._service, **days)["service"]["slots"]
        return [slot["startsAt"] for slot in slots]

    def _book_on(self, number: int) -> None:
        chance = Random(number)  # noqa: S311  (as above)
        for start in self.starts[number // 2 :: GUESTS // 2]:
            if self.leave.wait(chance.random() * MOST_PAUSE):
                return
            self.book(f"{number} {start}", start)

    def _try(self, wanted: dict[str, Any]) -> Any:
        with suppress(httpx2.TransportError):
            return self._ask(BOOK, input=wanted)["createBooking"]

    def _ask(self, query: str, **variables: Any) -> Any:
        sent = {"query": query, "variables": variables}
        return httpx2.post(f"{self._url}/graphql", json=sent, timeout=SECONDS).json()["data"]


def _serving(folder: Path, database_url: str, mail_server: SmtpServer) -> AbstractContextManager[Process]:
    told = {"database_url": database_url, "smtp_url": mail_server.url, "secret": SECRET, "rate_limit": "off"}
    return studiograph(folder, "serve", "--empty", "--port", "0", **told)


def _kill(serving: Process, turn: int) -> None:
    """The server, the worker, or all that there is, in turn."""
    if turn % 3 == 2:
        serving.kill()
    else:
        [process] = serving.workers() if turn % 3 else serving.servers()
        os.kill(process, signal.SIGKILL)


def _seconds(work: partial[None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


async def _all_is_delivered(db: Database, *kinds: str) -> bool:
    """Whether nothing of these kinds waits; without a kind, no letter."""
    return not await db.read().events.waiting(datetime.now(UTC) + timedelta(hours=1), kinds or ("mail.wanted",))


async def _every_booking_is_there_once(db: Database, guests: Guests) -> None:
    """And nothing besides: who was cut off asked again under the same key, and was told of the same booking."""
    rows = await contents(db, "bookings", "booking_sessions")
    told = {(f"Booking_{row.id}", row.code, row.starts_at) for row in rows["bookings"]}
    known = [(one["id"], one["code"], datetime.fromisoformat(one["startsAt"])) for one in guests.booked.values()]
    assert (len(rows["bookings"]), told) == (len(known), set(known))
    assert {row.id for row in rows["booking_sessions"]} == {row.session_id for row in rows["bookings"]}
    assert {(row.seats_taken, row.bookings) for row in rows["booking_sessions"]} == {(1, 1)}
    assert [row.busy_from for row in await occupied(db)] == sorted(start for _, _, start in known)


async def _everybody_is_written_to(db: Database, mail_server: SmtpServer) -> None:
    """Each customer and the studio, as often as it takes, and always under the Message-ID of what was wanted."""
    rows = await contents(db, "bookings", "events")
    wanted = [event for event in rows["events"] if event.kind == "mail.wanted"]
    letters = sorted((event.subject_id, event.payload["letter"], event.payload["to"]) for event in wanted)
    kinds = (("booking_confirmed", "customer"), ("booking_new", "studio"))
    assert letters == sorted((row.id, *kind) for row in rows["bookings"] for kind in kinds)

    addresses = {"customer": "mina@example.com", "studio": STUDIO}
    codes = {row.id: row.code for row in rows["bookings"]}
    due = {f"<{event.id}@haneul.example>": (addresses[event.payload["to"]], event.subject_id) for event in wanted}
    for letter, receivers in zip(mail_server.received, mail_server.receivers, strict=True):
        address, booking = due[str(letter["Message-ID"])]
        body = letter.get_body()
        assert body
        assert receivers == [address]
        assert codes[booking] in body.get_content()
    assert {str(letter["Message-ID"]) for letter in mail_server.received} == due.keys()
