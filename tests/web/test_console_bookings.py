"""The console shows what is booked for today and what of later days waits, as it comes in, and staff answer there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from services import chromium
from services.accounts import PASSWORD, a_member
from services.bookable import book, open_studio, slots
from services.console import Console

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Dialog, Locator

    from db.database import Database
    from services.bookable import Booked
    from services.server import Server

STATUS = "query ($by: BookingBy!) { booking(by: $by) { status } }"
MOVE = """mutation ($by: BookingBy!, $startsAt: DateTime!) {
    rescheduleBooking(by: $by, startsAt: $startsAt) { userErrors { code } }
}"""
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def zone() -> str:
    """A zone in which it is between six and seven in the morning: the day is still to come."""
    offset = (6 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}"


@pytest.fixture
async def service(db: Database, zone: str) -> str:
    """A service whose bookings wait to be confirmed."""
    return await open_studio(db, zone, requires_confirmation=True)


@pytest.fixture
async def tab(server: Server, db: Database, service: str) -> AsyncIterator[chromium.Tab]:
    """A tab in which staff, nari, and a member, juno, can sign in."""
    assert service
    await a_member(server, db, "nari", role="STAFF")
    await a_member(server, db, "juno")
    async with chromium.launch() as opened:
        await Console(opened.page).open(server.url)
        yield opened


async def test_a_booking_comes_in_and_is_answered(tab: chromium.Tab, server: Server, service: str, zone: str) -> None:
    panel = await _panel(tab, "nari")
    await panel.get_by_text("Nothing is booked for today.").wait_for()

    today, tomorrow = slots(server, service, 0, zone), slots(server, service, 1, zone)
    first, second, later = (book(server, service, start) for start in (today[3], today[1], tomorrow[0]))
    await _entry(panel, first).get_by_role("button", name="Confirm").wait_for()
    await _entry(panel, second).wait_for()
    assert await _shown(panel.get_by_role("list", name="Booked for today")) == [second.code, first.code]
    assert await _shown(panel.get_by_role("list", name="Waiting for an answer")) == [later.code]

    await _entry(panel, first).get_by_role("button", name="Confirm").click()
    await _entry(panel, first).get_by_text("CONFIRMED").wait_for()
    tab.page.on("dialog", _agree)
    await _entry(panel, second).get_by_role("button", name="Decline").click()
    await _entry(panel, second).get_by_text("DECLINED").wait_for()
    await _entry(panel, first).get_by_role("button", name="Cancel").click()
    await _entry(panel, first).get_by_text("CANCELLED").wait_for()

    assert [_status(server, one) for one in (first, second)] == ["CANCELLED", "DECLINED"]
    assert tab.complaints == []


async def test_a_booking_of_a_later_day_waits_below_until_it_is_answered(
    tab: chromium.Tab, server: Server, service: str, zone: str
) -> None:
    panel = await _panel(tab, "nari")
    await panel.get_by_text("No booking of a later day waits.").wait_for()
    starts = slots(server, service, 8, zone)
    second, first = (book(server, service, start) for start in (starts[5], starts[4]))
    waiting = panel.get_by_role("list", name="Waiting for an answer")
    await _entry(waiting, second).wait_for()
    await _entry(waiting, first).get_by_text(f"{_wall_time(first, zone)} Portrait").wait_for()
    assert await _shown(waiting) == [first.code, second.code]

    await _entry(waiting, first).get_by_role("button", name="Confirm").click()
    await _entry(waiting, first).wait_for(state="detached")
    tab.page.on("dialog", _agree)
    await _entry(waiting, second).get_by_role("button", name="Decline").click()
    await panel.get_by_text("No booking of a later day waits.").wait_for()

    assert [_status(server, one) for one in (first, second)] == ["CONFIRMED", "DECLINED"]
    assert tab.complaints == []


async def test_a_booking_is_completed_once_it_has_begun(
    tab: chromium.Tab, server: Server, db: Database, service: str, zone: str
) -> None:
    booked = book(server, service, slots(server, service, 0, zone)[3])
    panel = await _panel(tab, "nari")
    await _entry(panel, booked).get_by_role("button", name="Confirm").click()
    await _entry(panel, booked).get_by_role("button", name="Complete").click()
    await _entry(panel, booked).get_by_text("POLICY").wait_for()
    assert _status(server, booked) == "CONFIRMED"

    begun = datetime.now(UTC) - timedelta(hours=2)
    async with db.transaction() as tx:
        await tx.bookings.note(booked.id.removeprefix("Booking_"), starts_at=begun, ends_at=begun + timedelta(hours=1))
    await _entry(panel, booked).get_by_role("button", name="Complete").click()
    await _entry(panel, booked).get_by_text("COMPLETED").wait_for()
    assert _status(server, booked) == "COMPLETED"


async def test_a_booking_that_is_moved_to_another_day_leaves(
    tab: chromium.Tab, server: Server, service: str, zone: str
) -> None:
    panel = await _panel(tab, "nari")
    await panel.get_by_text("Nothing is booked for today.").wait_for()
    booked = book(server, service, slots(server, service, 0, zone)[3])
    await _entry(panel, booked).wait_for()
    server.ask(MOVE, by=booked.by, startsAt=slots(server, service, 1, zone)[0])
    await panel.get_by_text("Nothing is booked for today.").wait_for()
    assert await _shown(panel.get_by_role("list", name="Booked for today")) == []
    assert await _shown(panel.get_by_role("list", name="Waiting for an answer")) == [booked.code]


@on_one_database
async def test_what_is_refused_is_told_beside_the_booking(
    tab: chromium.Tab, server: Server, service: str, zone: str
) -> None:
    booked = book(server, service, slots(server, service, 0, zone)[3])
    panel = await _panel(tab, "nari")
    tab.page.once("dialog", lambda dialog: _cancel_first(dialog, server, booked))
    await _entry(panel, booked).get_by_role("button", name="Decline").click()
    await _entry(panel, booked).get_by_text("STALE_VERSION").wait_for()
    await _entry(panel, booked).get_by_text("CANCELLED").wait_for()
    assert _status(server, booked) == "CANCELLED"


@on_one_database
async def test_is_for_staff(tab: chromium.Tab) -> None:
    panel = await _panel(tab, "juno")
    await panel.get_by_text("Sign in as staff first.").wait_for()


async def _panel(tab: chromium.Tab, name: str) -> Locator:
    console = Console(tab.page)
    await console.sign_in(name, PASSWORD)
    return await console.panel("Bookings today")


def _entry(panel: Locator, booked: Booked) -> Locator:
    return panel.get_by_role("listitem", name=booked.code)


async def _shown(bookings: Locator) -> Any:
    """The codes of what a list shows, in its order."""
    return await bookings.get_by_role("listitem").evaluate_all("all => all.map(one => one.ariaLabel)")


def _wall_time(booked: Booked, zone: str) -> str:
    return datetime.fromisoformat(booked.starts_at).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


async def _agree(dialog: Dialog) -> None:
    await dialog.accept()


async def _cancel_first(dialog: Dialog, server: Server, booked: Booked) -> None:
    """The customer is faster than the one who is asked whether they are sure."""
    cancelled = server.ask(
        "mutation ($by: BookingBy!) { cancelBooking(by: $by) { userErrors { code } } }", by=booked.by
    )
    assert cancelled["cancelBooking"]["userErrors"] == []
    await dialog.accept()


def _status(server: Server, booked: Booked) -> Any:
    return server.ask(STATUS, by=booked.by)["booking"]["status"]
