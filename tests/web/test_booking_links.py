"""A guest looks after a booking by the link in the mail: it is shown, moved and cancelled there."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from services.accounts import PASSWORD, a_member
from services.bookable import book, open_studio, slots

if TYPE_CHECKING:
    from playwright.async_api import Page

    from db.database import Database
    from services.bookable import Booked
    from services.server import Server

STATE = "query ($by: BookingBy!) { booking(by: $by) { status startsAt events { reason } } }"
CANCEL = "mutation ($by: BookingBy!) { cancelBooking(by: $by) { userErrors { code } } }"
LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { viewer { id } userErrors { code } } }"
STORED = "JSON.stringify({...localStorage, ...sessionStorage, cookie: document.cookie, state: history.state})"
SIGN_IN = """async body => {
    const headers = { "content-type": "application/json", "x-studiograph-csrf": "1" }
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(body) })
    return (await response.json()).data.logIn.userErrors
}"""

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # what is asked does not depend on it


@pytest.fixture
async def service(db: Database) -> str:
    """The service of a studio that can be booked."""
    return await open_studio(db)


@pytest.fixture
def booked(server: Server, service: str) -> Booked:
    """A booking in two days at ten."""
    return book(server, service, slots(server, service)[10])


async def test_a_guest_cancels(server: Server, page: Page, booked: Booked) -> None:
    await _open(page, server, booked)
    await page.get_by_role("button", name="Cancel the booking").click()
    await page.get_by_label("Reason").fill("We are ill.")
    assert _state(server, booked)["status"] == "CONFIRMED"

    await page.get_by_role("button", name="Yes, cancel it").click()
    await page.get_by_text("The booking is cancelled.").wait_for()

    assert await page.get_by_role("status").inner_text() == "The booking is cancelled."
    assert await page.get_by_role("button").count() == 0
    after = _state(server, booked)
    assert (after["status"], after["events"][-1]) == ("CANCELLED", {"reason": "We are ill."})


async def test_a_guest_moves_a_booking(server: Server, page: Page, service: str, booked: Booked) -> None:
    await _open(page, server, booked)
    await page.get_by_role("button", name="Choose another time").click()
    wanted = slots(server, service, days=3)[15]
    day = datetime.fromisoformat(wanted).astimezone(ZoneInfo("Asia/Seoul"))
    await page.get_by_label("Day").fill(day.date().isoformat())
    await page.locator(f"input[value='{wanted}']").check()
    assert await page.get_by_role("radio").count() == 24
    assert _state(server, booked)["startsAt"] == booked.starts_at

    await page.get_by_role("button", name="Move the booking").click()
    await page.get_by_text("The booking is now on").wait_for()

    assert f"{day:%A, %B} {day.day}, {day.year} at 3:00" in _spaced(await page.locator("dl").inner_text())
    assert _state(server, booked)["startsAt"] == wanted


async def test_another_time_is_offered_where_somebody_was_faster(
    server: Server, page: Page, service: str, booked: Booked
) -> None:
    await _open(page, server, booked)
    await page.get_by_role("button", name="Choose another time").click()
    wanted = slots(server, service)[12]
    await page.locator(f"input[value='{wanted}']").check()
    book(server, service, wanted)

    await page.get_by_role("button", name="Move the booking").click()
    await page.get_by_text("These times are still free:").wait_for()
    assert _state(server, booked)["startsAt"] == booked.starts_at

    offered = page.get_by_role("button", name="Korean Standard Time")
    assert await offered.count() == 3
    await offered.first.click()
    await page.get_by_text("The booking is now on").wait_for()
    assert _state(server, booked)["startsAt"] not in (booked.starts_at, wanted)


@on_one_database
async def test_shows_what_has_changed_in_the_meantime(server: Server, page: Page, booked: Booked) -> None:
    await _open(page, server, booked)
    await page.get_by_role("button", name="Cancel the booking").click()
    server.ask(CANCEL, by=booked.by)
    await page.get_by_role("button", name="Yes, cancel it").click()
    await page.get_by_text("Cancelled", exact=True).wait_for()
    assert await page.get_by_role("button").count() == 0
    assert await page.get_by_role("status").inner_text() != ""


@on_one_database
async def test_keeps_a_booking_that_is_not_to_be_cancelled(server: Server, page: Page, booked: Booked) -> None:
    await _open(page, server, booked)
    await page.get_by_role("button", name="Cancel the booking").click()
    await page.get_by_role("button", name="Leave it as it is").click()
    await page.get_by_role("button", name="Choose another time").wait_for()
    assert _state(server, booked)["status"] == "CONFIRMED"


@on_one_database
async def test_the_token_is_neither_shown_nor_kept(server: Server, page: Page, booked: Booked) -> None:
    await _open(page, server, booked)
    assert page.url == f"{server.url}/bookings/{booked.code}"
    assert json.loads(await page.evaluate(STORED)) == {"cookie": "", "state": None}
    await page.reload()
    await page.get_by_role("heading", name="This link is incomplete").wait_for()


@on_one_database
async def test_the_link_holds_whoever_is_signed_in(server: Server, db: Database, page: Page, booked: Booked) -> None:
    await a_member(server, db, "juno")
    await page.goto(f"{server.url}/verify")
    given = {"username": "juno", "password": PASSWORD, "cookie": True}
    assert await page.evaluate(SIGN_IN, {"query": LOG_IN, "variables": {"input": given}}) == []
    assert len(await page.context.cookies()) == 2
    await _open(page, server, booked)


@on_one_database
async def test_asks_again_where_no_answer_came(server: Server, page: Page, booked: Booked) -> None:
    await page.route("**/graphql", lambda route: route.fulfill(body="a proxy's own page"))
    await page.goto(server.url + booked.link)
    again = page.get_by_role("button", name="Try again")
    await again.wait_for()
    await page.unroute("**/graphql")
    await again.click()
    await page.get_by_text(booked.code).wait_for()


@on_one_database
async def test_says_so_where_the_token_is_another_s(server: Server, page: Page, booked: Booked) -> None:
    await page.goto(f"{server.url}/bookings/{booked.code}?token=sgb_x")
    await page.get_by_role("heading", name="There is no such booking").wait_for()
    assert booked.starts_at[:4] not in await page.locator("main").inner_text()


@on_one_database
async def test_fits_a_small_screen_and_leads_the_keyboard(server: Server, page: Page, booked: Booked) -> None:
    await _open(page, server, booked)
    assert await page.evaluate("document.activeElement.textContent") == "Your booking"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("radio").first.wait_for()
    assert await page.evaluate("document.activeElement.textContent") == "Choose another time"
    assert await page.evaluate("document.documentElement.scrollWidth") == 320


@on_one_database
async def test_speaks_korean_to_a_browser_that_does(server: Server, page: Page, booked: Booked) -> None:
    browser = page.context.browser
    assert browser
    korean = await browser.new_page(locale="ko-KR")
    await korean.goto(server.url + booked.link)
    await korean.get_by_role("heading", name="예약 내용").wait_for()
    assert await korean.evaluate("document.documentElement.lang") == "ko"
    shown = await korean.locator("dl").inner_text()
    assert re.search(r"월 \d+일 .요일 오전 10:00 .*표준시 \(Asia/Seoul\)", _spaced(shown))
    assert "₩50,000" in shown


async def _open(page: Page, server: Server, booked: Booked) -> None:
    await page.goto(server.url + booked.link)
    await page.get_by_role("heading", name="Your booking").wait_for()


def _state(server: Server, booked: Booked) -> Any:
    return server.ask(STATE, by=booked.by)["booking"]


def _spaced(text: str) -> str:
    """With plain spaces: browsers write 3:00 PM with a narrow one."""
    return re.sub(r"\s", " ", text)
