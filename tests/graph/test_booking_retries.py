"""Retried bookings: the same key and input book once, however often and however much at once they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, column, contents
from services.bookings import (
    CREATE,
    GUEST,
    HALF_AN_HOUR,
    HOUR,
    NOW,
    RESCHEDULE,
    TEN,
    WRITTEN,
    Clock,
    a_service,
    an_error,
    book,
    letters,
    open_studio,
    refused,
    serving,
    starts,
    wanted,
)
from services.racing import ROUNDS, Ask, race

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from services.server import Server
    from settings import Settings

MISMATCH = "This key came with another input before: a new write needs a new key."
OTHER = {"name": "Juno Park", "email": "juno@example.com"}


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


async def test_one_key_at_once_twenty_times_is_one_booking_with_one_token(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60, requires_confirmation=True))
    for number, starts_at in enumerate(starts(server, service)[-ROUNDS:], start=1):
        given = wanted(service, starts_at, note="With my dog", idempotencyKey=f"key {number}")
        answers = await race([Ask(CREATE, {"input": given})] * 20, server.url)
        assert answers == [answers[0]] * 20
        assert (answers[0]["userErrors"], len(answers[0]["manageToken"])) == ([], 76)
        assert len(await column(db, "bookings", "id")) == number
        assert await letters(db) == [("booking_received", "customer"), ("booking_new", "studio")] * number
        assert len(await column(db, "booking_events", "id")) == number


async def test_one_key_at_once_with_two_inputs_is_one_of_them(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60))
    for number, starts_at in enumerate(starts(server, service)[-ROUNDS:], start=1):
        notes = [{"note": note, "idempotencyKey": f"key {number}"} for note in ("Mine", "Not mine")]
        asks = [Ask(CREATE, {"input": wanted(service, starts_at, **note)}) for note in notes * 10]
        answers = await race(asks, server.url)
        won = [answer for answer in answers if answer["booking"]]
        assert won == [won[0]] * 10
        lost = refused(an_error("IDEMPOTENCY_MISMATCH", MISMATCH, "input", "idempotencyKey"), manageToken=None)
        assert [answer for answer in answers if not answer["booking"]] == [lost] * 10
        assert len(await column(db, "bookings", "id")) == number


@pytest.mark.parametrize(
    "other",
    [
        {"startsAt": (TEN + HALF_AN_HOUR).isoformat()},
        {"note": "Another note"},
        {"note": ""},
        {"customer": OTHER},
        {"customer": {**GUEST, "phone": "+82 10 1234 5678"}},
        {"partySize": 1},
        {"optionIds": []},
    ],
)
async def test_another_input_under_the_key_gets_neither_booking_nor_token(
    other: dict[str, Any], server: Server, db: Database
) -> None:
    [service] = await open_studio(db, a_service())
    given = wanted(service, idempotencyKey="key")
    server.ask(CREATE, input=given)
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, input={**given, **other})["answer"]
    mismatch = an_error("IDEMPOTENCY_MISMATCH", MISMATCH, "input", "idempotencyKey")
    assert answer == refused(mismatch, manageToken=None)
    assert await contents(db, *WRITTEN) == before


async def test_a_key_belongs_to_who_sent_it(server: Server, db: Database) -> None:
    """A member who sends a guest's whole input books for themselves, and so does another member."""
    [service] = await open_studio(db, a_service(capacity=10))
    given = wanted(service, idempotencyKey="key")
    members = [await an_account(server, db, now=NOW) for _ in range(2)]
    callers = [None, *(member.headers for member in members)]
    first = [server.ask(CREATE, headers, input=given)["answer"] for headers in callers]
    again = [server.ask(CREATE, headers, input=given)["answer"] for headers in callers]
    assert again == first
    assert len({answer["booking"]["id"] for answer in first}) == 3
    assert [answer["manageToken"] is None for answer in first] == [False, True, True]
    assert await column(db, "bookings", "user_id") == [None, *(member.id for member in members)]


async def test_what_is_refused_binds_no_key(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    book(server, service)
    refusal = server.ask(CREATE, input=wanted(service, idempotencyKey="key"))["answer"]
    assert [error["code"] for error in refusal["userErrors"]] == ["SLOT_TAKEN"]
    assert await column(db, "idempotency_keys", "id") == []
    assert server.ask(CREATE, input=wanted(service, TEN + HOUR, idempotencyKey="key"))["answer"]["userErrors"] == []


@pytest.mark.parametrize("key", ["", " ", "x" * 201])
async def test_a_key_that_is_none_is_refused(key: str, server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, input=wanted(service, idempotencyKey=key))["answer"]
    assert answer["booking"] is None
    assert [error["path"] for error in answer["userErrors"]] == [["input", "idempotencyKey"]]
    assert await contents(db, *WRITTEN) == before


async def test_a_retried_move_moves_once(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60))
    booking = book(server, service)
    for number, starts_at in enumerate(starts(server, service)[-ROUNDS:], start=1):
        move = {"by": booking.by, "startsAt": starts_at.isoformat(), "version": number, "key": f"key {number}"}
        answers = await race([Ask(RESCHEDULE, move)] * 20, server.url)
        moved = {"status": "CONFIRMED", "version": number + 1, "startsAt": starts_at.isoformat()}
        assert answers == [{"booking": moved, "userErrors": []}] * 20
    changed = [("booking_changed", "customer"), ("booking_changed", "studio")]
    assert await letters(db) == [("booking_confirmed", "customer"), ("booking_new", "studio"), *changed * ROUNDS]


@pytest.mark.parametrize("other", [{"startsAt": (TEN + 2 * HOUR).isoformat()}, {"version": 2}])
async def test_another_move_under_the_key_is_refused(other: dict[str, Any], server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    booking = book(server, service)
    move: dict[str, Any] = {"by": booking.by, "startsAt": (TEN + HOUR).isoformat(), "version": 1, "key": "key"}
    server.ask(RESCHEDULE, **move)
    before = await contents(db, *WRITTEN)
    answer = server.ask(RESCHEDULE, **{**move, **other})["answer"]
    assert answer == refused(an_error("IDEMPOTENCY_MISMATCH", MISMATCH, "idempotencyKey"))
    assert await contents(db, *WRITTEN) == before


async def test_a_key_of_a_booking_is_none_of_a_move(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    booking = book(server, service, idempotencyKey="key")
    before = await contents(db, *WRITTEN)
    answer = server.ask(RESCHEDULE, by=booking.by, startsAt=(TEN + HOUR).isoformat(), key="key")["answer"]
    assert answer == refused(an_error("IDEMPOTENCY_MISMATCH", MISMATCH, "idempotencyKey"))
    assert await contents(db, *WRITTEN) == before
