"""The steps of a booking: the row, its history, its seats and the events that tell of it, all in one transaction."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from db.booking_steps import RELEASING, Step, begin, cancel_all_of, expire_all
from db.ids import new_id
from services.accounts import column, contents
from services.agenda import a_booking, a_session
from services.booking_steps import (
    EXPIRES,
    LATER,
    begun,
    expired,
    history,
    occupy,
    of_an_hour,
    planned,
    recorded,
    seats,
    states,
    statuses,
    taken,
)
from services.bookings import NOW, TEN, WRITTEN, a_service, letters, occupied, open_studio
from services.rows import a_resource, a_user

if TYPE_CHECKING:
    from db.database import Database

    Told: TypeAlias = list[tuple[str, str]]

DAY = timedelta(days=1)
STARTS = TEN + 7 * DAY
EMAIL = "mina@example.com"
PERSONAL = {
    "customer_name": "Mina Secret",
    "customer_email": "secret@example.com",
    "customer_phone": "+82105550123",
    "note": "secret note",
}
STATUSES = [
    ("PENDING", "confirmed", "CONFIRMED"),
    ("PENDING", "declined", "DECLINED"),
    ("PENDING", "cancelled", "CANCELLED"),
    ("PENDING", "expired", "EXPIRED"),
    ("PENDING", "rescheduled", "PENDING"),
    ("CONFIRMED", "cancelled", "CANCELLED"),
    ("CONFIRMED", "rescheduled", "CONFIRMED"),
    ("CONFIRMED", "completed", "COMPLETED"),
    ("CONFIRMED", "no_show", "NO_SHOW"),
]
LETTERS: list[tuple[str, str, bool, Told]] = [
    ("PENDING", "confirmed", False, [("booking_confirmed", "customer")]),
    ("PENDING", "declined", False, [("booking_declined", "customer")]),
    ("PENDING", "expired", False, [("booking_expired", "customer")]),
    ("PENDING", "rescheduled", True, [("booking_changed", "customer"), ("booking_changed", "studio")]),
    ("CONFIRMED", "rescheduled", False, [("booking_changed", "customer")]),
    ("CONFIRMED", "cancelled", True, [("booking_cancelled", "customer"), ("booking_cancelled", "studio")]),
    ("CONFIRMED", "cancelled", False, [("booking_cancelled", "customer")]),
    ("CONFIRMED", "completed", False, []),
    ("CONFIRMED", "no_show", False, []),
]


@pytest.fixture
async def service(db: Database) -> str:
    """A service of the studio's."""
    [made] = await open_studio(db, a_service())
    return made


async def test_begins_with_a_row_a_history_and_its_events(db: Database, service: str) -> None:
    booking = await begun(db, service, STARTS, customer_email=EMAIL, by_customer=True)

    assert await states(db) == [("CONFIRMED", 0, 1)]
    assert await history(db) == [(booking, None, "CONFIRMED", None, None)]
    told = of_an_hour(STARTS, "CONFIRMED", 0)
    assert await recorded(db) == [
        ("booking.changed", booking, NOW, True, {"step": "created", "user_id": None, "service_id": service}),
        ("mail.wanted", booking, NOW, False, {"letter": "booking_confirmed", "to": "customer", **told}),
        ("mail.wanted", booking, NOW, False, {"letter": "booking_new", "to": "studio", **told}),
        ("booking.reminder", booking, STARTS - DAY, False, {"sequence": 0}),
    ]


async def test_a_pending_one_expires_and_is_not_reminded_of(db: Database, service: str) -> None:
    await begun(db, service, STARTS, status="PENDING", customer_email=EMAIL, by_customer=True)

    assert await letters(db) == [("booking_received", "customer"), ("booking_new", "studio")]
    assert await planned(db) == [("booking.expires", EXPIRES, {})]


async def test_what_staff_book_is_not_told_to_the_studio(db: Database, service: str) -> None:
    await begun(db, service, STARTS, customer_email=EMAIL)
    assert await letters(db) == [("booking_confirmed", "customer")]


async def test_nobody_is_written_to_who_left_no_address(db: Database, service: str) -> None:
    booking = await begun(db, service, STARTS, by_customer=True)
    await taken(db, booking, Step("cancelled", LATER))

    assert await letters(db) == [("booking_new", "studio")]
    assert await planned(db) == []


@pytest.mark.parametrize(("ahead", "reminded"), [(DAY, False), (DAY + timedelta(microseconds=1), True)])
async def test_a_reminder_is_for_what_is_more_than_a_day_ahead(
    db: Database, service: str, ahead: timedelta, *, reminded: bool
) -> None:
    starts_at = NOW + ahead
    await begun(db, service, starts_at, customer_email=EMAIL)
    reminder = ("booking.reminder", starts_at - DAY, {"sequence": 0})
    assert await planned(db) == [reminder] * reminded


@pytest.mark.parametrize(("before", "name", "after"), STATUSES)
async def test_a_step_changes_the_row_and_is_kept_in_its_history(
    db: Database, service: str, before: str, name: str, after: str
) -> None:
    staff = a_user("Nari")
    async with db.transaction() as tx:
        await tx.users.add([staff])
    booking = await begun(db, service, STARTS, status=before)
    await taken(db, booking, Step(name, LATER, staff["id"], reason="We are away"))

    silent = name in {"completed", "no_show"}
    assert await states(db) == [(after, 0 if silent else 1, 2)]
    assert await column(db, "bookings", "updated_at") == [LATER]
    assert await history(db) == [
        (booking, None, before, None, None),
        (booking, before, after, staff["id"], "We are away"),
    ]
    assert await column(db, "booking_events", "created_at") == [NOW, LATER]
    left = 0 if name in RELEASING else 1
    assert await column(db, "booking_sessions", "seats_taken") == [left]
    assert len(await occupied(db)) == left


@pytest.mark.parametrize(("before", "name", "by_customer", "told"), LETTERS)
async def test_a_step_writes_to_whom_it_concerns(
    db: Database, service: str, before: str, name: str, told: Told, *, by_customer: bool
) -> None:
    booking = await begun(db, service, STARTS, status=before, customer_email=EMAIL)
    already = len(await letters(db))
    await taken(db, booking, Step(name, LATER, by_customer=by_customer))
    assert (await letters(db))[already:] == told


async def test_a_letter_tells_how_the_booking_is_after_the_step(db: Database, service: str) -> None:
    booking = await begun(db, service, STARTS, customer_email=EMAIL)
    moved = STARTS + DAY
    times = {"starts_at": moved, "ends_at": moved + timedelta(hours=1)}
    await taken(db, booking, Step("rescheduled", LATER, by_customer=True), **times)

    changed = {"step": "rescheduled", "user_id": None, "service_id": service}
    told = of_an_hour(moved, "CONFIRMED", 1)
    assert (await recorded(db))[3:] == [
        ("booking.changed", booking, LATER, True, changed),
        ("mail.wanted", booking, LATER, False, {"letter": "booking_changed", "to": "customer", **told}),
        ("mail.wanted", booking, LATER, False, {"letter": "booking_changed", "to": "studio", **told}),
        ("booking.reminder", booking, moved - DAY, False, {"sequence": 1}),
    ]
    assert await column(db, "bookings", "starts_at") == [moved]


async def test_what_is_looked_at_later_is_planned_with_the_step_that_calls_for_it(db: Database, service: str) -> None:
    booking = await begun(db, service, STARTS, status="PENDING", customer_email=EMAIL)
    expires_at = EXPIRES + timedelta(hours=1)
    await taken(db, booking, Step("rescheduled", LATER), expires_at=expires_at)
    await taken(db, booking, Step("confirmed", LATER), expires_at=None)
    await taken(db, booking, Step("cancelled", LATER))
    assert await planned(db) == [
        ("booking.expires", EXPIRES, {}),
        ("booking.expires", expires_at, {}),
        ("booking.reminder", STARTS - DAY, {"sequence": 2}),
    ]


async def test_a_letter_names_the_reason_and_does_not_carry_it(db: Database, service: str) -> None:
    booking = await begun(db, service, STARTS, status="PENDING", customer_email=EMAIL)
    await taken(db, booking, Step("declined", LATER, reason="We are away"))
    [why] = [event.id for event in (await contents(db, "booking_events"))["booking_events"] if event.reason]
    [*_, (_, _, _, _, letter)] = await recorded(db)
    assert letter == {
        "letter": "booking_declined",
        "to": "customer",
        **of_an_hour(STARTS, "DECLINED", 1),
        "reason_event": why,
    }


async def test_the_last_to_leave_a_session_gives_its_resources_back(db: Database, service: str) -> None:
    session = a_session(service, STARTS, capacity=10, seats_taken=5, bookings=2)
    async with db.transaction() as tx:
        await occupy(tx, session)
        three, two = (a_booking(session, party_size=size) for size in (3, 2))
        for booking in (three, two):
            await begin(tx, booking, Step("created", NOW))
    await taken(db, three["id"], Step("cancelled", LATER))
    assert await seats(db) == [(2, 1)]
    assert len(await occupied(db)) == 1
    await taken(db, two["id"], Step("declined", LATER))
    assert await seats(db) == [(0, 0)]
    assert await occupied(db) == []


async def test_expires_from_its_moment_on(db: Database, service: str) -> None:
    booking = await begun(db, service, STARTS, status="PENDING", customer_email=EMAIL)
    before = await contents(db, *WRITTEN)
    await expired(db, booking, EXPIRES - timedelta(microseconds=1))
    assert await contents(db, *WRITTEN) == before

    await expired(db, booking, EXPIRES)
    await expired(db, booking, EXPIRES)
    assert await states(db) == [("EXPIRED", 1, 2)]
    assert (await history(db))[1:] == [(booking, "PENDING", "EXPIRED", None, None)]
    assert (await letters(db))[1:] == [("booking_expired", "customer")]
    assert await occupied(db) == []


async def test_only_what_is_pending_expires(db: Database, service: str) -> None:
    booking = await begun(db, service, STARTS, expires_at=EXPIRES)
    before = await contents(db, *WRITTEN)
    for one in (booking, new_id()):
        await expired(db, one, EXPIRES)
    assert await contents(db, *WRITTEN) == before


async def test_all_expire_that_keep_one_of_the_resources(db: Database, service: str) -> None:
    rooms = [a_resource(name) for name in ("Room", "Camera", "Garden")]
    room, camera, garden = (room["id"] for room in rooms)
    async with db.transaction() as tx:
        await tx.resources.add(rooms)
    pending: dict[str, Any] = {"status": "PENDING", "customer_email": EMAIL}
    over = [
        await begun(db, service, STARTS, room, **pending),
        await begun(db, service, STARTS + DAY, room, camera, **pending),
    ]
    stay = {
        await begun(db, service, STARTS + 2 * DAY, room, **pending, expires_at=EXPIRES + DAY): "PENDING",
        await begun(db, service, STARTS + 3 * DAY, room, customer_email=EMAIL): "CONFIRMED",
        await begun(db, service, STARTS, garden, **pending): "PENDING",
    }
    async with db.transaction() as tx:
        await tx.occupancies.lock([room, camera])
        await expire_all(tx, [room, camera], EXPIRES)

    assert await statuses(db) == dict.fromkeys(over, "EXPIRED") | stay
    assert (await letters(db)).count(("booking_expired", "customer")) == 2
    assert [(row.resource_id, row.busy_from) for row in await occupied(db)] == [
        (garden, STARTS), (room, STARTS + 2 * DAY), (room, STARTS + 3 * DAY),
    ]  # fmt: skip


async def test_who_leaves_cancels_what_is_still_to_come(db: Database, service: str) -> None:
    users = [a_user(name) for name in ("Mina", "Juno")]
    mina, juno = (user["id"] for user in users)
    async with db.transaction() as tx:
        await tx.users.add(users)
    theirs: dict[str, Any] = {"user_id": mina, "customer_email": EMAIL}
    gone = {
        await begun(db, service, STARTS, **theirs): "CONFIRMED",
        await begun(db, service, STARTS + DAY, **theirs, status="PENDING"): "PENDING",
    }
    stay = {
        await begun(db, service, LATER, **theirs): "CONFIRMED",  # it begins at this moment
        await begun(db, service, STARTS + 2 * DAY, **theirs, status="DECLINED"): "DECLINED",
        await begun(db, service, STARTS + 3 * DAY, user_id=juno): "CONFIRMED",
        await begun(db, service, STARTS + 4 * DAY): "CONFIRMED",
    }
    async with db.transaction() as tx:
        await cancel_all_of(tx, mina, LATER)

    assert await statuses(db) == dict.fromkeys(gone, "CANCELLED") | stay
    assert {step for step in await history(db) if step[2] == "CANCELLED"} == {
        (booking, before, "CANCELLED", mina, None) for booking, before in gone.items()
    }
    assert (await letters(db))[-4:] == [("booking_cancelled", "customer"), ("booking_cancelled", "studio")] * 2


@pytest.mark.parametrize("name", ["confirmed", "declined", "rescheduled", "cancelled", "expired"])
async def test_no_event_carries_anything_personal(db: Database, service: str, name: str) -> None:
    user = a_user("Mina")
    async with db.transaction() as tx:
        await tx.users.add([user])
    booking = await begun(db, service, STARTS, status="PENDING", user_id=user["id"], **PERSONAL, by_customer=True)
    await taken(db, booking, Step(name, LATER, by_customer=True, reason="secret reason"))
    payloads = json.dumps(await column(db, "events", "payload")).casefold()
    assert [word for word in ("secret", "mina", "5550123", "note") if word in payloads] == []
