"""Who sees and changes which booking: its customer, whoever has its code and token, and staff; nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import PASSWORD, a_member, an_account, contents
from services.bookings import (
    CANCEL,
    CREATE,
    HOUR,
    NOW,
    RESCHEDULE,
    TEN,
    WRITTEN,
    Clock,
    a_service,
    an_error,
    book,
    occupied,
    open_studio,
    refused,
    serving,
    step,
    wanted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from services.bookings import Booked
    from services.server import Server
    from settings import Settings

SHOW = "query ($by: BookingBy!) { booking(by: $by) { code events { to } resources { name } } }"
NODE = "query ($id: ID!) { node(id: $id) { ... on Booking { code } } }"
NOT_THERE = "There is no such thing, or it is not yours to see."


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


async def test_its_customer_and_staff_see_a_members_booking_and_nobody_else_does(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    mina, other, staff = [await an_account(server, db, role, now=NOW) for role in ("MEMBER", "MEMBER", "STAFF")]
    booking = book(server, service, TEN, mina.headers, customer=None)
    assert booking.token is None
    seen = {"code": booking.code, "events": [{"to": "CONFIRMED"}], "resources": []}
    shown = [(mina.headers, seen), (staff.headers, seen), (other.headers, None), (None, None)]
    for headers, expected in shown:
        assert server.ask(SHOW, headers, by={"id": booking.id}) == {"booking": expected}
        assert server.ask(NODE, headers, id=booking.id)["node"] == (expected and {"code": booking.code})


async def test_a_guest_shows_the_code_and_the_token_of_one_booking(server: Server, db: Database) -> None:
    """However the code is typed; with whose account makes no difference."""
    [service] = await open_studio(db, a_service())
    booking, other = book(server, service), book(server, service, TEN + HOUR)
    member = await an_account(server, db, now=NOW)
    for code in (booking.code, booking.code.lower(), f" {booking.code} "):
        by = {"managed": {"code": code, "token": booking.token}}
        for headers in (None, member.headers):
            assert server.ask(SHOW, headers, by=by)["booking"]["code"] == booking.code
    for by in _wrong(booking, other):
        assert server.ask(SHOW, by=by) == {"booking": None}
    assert server.ask(SHOW, member.headers, by={"id": booking.id}) == {"booking": None}
    assert server.ask(NODE, id=booking.id) == {"node": None}


async def test_what_one_does_not_see_one_does_not_change(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    booking, other = book(server, service), book(server, service, TEN + HOUR)
    member = await an_account(server, db, now=NOW)
    before = await contents(db, *WRITTEN)
    for headers in (None, member.headers):
        for by in _wrong(booking, other):
            at = (TEN + 3 * HOUR).isoformat()
            answers = [server.ask(CANCEL, headers, by=by), server.ask(RESCHEDULE, headers, by=by, startsAt=at)]
            assert [one["answer"] for one in answers] == [refused(an_error("NOT_FOUND", NOT_THERE, "by"))] * 2
    assert await contents(db, *WRITTEN) == before


@pytest.mark.parametrize("name", ["confirmBooking", "declineBooking", "completeBooking", "markNoShow"])
async def test_only_staff_settle_bookings(name: str, server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    mina, staff = [await an_account(server, db, role, now=NOW) for role in ("MEMBER", "STAFF")]
    booking = book(server, service, TEN, mina.headers, customer=None)
    before = await contents(db, *WRITTEN)
    for headers, code in ((None, "UNAUTHENTICATED"), (mina.headers, "FORBIDDEN")):
        [error] = server.answer(step(name), headers, id=booking.id)["errors"]
        assert error["extensions"] == {"code": code}
    for wrong in ("", "x", "Booking_" + "0" * 32, f"Service_{service}"):
        answer = server.ask(step(name), staff.headers, id=wrong)["answer"]
        assert answer == refused(an_error("NOT_FOUND", NOT_THERE, "id"))
    assert await contents(db, *WRITTEN) == before


async def test_a_member_manages_their_own_by_its_id(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(cancel_notice_minutes=0))
    mina = await an_account(server, db, now=NOW, name="mina")
    booking = book(server, service, TEN, mina.headers, customer=None)
    by = {"id": booking.id}
    moved = server.ask(RESCHEDULE, mina.headers, by=by, startsAt=(TEN + HOUR).isoformat())["answer"]
    cancelled = server.ask(CANCEL, mina.headers, by=by)["answer"]
    assert [one["booking"]["status"] for one in (moved, cancelled)] == ["CONFIRMED", "CANCELLED"]
    actors = [event.actor_id for event in (await contents(db, "booking_events"))["booking_events"]]
    assert actors == [mina.id] * 3
    assert (await contents(db, "audit_events"))["audit_events"] == []


async def test_exactly_one_way_of_naming_is_given(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    booking = book(server, service)
    for by in ({}, {"id": booking.id, **booking.by}, {"id": None}):
        assert "errors" in server.answer(SHOW, by=by)


async def test_who_leaves_leaves_no_name_behind_and_comes_no_more(server: Server, db: Database) -> None:
    """What is to come is cancelled and free again; prices and times stay for the books."""
    [service] = await open_studio(db, a_service())
    mina = await a_member(server, db, now=NOW, email="mina@example.com")
    booking = book(server, service, TEN, mina.headers, customer=None, note="With my dog")
    book(server, service, TEN + HOUR, mina.headers, note="For my sister", customer={"name": "Sora", "email": "s@x.kr"})
    guest = book(server, service, TEN + 2 * HOUR)
    leave = "mutation ($password: String!) { deleteAccount(password: $password) { userErrors { code } } }"
    assert server.ask(leave, mina.headers, password=PASSWORD) == {"deleteAccount": {"userErrors": []}}
    rows = {row.id: row for row in (await contents(db, "bookings"))["bookings"]}
    stays = rows.pop(guest.row_id)
    assert (stays.status, stays.customer_name) == ("CONFIRMED", "Mina Kim")
    assert {
        (row.status, row.customer_name, row.customer_email, row.note, row.search_text) for row in rows.values()
    } == {("CANCELLED", None, None, None, "")}
    assert {row.price_amount for row in rows.values()} == {50_000}
    assert [row.busy_from for row in await occupied(db)] == [TEN + 2 * HOUR]
    assert server.ask(CREATE, input=wanted(service))["answer"]["userErrors"] == []
    staff = await an_account(server, db, "STAFF", now=NOW)
    asked = "query ($by: BookingBy!) { booking(by: $by) { status customerName user { username } } }"
    erased = server.ask(asked, staff.headers, by={"id": booking.id})["booking"]
    assert (erased["status"], erased["customerName"]) == ("CANCELLED", None)


def _wrong(booking: Booked, other: Booked) -> list[dict[str, Any]]:
    """Ways of naming a booking that show nothing."""
    token = str(booking.token)
    pairs = [
        (booking.code, other.token),
        (other.code, token),
        ("K7QF-3M2P", token),
        (booking.code, ""),
        (booking.code, token[:-1]),
        (booking.code, token[:-1] + ("A" if token[-1] != "A" else "B")),
        (booking.code, "sgm_" + token),
        (booking.code[:4], token),
    ]
    named = [{"managed": {"code": code, "token": given}} for code, given in pairs]
    return [*named, {"id": booking.id}, {"id": booking.row_id}, {"id": "x"}]
