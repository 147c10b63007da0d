"""Making bookings over the API: what a booking is, what it keeps, and why a slot cannot be had."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents
from services.bookings import (
    CREATE,
    ERRORS,
    GUEST,
    HALF_AN_HOUR,
    HOUR,
    NOW,
    TEN,
    WRITTEN,
    Clock,
    a_resource,
    a_service,
    an_error,
    book,
    letters,
    open_studio,
    refused,
    serving,
    wanted,
    with_options,
)
from services.rows import THEN, an_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from db.database import Database
    from services.server import Server
    from settings import Settings

ALL = """
    code status startsAt endsAt timeZone localStart cancellableUntil viewerCanCancel viewerCanReschedule partySize
    serviceName options { name extraMinutes price { amount currency } option { name } } price { amount currency }
    customerName customerEmail customerPhone note user { username } resources { name } service { name }
    events { at from to actor { username } reason } createdAt updatedAt version
"""
MAKE = f"""mutation ($input: BookingInput!) {{
    answer: createBooking(input: $input) {{ booking {{ {ALL} }} manageToken {ERRORS} }}
}}"""
MESSAGES = {
    "SLOT_TAKEN": "Somebody else has this time: choose another one.",
    "SLOT_UNAVAILABLE": "The studio does not offer this time: choose another one.",
}
PRICED = "booking { price { amount currency } endsAt options { name price { amount } extraMinutes option { name } } }"
PRICE = f"mutation ($input: BookingInput!) {{ answer: createBooking(input: $input) {{ {PRICED} {ERRORS} }} }}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    yield from serving(settings, clock)


async def test_a_guest_books_a_slot(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    made = server.ask(MAKE, input=wanted(service, note=" With my dog \n"))["answer"]
    code = made["booking"].pop("code")
    assert (len(code), code[4], len(made.pop("manageToken"))) == (9, "-", 76)
    assert made == {"booking": {**PORTRAIT, "note": "With my dog"}, "userErrors": []}
    assert await letters(db) == [("booking_confirmed", "customer"), ("booking_new", "studio")]
    kinds = sorted(event.kind for event in (await contents(db, "events"))["events"])
    assert kinds == ["booking.changed", "booking.reminder", "mail.wanted", "mail.wanted"]


async def test_a_member_books_without_saying_who_they_are(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    room = await a_resource(db, service, name="Big room")
    mina = await an_account(server, db, now=NOW, name="mina", email="mina@example.org", locale="ko")
    made = server.ask(MAKE, mina.headers, input=wanted(service, customer=None))["answer"]
    assert made["manageToken"] is None
    del made["booking"]["code"]
    person = {"customerName": "mina", "customerEmail": "mina@example.org", "user": {"username": "mina"}}
    event = {"at": NOW.isoformat(), "from": None, "to": "PENDING", "actor": {"username": "mina"}, "reason": None}
    state = {"status": "PENDING", "resources": [{"name": "Big room"}], "events": [event]}
    assert made["booking"] == {**PORTRAIT, **person, **state}
    [row] = (await contents(db, "bookings"))["bookings"]
    assert (row.locale, row.user_id, row.expires_at) == ("ko", mina.id, TEN - HOUR)
    assert await letters(db) == [("booking_received", "customer"), ("booking_new", "studio")]
    assert [one.resource_id for one in (await contents(db, "occupancies"))["occupancies"]] == [room]


async def test_staff_book_for_somebody_else_and_for_themselves(server: Server, db: Database) -> None:
    """What they enter is confirmed, tells the studio nothing that it does not know, and is in the audit."""
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    staff = await an_account(server, db, "STAFF", now=NOW, name="ara")
    phone: dict[str, Any] = {"customer": {"name": "Juno", "phone": "010-1234-5678"}}
    made = server.ask(MAKE, staff.headers, input=wanted(service, **phone))["answer"]
    shown = [made["booking"][name] for name in ("status", "customerName", "customerEmail", "customerPhone", "user")]
    assert (shown, made["manageToken"]) == (["CONFIRMED", "Juno", None, "+821012345678", None], None)
    assert await letters(db) == []
    own = server.ask(MAKE, staff.headers, input=wanted(service, TEN + HOUR, customer=None))["answer"]["booking"]
    assert (own["customerName"], own["user"]) == ("ara", {"username": "ara"})
    audit = (await contents(db, "audit_events"))["audit_events"]
    assert [(one.action, one.actor_id) for one in audit] == [("booking.created", staff.id)] * 2
    assert audit[0].changes == [{"field": "startsAt", "before": None, "after": str(TEN)}]


async def test_staff_are_held_to_no_limit_and_the_audit_says_which(server: Server, db: Database) -> None:
    """Notice, days ahead and times a day may be set aside; what is past or taken may not."""
    terms: dict[str, Any] = {"min_notice_minutes": 4_320, "max_days_ahead": 0, "max_per_day": 1}
    [service] = await open_studio(db, a_service(**terms))
    staff = await an_account(server, db, "STAFF", now=NOW)
    book(server, service, TEN, staff.headers)
    book(server, service, TEN + HOUR, staff.headers)
    audit = (await contents(db, "audit_events"))["audit_events"]
    assert [_field(one, "overridden") for one in audit] == ["notice, days ahead", "notice, days ahead, per day"]
    before = await contents(db, *WRITTEN)
    for starts_at, code in ((TEN + HALF_AN_HOUR, "SLOT_TAKEN"), (NOW - HOUR, "POLICY"), (NOW, "POLICY")):
        answer = server.ask(CREATE, staff.headers, input=wanted(service, starts_at))["answer"]
        assert [error["code"] for error in answer["userErrors"]] == [code]
    assert await contents(db, *WRITTEN) == before


async def test_options_cost_and_take_longer_for_each_who_comes(server: Server, db: Database) -> None:
    """What was booked stays what it was, whatever the service becomes."""
    [service] = await open_studio(db, a_service("Course", capacity=5, translations={"ko": {"name": "강좌"}}))
    won = {"price_currency": "KRW"}
    print_ = an_option(price_amount=Decimal(9_000), translations={"ko": {"name": "인화"}}, **won)
    longer = an_option("Longer", extra_minutes=30)
    ids = await with_options(db, service, print_, longer, an_option("Album", price_amount=Decimal(1), **won))
    given = wanted(service, partySize=2, optionIds=[ids[1], ids[0]])
    made = server.ask(PRICE, {"accept-language": "ko"}, input=given)["answer"]["booking"]
    assert made == {
        "price": {"amount": "118000", "currency": "KRW"},
        "endsAt": (TEN + HOUR + HALF_AN_HOUR).isoformat(),
        "options": [
            {"name": "인화", "price": {"amount": "9000"}, "extraMinutes": 0, "option": {"name": "인화"}},
            {"name": "Longer", "price": None, "extraMinutes": 30, "option": {"name": "Longer"}},
        ],
    }
    async with db.transaction() as tx:
        await tx.services.options.write(service, [{**longer, "name": "Later", "extra_minutes": 90}], now=THEN)
        await tx.services.note(service, name="Workshop", price_amount=Decimal(1), duration_minutes=15)
    staff = await an_account(server, db, "STAFF", now=NOW)
    after = server.ask(f"{{ bookings {{ nodes {{ serviceName {PRICED[10:-2]} }} }} }}", staff.headers)
    made["options"][0]["option"], made["options"][1]["option"] = None, {"name": "Later"}
    assert after["bookings"]["nodes"] == [{"serviceName": "강좌", **made}]


async def test_what_has_no_price_is_booked_without_one(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(price_amount=None, price_currency=None))
    [option] = await with_options(db, service, an_option(price_amount=Decimal(5), price_currency="KRW"))
    made = server.ask(PRICE, input=wanted(service, optionIds=[option]))["answer"]["booking"]
    assert (made["price"], made["options"][0]["price"]) == (None, {"amount": "5"})


async def test_a_pending_booking_expires_in_time_for_others(server: Server, db: Database) -> None:
    """After as many hours as the studio has set, and never later than notice would let others book."""
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    for starts_at in (TEN, TEN + timedelta(days=7)):
        book(server, service, starts_at)
    rows = {row.starts_at: row.expires_at for row in (await contents(db, "bookings"))["bookings"]}
    assert rows == {TEN: TEN - HOUR, TEN + timedelta(days=7): NOW + timedelta(hours=24)}
    due = {event.subject_id: event.due_at for event in await _events(db, "booking.expires")}
    assert due == {row.id: row.expires_at for row in (await contents(db, "bookings"))["bookings"]}


async def test_what_is_further_off_than_a_day_is_reminded_of(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(min_notice_minutes=0))
    times = [NOW + timedelta(days=1), NOW + timedelta(days=1) + HALF_AN_HOUR * 2, NOW + HOUR]
    for starts_at in times:
        book(server, service, starts_at)
    assert [(event.due_at, event.payload) for event in await _events(db, "booking.reminder")] == [
        (NOW + HOUR, {"sequence": 0})
    ]


@pytest.mark.parametrize(
    ("starts_at", "code", "others"),
    [
        (TEN + HALF_AN_HOUR, "SLOT_TAKEN", ["24T11:00", "24T11:30", "24T09:00"]),
        (TEN + HALF_AN_HOUR / 2, "SLOT_UNAVAILABLE", ["24T11:00", "24T09:00", "24T11:30"]),
        (TEN + timedelta(days=2), "SLOT_UNAVAILABLE", ["25T17:00", "25T16:30", "25T16:00"]),
        (TEN + 8 * HOUR, "SLOT_UNAVAILABLE", ["24T17:00", "24T16:30", "24T16:00"]),
    ],
    ids=["taken", "between two slots", "a closed day", "after hours"],
)
async def test_a_slot_that_cannot_be_had_is_refused_with_the_nearest_others(
    starts_at: datetime, code: str, others: list[str], server: Server, db: Database
) -> None:
    [service] = await open_studio(db, a_service())
    book(server, service)
    before = await contents(db, *WRITTEN)
    alternatives = [{"localStart": f"2026-11-{start}"} for start in others]
    error = an_error(code, MESSAGES[code], "input", "startsAt", kind="SlotTaken", alternatives=alternatives)
    answer = server.ask(CREATE, input=wanted(service, starts_at))["answer"]
    assert answer == refused(error, manageToken=None)
    assert await contents(db, *WRITTEN) == before


async def _events(db: Database, kind: str) -> list[Any]:
    return [event for event in (await contents(db, "events"))["events"] if event.kind == kind]


def _field(audit: Any, name: str) -> str | None:
    found: list[str] = [change["after"] for change in audit.changes if change["field"] == name]
    return found[0] if found else None


PORTRAIT = {
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
    "customerName": GUEST["name"],
    "customerEmail": GUEST["email"],
    "customerPhone": None,
    "note": None,
    "user": None,
    "resources": [],
    "service": {"name": "Portrait"},
    "events": [{"at": NOW.isoformat(), "from": None, "to": "CONFIRMED", "actor": None, "reason": None}],
    "createdAt": NOW.isoformat(),
    "updatedAt": NOW.isoformat(),
    "version": 1,
}
"""A guest's booking of a portrait, all but its code."""
