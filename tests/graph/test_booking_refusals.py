"""Bookings that are refused: by a rule of the service, or for what was asked; nothing is written then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents
from services.bookings import (
    CREATE,
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
    open_studio,
    refused,
    serving,
    starts,
    wanted,
    with_options,
)
from services.rows import an_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from services.server import Server
    from settings import Settings

NOT_THERE = "There is no such thing, or it is not yours to see."


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


@pytest.mark.parametrize(
    ("terms", "starts_at", "message"),
    [
        (60, NOW - HOUR, "This time is past: choose one after 2026-11-23 10:00+09:00."),
        (0, NOW, "This time is past: choose one after 2026-11-23 09:00+09:00."),
        (120, NOW + 2 * HOUR, "This has to be booked more than 2 h ahead: choose a time after 2026-11-23 11:00+09:00."),
        (90, NOW + HOUR, "This has to be booked more than 90 min ahead: choose a time after 2026-11-23 10:30+09:00."),
    ],
)
async def test_notice_is_a_rule_and_the_refusal_tells_it(
    terms: int, starts_at: Any, message: str, server: Server, db: Database
) -> None:
    [service] = await open_studio(db, a_service(min_notice_minutes=terms))
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, input=wanted(service, starts_at))["answer"]
    assert answer == refused(an_error("POLICY", message, "input", "startsAt"), manageToken=None)
    assert await contents(db, *WRITTEN) == before
    first = starts(server, service)[0]
    assert server.ask(CREATE, input=wanted(service, first))["answer"]["userErrors"] == []


async def test_days_ahead_are_a_bound_and_the_refusal_tells_it(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(max_days_ahead=7))
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, input=wanted(service, TEN + timedelta(days=7)))["answer"]
    bounds = {"min": "2026-11-23", "max": "2026-11-30"}
    message = "This can be booked for the days from 2026-11-23 to 2026-11-30."
    error = an_error("OUT_OF_RANGE", message, "input", "startsAt", kind="OutOfRange", **bounds)
    assert answer == refused(error, manageToken=None)
    assert await contents(db, *WRITTEN) == before
    book(server, service, TEN + timedelta(days=6))


async def test_so_many_a_day_are_a_rule_and_what_is_cancelled_does_not_count(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(max_per_day=2))
    bookings = [book(server, service, TEN + HOUR * place) for place in range(2)]
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, input=wanted(service, TEN + 2 * HOUR))["answer"]
    message = "This is booked at most 2 times a day, and 2026-11-24 is full: choose another day."
    assert answer == refused(an_error("POLICY", message, "input", "startsAt"), manageToken=None)
    assert await contents(db, *WRITTEN) == before
    cancel = "mutation ($by: BookingBy!) { cancelBooking(by: $by) { userErrors { code } } }"
    staff = await an_account(server, db, "STAFF", now=NOW)
    server.ask(cancel, staff.headers, by={"id": bookings[0].id})
    book(server, service, TEN + 2 * HOUR)


@pytest.mark.parametrize(
    ("status", "role", "code"),
    [
        ("DRAFT", None, "NOT_FOUND"),
        ("DRAFT", "MEMBER", "NOT_FOUND"),
        ("ARCHIVED", None, "NOT_FOUND"),
        ("ARCHIVED", "STAFF", "SLOT_UNAVAILABLE"),
    ],
)
async def test_what_is_not_offered_cannot_be_booked(
    status: str, role: str | None, code: str, server: Server, db: Database
) -> None:
    [service] = await open_studio(db, a_service(status=status))
    headers = (await an_account(server, db, role, now=NOW)).headers if role else None
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, headers, input=wanted(service))["answer"]
    gone: dict[str, Any] = {"kind": "SlotTaken", "alternatives": []}
    error = {
        "NOT_FOUND": an_error("NOT_FOUND", NOT_THERE, "input", "serviceId"),
        "SLOT_UNAVAILABLE": an_error(code, "This service is not offered.", "input", "serviceId", **gone),
    }[code]
    assert answer == refused(error, manageToken=None)
    assert await contents(db, *WRITTEN) == before


async def test_staff_book_a_draft(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(status="DRAFT"))
    book(server, service, TEN, (await an_account(server, db, "STAFF", now=NOW)).headers)


@pytest.mark.parametrize("service", ["", "x", "Service_" + "0" * 32, "Design_" + "0" * 32])
async def test_a_service_that_is_not_there_cannot_be_booked(service: str, server: Server, db: Database) -> None:
    await open_studio(db)
    answer = server.ask(CREATE, input={**wanted("x"), "serviceId": service})["answer"]
    assert answer == refused(an_error("NOT_FOUND", NOT_THERE, "input", "serviceId"), manageToken=None)


async def test_options_of_others_and_options_twice_are_refused(server: Server, db: Database) -> None:
    service, other = await open_studio(db, a_service(), a_service("Other"))
    [own] = await with_options(db, service, an_option())
    [strange] = await with_options(db, other, an_option("Strange"))
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, input=wanted(service, optionIds=[own, strange, "x"]))["answer"]
    errors = [an_error("NOT_FOUND", NOT_THERE, "input", "optionIds", place) for place in ("1", "2")]
    assert answer == refused(*errors, manageToken=None)
    twice = server.ask(CREATE, input=wanted(service, optionIds=[own, own]))["answer"]
    message = "This option is in the list already."
    assert twice == refused(an_error("CONFLICT", message, "input", "optionIds", "1"), manageToken=None)
    assert await contents(db, *WRITTEN) == before


async def test_an_option_that_takes_too_long_for_what_is_free_is_refused(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    [longer] = await with_options(db, service, an_option(extra_minutes=30))
    book(server, service)
    answer = server.ask(CREATE, input=wanted(service, TEN - HOUR, optionIds=[longer]))["answer"]
    assert [error["code"] for error in answer["userErrors"]] == ["SLOT_TAKEN"]
    book(server, service, TEN - HOUR)


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"customer": None}, "REQUIRED", "customer"),
        ({"note": "x" * 2_001}, "TOO_LONG", "note"),
        ({"customer": {"name": "Mina", "phone": "+82 10 1234 5678"}}, "REQUIRED", "customer.email"),
        ({"customer": {"name": " ", "email": "mina@example.com"}}, "TOO_SHORT", "customer.name"),
        ({"customer": {"name": "Mina", "email": "mina"}}, "INVALID", "customer.email"),
    ],
)
async def test_what_is_missing_or_wrong_is_told_by_its_path(
    given: dict[str, Any], code: str, path: str, server: Server, db: Database
) -> None:
    [service] = await open_studio(db, a_service())
    before = await contents(db, *WRITTEN)
    answer = server.ask(CREATE, input=wanted(service, **given))["answer"]
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [(code, ["input", *path.split(".")])]
    assert (answer["booking"], answer["manageToken"]) == (None, None)
    assert await contents(db, *WRITTEN) == before


async def test_a_resource_that_is_away_is_not_offered(server: Server, db: Database) -> None:
    """Hours and resources that change after a booking leave it as it is, and hold for the next one."""
    [service] = await open_studio(db, a_service())
    booking = book(server, service)
    room = await a_resource(db, service)
    book(server, service, TEN + HALF_AN_HOUR)
    async with db.transaction() as tx:
        await tx.resources.note(room, active=False)
    assert starts(server, service) == []
    answer = server.ask(CREATE, input=wanted(service, TEN + 3 * HOUR))["answer"]
    message = "The studio does not offer this time: choose another one."
    error = an_error("SLOT_UNAVAILABLE", message, "input", "startsAt", kind="SlotTaken", alternatives=[])
    assert answer == refused(error, manageToken=None)
    managed = server.ask("query ($by: BookingBy!) { booking(by: $by) { status } }", by=booking.by)
    assert managed == {"booking": {"status": "CONFIRMED"}}
