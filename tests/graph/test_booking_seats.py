"""Seats of one session: as many are sold as there are, however many want them at one moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import contents
from services.bookings import (
    CANCEL,
    CREATE,
    HOUR,
    RESCHEDULE,
    TEN,
    WRITTEN,
    Clock,
    a_resource,
    a_service,
    an_error,
    book,
    occupied,
    open_studio,
    refused,
    serving,
    starts,
    wanted,
)
from services.racing import ROUNDS, Ask, race

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.connection import Row
    from db.database import Database
    from services.server import Server
    from settings import Settings

PLACES = "There are {} places left at this time: come with fewer, or choose another one."
TAKEN = "Somebody else has this time: choose another one."


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


async def test_fifty_want_ten_seats_and_ten_sit_down(server: Server, db: Database) -> None:
    [course] = await open_studio(db, a_service("Course", capacity=10, slot_step_minutes=60))
    for number, starts_at in enumerate(starts(server, course)[-ROUNDS:], start=1):
        answers = await race([Ask(CREATE, {"input": wanted(course, starts_at)})] * 50, server.url)
        assert _told(answers) == {"CONFIRMED": 10, "SLOT_TAKEN": 40}
        assert len(await occupied(db)) == number
        assert (await _sessions(db))[-1][:3] == (10, 10, 10)


async def test_parties_never_sit_on_more_seats_than_there_are(server: Server, db: Database) -> None:
    [course] = await open_studio(db, a_service("Course", capacity=10, slot_step_minutes=60))
    for starts_at in starts(server, course)[-ROUNDS:]:
        answers = await race([Ask(CREATE, {"input": wanted(course, starts_at, partySize=3)})] * 50, server.url)
        assert _told(answers) == {"CONFIRMED": 3, "CAPACITY": 47}
        assert (await _sessions(db))[-1][:3] == (10, 9, 3)


async def test_parties_of_any_size_that_come_and_go_are_all_counted(server: Server, db: Database) -> None:
    """Bookings are made, moved here from another hour and cancelled, all at once: the seats are those of who stays."""
    [course] = await open_studio(db, a_service("Course", capacity=10, slot_step_minutes=60))
    free = starts(server, course)[-2 * ROUNDS :]
    for starts_at, other in zip(free[::2], free[1::2], strict=True):
        leaving = [book(server, course, starts_at, partySize=size) for size in (2, 2, 3)]
        moving = [book(server, course, other, partySize=size) for size in (1, 4, 5)]
        asks = [Ask(CREATE, {"input": wanted(course, starts_at, partySize=size)}) for size in (1, 2, 3, 4) * 8]
        asks += [Ask(CANCEL, {"by": one.by}) for one in leaving]
        asks += [Ask(RESCHEDULE, {"by": one.by, "startsAt": starts_at.isoformat()}) for one in moving]
        assert _told(await race(asks, server.url)).keys() <= {"CONFIRMED", "CANCELLED", "CAPACITY", "SLOT_TAKEN"}
        bookings = [one for one in (await contents(db, "bookings"))["bookings"] if one.status == "CONFIRMED"]
        for session in (await contents(db, "booking_sessions"))["booking_sessions"]:
            sizes = [one.party_size for one in bookings if one.session_id == session.id]
            assert (session.seats_taken, session.bookings) == (sum(sizes), len(sizes))
            assert session.seats_taken <= session.capacity


async def test_fewer_seats_than_people_are_refused_with_how_many_are_left(server: Server, db: Database) -> None:
    [course] = await open_studio(db, a_service("Course", capacity=10))
    book(server, course, partySize=8)
    before = await contents(db, *WRITTEN)
    three, two = (server.ask(CREATE, input=wanted(course, partySize=size))["answer"] for size in (3, 2))
    others = [{"localStart": f"2026-11-24T{start}"} for start in ("09:00", "11:00", "11:30")]
    error = an_error("CAPACITY", PLACES.format(2), "input", "startsAt", kind="SlotTaken", alternatives=others)
    assert three == refused(error, manageToken=None)
    assert two["userErrors"] == []
    assert len((await contents(db, *WRITTEN))["bookings"]) == len(before["bookings"]) + 1
    full = server.ask(CREATE, input=wanted(course))["answer"]["userErrors"]
    assert [(error["code"], error["message"]) for error in full] == [("SLOT_TAKEN", TAKEN)]


async def test_a_party_has_as_many_people_as_there_are_seats(server: Server, db: Database) -> None:
    [course] = await open_studio(db, a_service("Course", capacity=10))
    before = await contents(db, *WRITTEN)
    for size in (0, -1, 11):
        answer = server.ask(CREATE, input=wanted(course, partySize=size))["answer"]
        bounds: dict[str, Any] = {"kind": "OutOfRange", "min": "1", "max": "10"}
        error = an_error("OUT_OF_RANGE", "This has to be from 1 to 10.", "input", "partySize", **bounds)
        assert answer == refused(error, manageToken=None)
    assert await contents(db, *WRITTEN) == before


async def test_the_last_to_leave_gives_the_resource_back(server: Server, db: Database) -> None:
    course, portrait = await open_studio(db, a_service("Course", capacity=3), a_service())
    room = await a_resource(db, course, portrait)
    bookings = [book(server, course) for _ in range(2)]
    other = {"input": wanted(portrait)}
    for booking in bookings:
        assert server.ask(CREATE, **other)["answer"]["userErrors"][0]["code"] == "SLOT_TAKEN"
        assert [row.resource_id for row in await occupied(db)] == [room]
        server.ask(CANCEL, by=booking.by)
    assert server.ask(CREATE, **other)["answer"]["userErrors"] == []


async def test_a_service_that_gets_smaller_turns_nobody_out_and_sells_no_more(server: Server, db: Database) -> None:
    """New sessions have the new number of seats."""
    [course] = await open_studio(db, a_service("Course", capacity=3))
    book(server, course, partySize=2)
    async with db.transaction() as tx:
        await tx.services.note(course, capacity=1)
    assert _told([server.ask(CREATE, input=wanted(course))["answer"]]) == {"SLOT_TAKEN": 1}
    book(server, course, TEN + HOUR)
    assert sorted(await _sessions(db)) == [(1, 1, 1), (3, 2, 1)]


async def _sessions(db: Database) -> list[tuple[int, int, int]]:
    """Capacity, seats that are taken, and bookings of each session."""

    def seats(row: Row) -> tuple[int, int, int]:
        return row.capacity, row.seats_taken, row.bookings

    return [seats(row) for row in (await contents(db, "booking_sessions"))["booking_sessions"]]


def _told(answers: list[Any]) -> dict[str, int]:
    """How many got which status, or were refused by which code."""
    made = Counter(one["booking"]["status"] for one in answers if one["booking"])
    return made + Counter(error["code"] for one in answers for error in one["userErrors"])


async def test_the_last_leaves_a_session_while_others_join_it(server: Server, db: Database) -> None:
    """Whoever sits down finds the resources taken for them: no session has seats sold, and nothing for itself."""
    [course] = await open_studio(db, a_service("Course", capacity=3, slot_step_minutes=60))
    for starts_at in starts(server, course)[-4 * ROUNDS :]:
        leaving = book(server, course, starts_at)
        asks = [Ask(CREATE, {"input": wanted(course, starts_at)})] * 6
        await race([*asks, Ask(CANCEL, {"by": leaving.by})], server.url)
        rows = await contents(db, "booking_sessions", "occupancies")
        held = {one.session_id for one in rows["occupancies"] if one.active}
        assert {one.id for one in rows["booking_sessions"] if one.bookings} == held
        seated = [one for one in rows["booking_sessions"] if one.starts_at == starts_at]
        assert 2 <= sum(one.seats_taken for one in seated) <= 3
