"""A slot is sold once, however many want it at one moment, and whatever they do to get it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, column
from services.bookings import (
    CANCEL,
    CREATE,
    HALF_AN_HOUR,
    HOUR,
    NOW,
    RESCHEDULE,
    TEN,
    Clock,
    a_resource,
    a_service,
    an_error,
    book,
    letters,
    occupied,
    open_studio,
    serving,
    starts,
    step,
    wanted,
)
from services.racing import ROUNDS, Ask, race

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.database import Database
    from services.server import Server
    from settings import Settings

FIFTY = 50
DELETE_USER = "mutation ($id: ID!) { answer: deleteUser(id: $id) { userErrors { code } } }"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    yield from serving(settings, clock)


@pytest.mark.parametrize("needs", [0, 1, 2], ids=["the studio itself", "a room", "two resources"])
async def test_fifty_want_one_slot_and_one_gets_it(needs: int, server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60))
    for number in range(needs):
        await a_resource(db, service, name=f"Room {number}")
    for number, starts_at in enumerate(starts(server, service)[1 : ROUNDS + 1], start=1):
        answers = await race([_create(service, starts_at)] * FIFTY, server.url)
        assert _sold(answers) == [starts_at]
        assert _refused(answers) == {"SLOT_TAKEN": FIFTY - 1}
        assert {len(error["alternatives"]) for error in _errors(answers)} == {3}
        assert len(await occupied(db)) == max(needs, 1) * number
    assert Counter(await letters(db)) == {("booking_confirmed", "customer"): ROUNDS, ("booking_new", "studio"): ROUNDS}


async def test_ranges_that_overlap_and_are_not_equal_are_sold_once(server: Server, db: Database) -> None:
    """An hour and half an hour later another one, and a longer service that needs the same room."""
    portrait, family = await open_studio(db, a_service(), a_service("Family", duration_minutes=150))
    await a_resource(db, portrait, family)
    for number in range(ROUNDS):
        base = TEN + timedelta(days=7 * number)
        asks = [_create(portrait, base + HALF_AN_HOUR * (place % 2)) for place in range(40)]
        asks += [_create(family, base - HOUR)] * 10
        answers = await race(asks, server.url)
        assert len(_sold(answers)) == 1
        assert _refused(answers) == {"SLOT_TAKEN": FIFTY - 1}
        assert len(await occupied(db)) == number + 1


async def test_any_number_of_starts_never_overlap(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    wanted_starts = starts(server, service, days=2)[:17]
    answers = await race([_create(service, start) for start in wanted_starts * 3], server.url)
    assert _refused(answers) == {"SLOT_TAKEN": 51 - len(_sold(answers))}
    assert [row.busy_from for row in await occupied(db)] == _sold(answers)
    assert starts(server, service, days=2)[: len(wanted_starts)] != wanted_starts


async def test_of_two_who_confirm_one_booking_one_does(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True, slot_step_minutes=60))
    staff = [await an_account(server, db, "STAFF", now=NOW) for _ in range(2)]
    for starts_at in starts(server, service)[-ROUNDS:]:
        booking = book(server, service, starts_at)
        answers = await race(
            [Ask(step("confirmBooking"), {"id": booking.id}, one.headers) for one in staff], server.url
        )
        done = [answer for answer in answers if answer["booking"]]
        assert done == [
            {"booking": {"status": "CONFIRMED", "version": 2, "startsAt": starts_at.isoformat()}, "userErrors": []}
        ]
        message = "This booking is CONFIRMED: it cannot become CONFIRMED."
        assert _errors(answers) == [an_error("STATE", message, "id")]
    assert Counter(await letters(db))["booking_confirmed", "customer"] == ROUNDS


async def test_of_staff_who_confirm_and_a_customer_who_cancels_one_is_first(server: Server, db: Database) -> None:
    """A customer may cancel what is confirmed; nobody confirms what is cancelled."""
    [service] = await open_studio(db, a_service(requires_confirmation=True, slot_step_minutes=60))
    staff = await an_account(server, db, "STAFF", now=NOW)
    for starts_at in starts(server, service)[-ROUNDS:]:
        booking = book(server, service, starts_at)
        confirm, cancel = (
            Ask(step("confirmBooking"), {"id": booking.id}, staff.headers),
            Ask(CANCEL, {"by": booking.by}),
        )
        confirmed, cancelled = await race([confirm, cancel], server.url)
        assert (cancelled["booking"]["status"], cancelled["userErrors"]) == ("CANCELLED", [])
        assert cancelled["booking"]["version"] == (3 if confirmed["booking"] else 2)
    assert await occupied(db) == []
    assert await column(db, "booking_sessions", "bookings") == [0] * ROUNDS


async def test_what_is_cancelled_is_sold_once_more(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    booking = book(server, service)
    for _ in range(ROUNDS):
        server.ask(CANCEL, by=booking.by)
        answers = await race([_create(service)] * FIFTY, server.url)
        assert _refused(answers) == {"SLOT_TAKEN": FIFTY - 1}
        [won] = [answer for answer in answers if answer["booking"]]
        booking = type(booking)(won["booking"]["id"], won["booking"]["code"], won["manageToken"])
        assert len(await occupied(db)) == 1
    assert Counter(await column(db, "bookings", "status")) == {"CANCELLED": ROUNDS, "CONFIRMED": 1}


async def test_what_expired_unanswered_is_sold_once_more(server: Server, db: Database, clock: Clock) -> None:
    """It is released by the one who claims it, for no worker is there."""
    [service] = await open_studio(db, a_service(requires_confirmation=True, slot_step_minutes=60))
    chosen = starts(server, service)[-ROUNDS:]
    for starts_at in chosen:
        book(server, service, starts_at)
    clock.now += timedelta(hours=24)
    for number, starts_at in enumerate(chosen, start=1):
        answers = await race([_create(service, starts_at)] * FIFTY, server.url)
        assert _sold(answers) == [starts_at]
        assert _refused(answers) == {"SLOT_TAKEN": FIFTY - 1}
        assert Counter(await column(db, "bookings", "status")) == {"EXPIRED": ROUNDS, "PENDING": number}
    assert [row.busy_from for row in await occupied(db)] == chosen


async def test_many_bookings_are_moved_onto_one_slot_and_one_gets_there(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60))
    free = starts(server, service)[9:]
    bookings = [book(server, service, starts_at) for starts_at in free[:20]]
    for goal in free[20 : 20 + ROUNDS]:
        move = [Ask(RESCHEDULE, {"by": booking.by, "startsAt": goal.isoformat()}) for booking in bookings]
        answers = await race(move, server.url)
        assert _sold(answers) == [goal]
        assert _refused(answers) == {"SLOT_TAKEN": 19}
        assert len(await occupied(db)) == 20
    assert sorted(await column(db, "bookings", "starts_at")) == [row.busy_from for row in await occupied(db)]


async def test_bookings_that_swap_places_and_come_back_leave_none_behind(server: Server, db: Database) -> None:
    """Each moves onto the other's place: none can, or one after the other has left; no request waits for ever."""
    [service] = await open_studio(db, a_service())
    room = await a_resource(db, service)
    one, other = book(server, service), book(server, service, TEN + HOUR)
    asks = [
        Ask(RESCHEDULE, {"by": booking.by, "startsAt": (TEN + HOUR * place).isoformat()})
        for place in (0, 1, 2)
        for booking in (one, other)
    ]
    for _ in range(ROUNDS):
        await race(asks * 4, server.url)
        held = await occupied(db)
        assert {row.resource_id for row in held} == {room}
        assert [row.busy_from for row in held] == sorted(await column(db, "bookings", "starts_at"))


async def test_services_that_need_the_same_two_resources_never_wait_for_each_other(
    server: Server, db: Database
) -> None:
    portrait, family = await open_studio(db, a_service(slot_step_minutes=60), a_service("Family", slot_step_minutes=60))
    for names in ((portrait, family), (family, portrait)):
        await a_resource(db, *names)
    free = starts(server, portrait)[1:51]
    for half in (free[:25], free[25:]):
        answers = await race([_create(one, start) for start in half for one in (portrait, family)], server.url)
        assert _sold(answers) == half
        assert _refused(answers) == {"SLOT_TAKEN": 25}
    assert len(await occupied(db)) == 100


async def test_accounts_are_deleted_while_others_move_between_their_sessions(server: Server, db: Database) -> None:
    """Who leaves gives seats of two sessions back, and who moves takes one and gives the other: in any order."""
    [course] = await open_studio(db, a_service("Course", capacity=100))
    admin = await an_account(server, db, "ADMIN", now=NOW)
    places = (TEN, TEN + HOUR)
    leaving = [await an_account(server, db, now=NOW) for _ in range(15)]
    for member in leaving:
        for starts_at in places:
            book(server, course, starts_at, member.headers, customer=None)
    moving = [(book(server, course, places[number % 2]), places[1 - number % 2]) for number in range(30)]
    asks = [Ask(DELETE_USER, {"id": member.global_id}, admin.headers) for member in leaving]
    asks += [Ask(RESCHEDULE, {"by": booking.by, "startsAt": goal.isoformat()}) for booking, goal in moving]
    assert _errors(await race(asks, server.url)) == []
    assert await column(db, "booking_sessions", "bookings") == [15, 15]


def _create(service: str, starts_at: datetime = TEN, **named: Any) -> Ask:
    return Ask(CREATE, {"input": wanted(service, starts_at, **named)})


def _sold(answers: Sequence[Any]) -> list[datetime]:
    return sorted(datetime.fromisoformat(one["booking"]["startsAt"]) for one in answers if one["booking"])


def _errors(answers: Sequence[Any]) -> list[Any]:
    return [error for answer in answers for error in answer["userErrors"]]


def _refused(answers: Sequence[Any]) -> dict[str, int]:
    return Counter(error["code"] for error in _errors(answers))
