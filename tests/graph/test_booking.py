"""Booking a slot, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents
from services.bookings import CREATE, GUEST, NOW, TEN, a_service, open_studio, wanted
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from settings import Settings

WRITTEN = ("bookings", "booking_events", "booking_sessions", "occupancies", "events", "idempotency_keys")
ALL = """
    code status startsAt endsAt timeZone localStart cancellableUntil viewerCanCancel viewerCanReschedule partySize
    serviceName options { name extraMinutes price { amount currency } option { name } } price { amount currency }
    customerName customerEmail customerPhone note user { username } resources { name } service { name }
    events { at from to actor { username } reason } createdAt updatedAt version
"""


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """A server whose clock stands still."""
    started = Server(settings, lambda: NOW).start()
    yield started
    started.stop()


async def test_books_a_slot_for_a_guest(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    asked = f"mutation ($input: BookingInput!) {{ createBooking(input: $input) {{ manageToken userErrors {{ code message path }} booking {{ {ALL} }} }} }}"
    made = server.ask(asked, input=wanted(service, note="With my dog"))["createBooking"]
    assert made["userErrors"] == []
    booking = made["booking"]
    assert len(made["manageToken"]) == 76
    code = booking.pop("code")
    assert len(code) == 9
    assert booking == {
        "status": "CONFIRMED",
        "startsAt": "2026-11-24T01:00:00+00:00",
        "endsAt": "2026-11-24T02:00:00+00:00",
        "timeZone": "Asia/Seoul",
        "localStart": "2026-11-24T10:00",
        "cancellableUntil": "2026-11-23T01:00:00+00:00",
        "viewerCanCancel": True,
        "viewerCanReschedule": True,
        "partySize": 1,
        "serviceName": "Portrait",
        "options": [],
        "price": {"amount": "50000", "currency": "KRW"},
        "customerName": "Mina Kim",
        "customerEmail": "mina@example.com",
        "customerPhone": None,
        "note": "With my dog",
        "user": None,
        "resources": [],
        "service": {"name": "Portrait"},
        "events": [{"at": NOW.isoformat(), "from": None, "to": "CONFIRMED", "actor": None, "reason": None}],
        "createdAt": NOW.isoformat(),
        "updatedAt": NOW.isoformat(),
        "version": 1,
    }
    managed = "query ($by: BookingBy!) { booking(by: $by) { code status } }"
    by = {"managed": {"code": code, "token": made["manageToken"]}}
    assert server.ask(managed, by=by) == {"booking": {"code": code, "status": "CONFIRMED"}}
    assert server.ask(managed, by={"managed": {"code": "K7QF-3M2P", "token": made["manageToken"]}}) == {"booking": None}


async def test_lists_slots_and_leaves_out_what_is_booked(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(slot_step_minutes=60))
    listed = 'query ($id: ID!) { service(by: {id: $id}) { slots(from: "2026-11-24", to: "2026-11-24") { startsAt endsAt remaining localStart } } }'
    before = server.ask(listed, id=f"Service_{service}")["service"]["slots"]
    assert [slot["localStart"] for slot in before] == [f"2026-11-24T{hour:02}:00" for hour in range(9, 18)]
    server.ask(CREATE, input=wanted(service))
    after = server.ask(listed, id=f"Service_{service}")["service"]["slots"]
    assert [slot for slot in before if slot not in after] == [
        {"startsAt": "2026-11-24T01:00:00+00:00", "endsAt": "2026-11-24T02:00:00+00:00", "remaining": 1, "localStart": "2026-11-24T10:00"}
    ]


async def test_refuses_a_taken_slot_with_the_nearest_others(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    server.ask(CREATE, input=wanted(service))
    before = await contents(db, *WRITTEN)
    asked = """mutation ($input: BookingInput!) { createBooking(input: $input) { booking { code } manageToken
        userErrors { __typename code message path ... on SlotTaken { alternatives { localStart } } } } }"""
    refused = server.ask(asked, input=wanted(service, TEN + timedelta(minutes=30)))
    assert refused["createBooking"] == {
        "booking": None,
        "manageToken": None,
        "userErrors": [
            {
                "__typename": "SlotTaken",
                "code": "SLOT_TAKEN",
                "message": "Somebody else has this time: choose another one.",
                "path": ["input", "startsAt"],
                "alternatives": [
                    {"localStart": "2026-11-24T11:00"},
                    {"localStart": "2026-11-24T11:30"},
                    {"localStart": "2026-11-24T09:00"},
                ],
            }
        ],
    }
    assert await contents(db, *WRITTEN) == before


async def test_moves_and_cancels_by_the_token(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True, cancel_notice_minutes=60))
    made = server.ask(CREATE, input=wanted(service))["createBooking"]
    assert made["booking"]["status"] == "PENDING"
    by: dict[str, Any] = {"managed": {"code": made["booking"]["code"], "token": made["manageToken"]}}
    move = "mutation ($by: BookingBy!, $at: DateTime!) { rescheduleBooking(by: $by, startsAt: $at) { booking { startsAt status version code } userErrors { code message } } }"
    later = (TEN + timedelta(minutes=30)).isoformat()
    moved = server.ask(move, by=by, at=later)["rescheduleBooking"]
    assert moved == {
        "booking": {"startsAt": later, "status": "PENDING", "version": 2, "code": made["booking"]["code"]},
        "userErrors": [],
    }
    staff = await an_account(server, db, "STAFF", now=NOW)
    confirm = "mutation ($id: ID!) { confirmBooking(id: $id) { booking { status version } userErrors { code } } }"
    [row] = await db.read().connection.all(__import__("services.accounts").accounts._rows, "bookings")
    confirmed = server.ask(confirm, staff.headers, id=f"Booking_{row.id}")["confirmBooking"]
    assert confirmed == {"booking": {"status": "CONFIRMED", "version": 3}, "userErrors": []}
    cancel = "mutation ($by: BookingBy!) { cancelBooking(by: $by, reason: \"Ill\") { booking { status version } userErrors { code message } } }"
    cancelled = server.ask(cancel, by=by)["cancelBooking"]
    assert cancelled == {"booking": {"status": "CANCELLED", "version": 4}, "userErrors": []}
    again = server.ask(CREATE, input=wanted(service, TEN + timedelta(minutes=30)))["createBooking"]
    assert again["userErrors"] == []
