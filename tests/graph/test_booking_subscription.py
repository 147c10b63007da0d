"""Following bookings: staff are told of all, members of their own, anybody else of none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graph.schema import build_schema
from rules.access import Viewer
from services.accounts import an_account
from services.bookings import (
    CANCEL,
    HOUR,
    NOW,
    RESCHEDULE,
    TEN,
    Clock,
    a_service,
    book,
    open_studio,
    serving,
    step,
)
from services.engine import an_engine
from services.following import a_reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from db.database import Database
    from services.following import Reader
    from services.server import Server
    from settings import Settings

ENGINE = an_engine(build_schema())
FOLLOW = "subscription ($service: ID) { bookingChanged(serviceId: $service) { code status version customerName } }"


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


@pytest.fixture
async def reader(db: Database, tmp_path: Path) -> AsyncIterator[Reader]:
    async with a_reader(db, tmp_path) as reader:
        yield reader


async def test_staff_are_told_of_every_step(server: Server, db: Database, reader: Reader) -> None:
    """Each as it is by the time it is told: they are asked one after the other here."""
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    staff = await an_account(server, db, "STAFF", now=NOW)
    reader.viewer = Viewer(staff.id, "STAFF")
    async with reader.following(ENGINE, FOLLOW) as told:
        booking = book(server, service, TEN + 168 * HOUR)
        assert await told.answer() == _told(booking.code, "PENDING", 1)
        server.ask(step("confirmBooking"), staff.headers, id=booking.id)
        assert await told.answer() == _told(booking.code, "CONFIRMED", 2)
        server.ask(RESCHEDULE, by=booking.by, startsAt=(TEN + 169 * HOUR).isoformat())
        assert await told.answer() == _told(booking.code, "CONFIRMED", 3)
        server.ask(CANCEL, by=booking.by)
        assert await told.answer() == _told(booking.code, "CANCELLED", 4)


async def test_members_are_told_of_their_own_only(server: Server, db: Database, reader: Reader) -> None:
    [service] = await open_studio(db, a_service())
    mina, other = [await an_account(server, db, now=NOW) for _ in range(2)]
    reader.viewer = Viewer(mina.id, "MEMBER")
    async with reader.following(ENGINE, FOLLOW) as told:
        book(server, service)
        book(server, service, TEN + HOUR, other.headers)
        own = book(server, service, TEN + 2 * HOUR, mina.headers)
        assert await told.answer() == _told(own.code, "CONFIRMED", 1)


async def test_only_bookings_of_a_service_are_told_where_one_is_named(
    server: Server, db: Database, reader: Reader
) -> None:
    portrait, family = await open_studio(db, a_service(), a_service("Family"))
    staff = await an_account(server, db, "STAFF", now=NOW)
    reader.viewer = Viewer(staff.id, "STAFF")
    async with reader.following(ENGINE, FOLLOW, service=f"Service_{family}") as told:
        book(server, portrait)
        wanted = book(server, family, TEN + HOUR)
        assert await told.answer() == _told(wanted.code, "CONFIRMED", 1)


@pytest.mark.parametrize("wanted", ["", "x", "Service_" + "0" * 32])
async def test_a_service_that_is_not_there_cannot_be_followed(wanted: str, db: Database, reader: Reader) -> None:
    await open_studio(db)
    reader.viewer = Viewer("e" * 32, "STAFF")
    async with reader.following(ENGINE, FOLLOW, service=wanted) as told:
        [error] = (await told.answer())["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_who_is_not_signed_in_follows_nothing(db: Database, reader: Reader) -> None:
    await open_studio(db)
    async with reader.following(ENGINE, FOLLOW) as told:
        [error] = (await told.answer())["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


def _told(code: str, status: str, version: int) -> dict[str, Any]:
    told = {"code": code, "status": status, "version": version}
    return {"data": {"bookingChanged": told | {"customerName": "Mina Kim"}}}
