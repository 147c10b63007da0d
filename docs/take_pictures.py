"""Take the pictures of the documents: `PYTHONPATH=tests python docs/take_pictures.py http://127.0.0.1:8000 NAME`.

The server has the demo studio; NAME is one of its staff, whose password is read from standard input. A guest books
there, so that there is something to confirm.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2

from services import chromium
from services.console import Console

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PICTURES = Path(__file__).parent / "pictures"
DAYS_AHEAD = 5
"""The demo has several bookings on this day after its first."""
SLOTS = """query ($day: Date!) {
    service(by: {slug: "first-birthday"}) { id slots(from: $day, to: $day) { startsAt } }
}"""
BOOK = """mutation ($input: BookingInput!) {
    createBooking(input: $input) { booking { code startsAt } manageToken userErrors { message } }
}"""


class Booked(NamedTuple):
    """A guest's booking."""

    code: str
    token: str
    starts_at: datetime


async def take_pictures(url: str, name: str, password: str) -> None:
    """Keep what the console of the server at `url` shows first, a day's bookings there, and a guest's own booking."""
    booked = _book(url)
    async with chromium.launch() as tab:
        browser = tab.page.context.browser
        if browser is None:
            raise RuntimeError("The browser has ended.")
        await _take_console(tab.page, url)
        await _take_bookings(browser, url, booked, (name, password))
        await _take_booking(browser, url, booked)


async def _take_console(page: Page, url: str) -> None:
    """The opening query with its answer."""
    await page.goto(f"{url}/console/")
    await page.get_by_role("region", name="Operation Editor").get_by_text("totalCount").wait_for()
    await page.get_by_role("button", name="Execute query").click()
    await page.get_by_role("region", name="Result Window").get_by_text("totalCount").wait_for()
    await _keep(page, "console.png")


async def _take_bookings(browser: Browser, url: str, booked: Booked, staff: tuple[str, str]) -> None:
    """What staff see on the day of the booking."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.clock.set_fixed_time(booked.starts_at - timedelta(hours=1))
    console = Console(page)
    await console.open(url)
    await console.sign_in(*staff)
    await console.run("totalCount")
    panel = await console.panel("Bookings today")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await panel.get_by_role("listitem", name=booked.code).wait_for()
    await _keep(page, "bookings.png")
    await page.close()


async def _take_booking(browser: Browser, url: str, booked: Booked) -> None:
    """What its guest sees, on a telephone in Korea."""
    page = await browser.new_page(viewport={"width": 390, "height": 720}, device_scale_factor=2, locale="ko-KR")
    await page.goto(f"{url}/bookings/{booked.code}?token={booked.token}")
    await page.get_by_text(booked.code).wait_for()
    await _keep(page, "booking-page.png")
    await page.close()


def _book(url: str) -> Booked:
    day = (datetime.now(UTC) + timedelta(days=DAYS_AHEAD)).date().isoformat()
    service = _ask(url, SLOTS, day=day)["service"]
    start = service["slots"][0]["startsAt"]
    customer = {"name": "송하린", "email": "harin@example.com"}
    made = _ask(url, BOOK, input={"serviceId": service["id"], "startsAt": start, "partySize": 1, "customer": customer})
    booking = made["createBooking"]["booking"]
    return Booked(booking["code"], made["createBooking"]["manageToken"], datetime.fromisoformat(start))


def _ask(url: str, query: str, **variables: Any) -> Any:
    sent = {"query": query, "variables": variables}
    return httpx2.post(f"{url}/graphql", json=sent, headers={"accept-language": "ko"}, timeout=60).json()["data"]


async def _keep(page: Page, name: str) -> None:
    # Colours come a moment after the words.
    before, now = b"", await page.screenshot()
    while before != now:
        before, now = now, await page.screenshot()
    (PICTURES / name).write_bytes(now)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(take_pictures(sys.argv[1].rstrip("/"), sys.argv[2], sys.stdin.readline().rstrip("\n")))
