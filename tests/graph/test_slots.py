"""Slots over the API: what is listed can be booked, and the list costs the same however much is booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.connection import TALLY, Tally
from engine.limits import Limits
from engine.request import Request
from graph.schema import build_schema
from rules.refusals import SLOT_TAKEN, Refusal
from rules.services import MAX_CAPACITY
from services.agenda import a_booking, a_session
from services.bookings import (
    CREATE,
    HOUR,
    NOW,
    SLOTS,
    TEN,
    Clock,
    a_resource,
    a_service,
    book,
    open_studio,
    serving,
    starts,
    wanted,
    with_options,
)
from services.contexts import a_context
from services.engine import an_engine
from services.rows import THEN, an_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.database import Database
    from graph.context import Context
    from services.server import Server
    from settings import Settings

ENGINE = an_engine(build_schema(), Limits(nodes=100_000, cost=10**9))
BOOKED = 10_000
LISTED = """query ($from: Date!, $to: Date!, $first: Int!) {
    services(first: $first) { nodes { name slots(from: $from, to: $to) { startsAt } } }
}"""
SPAN = {"from": "2026-11-23", "to": "2027-01-23"}
"""62 days."""


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


async def test_slots_are_what_is_open_and_free(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60))
    whole_day: dict[str, Any] = {"id": f"Service_{service}", "from": "2026-11-24", "to": "2026-11-24"}
    book(server, service)
    assert server.ask(SLOTS, **whole_day)["service"]["slots"] == [
        {
            "startsAt": (TEN + HOUR * hour).isoformat(),
            "endsAt": (TEN + HOUR * (hour + 1)).isoformat(),
            "remaining": 1,
            "localStart": f"2026-11-24T{hour + 10:02}:00",
        }
        for hour in (-1, 1, 2, 3, 4, 5, 6, 7)
    ]


async def test_what_is_listed_can_be_booked_and_nothing_else_can(server: Server, db: Database) -> None:
    """Two services that share a room, with buffers, notice and half-hour steps: every start of a day is tried."""
    terms: dict[str, Any] = {"buffer_before_minutes": 10, "buffer_after_minutes": 20, "min_notice_minutes": 150}
    portrait, family = await open_studio(db, a_service(**terms), a_service("Family", duration_minutes=90))
    await a_resource(db, portrait, family)
    book(server, family, NOW + 4 * HOUR)
    listed = starts(server, portrait, days=1)
    assert listed
    cancel = "mutation ($by: BookingBy!) { cancelBooking(by: $by) { userErrors { code } } }"
    async with db.transaction() as tx:
        await tx.services.note(portrait, cancel_notice_minutes=0)
    for place in range(-4, 44):
        starts_at = NOW + HOUR / 4 * place
        made = server.ask(CREATE, input=wanted(portrait, starts_at))["answer"]
        assert (made["userErrors"] == []) is (starts_at in listed)
        if made["booking"]:
            by = {"managed": {"code": made["booking"]["code"], "token": made["manageToken"]}}
            assert server.ask(cancel, by=by) == {"cancelBooking": {"userErrors": []}}


async def test_seats_and_parties_and_options_are_reckoned_with(server: Server, db: Database) -> None:
    [course] = await open_studio(db, a_service("Course", capacity=4, slot_step_minutes=60))
    [longer] = await with_options(db, course, an_option(extra_minutes=60))
    book(server, course, partySize=3)
    named: dict[str, Any] = {"id": f"Service_{course}", "from": "2026-11-24", "to": "2026-11-24"}
    remaining = {slot["localStart"][11:]: slot["remaining"] for slot in server.ask(SLOTS, **named)["service"]["slots"]}
    assert remaining == {f"{hour:02}:00": 1 if hour == 10 else 4 for hour in range(9, 18)}
    two = {slot["localStart"][11:] for slot in server.ask(SLOTS, **named, partySize=2)["service"]["slots"]}
    assert two == remaining.keys() - {"10:00"}
    long = {slot["localStart"][11:] for slot in server.ask(SLOTS, **named, optionIds=[longer])["service"]["slots"]}
    assert long == remaining.keys() - {"09:00", "10:00", "17:00"}
    assert server.ask(SLOTS, **named, partySize=5)["service"]["slots"] == []


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"to": "2027-01-24"}, "Ask for 1 to 62 days at once, the earlier one first."),
        ({"to": "2026-11-22"}, "Ask for 1 to 62 days at once, the earlier one first."),
        ({"partySize": 0}, f"A party has 1 to {MAX_CAPACITY} people."),
        ({"optionIds": ["x"]}, "optionIds: this service has no such option."),
        ({"optionIds": ["ServiceOption_" + "0" * 32]}, "optionIds: this service has no such option."),
    ],
)
async def test_what_cannot_be_answered_is_said_so(
    asked: dict[str, Any], message: str, server: Server, db: Database
) -> None:
    [service] = await open_studio(db, a_service())
    answer = server.answer(SLOTS, **{"id": f"Service_{service}", **SPAN, **asked})
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["message"] == message


async def test_days_that_are_past_or_too_far_have_no_slots(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(max_days_ahead=5))
    for first, last in (("2026-10-01", "2026-11-22"), ("2026-12-01", "2026-12-31"), ("0001-01-01", "0001-02-01")):
        days: dict[str, Any] = {"from": first, "to": last}
        assert server.ask(SLOTS, id=f"Service_{service}", **days)["service"]["slots"] == []
    assert len(starts(server, service)) == 16 + 17 + 17 - 2


async def test_a_list_of_62_days_takes_five_statements_with_ten_thousand_bookings(db: Database, tmp_path: Path) -> None:
    services = [a_service(f"Service {number}", max_per_day=500, capacity=50) for number in range(10)]
    ids = await open_studio(db, *services)
    for place, one in enumerate(ids):
        await a_resource(db, one, name=f"Room {place}")
    counts = {0: await _statements(db, tmp_path, 1)}
    await _plant(db, ids[0])
    counts[BOOKED] = await _statements(db, tmp_path, 1)
    assert counts[0] == counts[BOOKED] <= 5 + 1, "the services themselves are one"
    assert await _statements(db, tmp_path, 10) == counts[0]


async def _statements(db: Database, folder: Path, first: int) -> int:
    """How many statements the slots of so many services take."""
    tally = Tally()
    TALLY.set(tally)
    context: Context = a_context(db, folder)
    context.now = NOW
    answer = await ENGINE.execute(Request(LISTED, {**SPAN, "first": first}), context)
    assert answer.errors is None
    assert len(answer.data["services"]["nodes"]) == first
    assert all(len(node["slots"]) > 100 for node in answer.data["services"]["nodes"])
    return tally.statements


async def _plant(db: Database, service: str) -> None:
    """Ten thousand bookings within the days that are asked for, 50 to a session, on one resource."""
    async with db.transaction() as tx:
        [needs] = (await tx.services.resource_ids([service])).values()
        seats = {"capacity": 50, "seats_taken": 50, "bookings": 50}
        sessions = [a_session(service, NOW + HOUR * place, **seats) for place in range(BOOKED // 50)]
        for session in sessions:
            await tx.occupancies.occupy(session, needs, now=THEN, taken=Refusal(SLOT_TAKEN, "Taken."))
        await tx.bookings.add([a_booking(session) for session in sessions for _ in range(50)])
