"""From the list of services to the studio's calendar: one booking, as its guest and the staff live through it."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from services import chromium
from services.accounts import PASSWORD, a_member, contents
from services.bookable import BOOK, SLOTS, open_studio
from services.bookings import WRITTEN
from services.console import Console
from services.process import SECRET, studiograph, until
from services.smtp import SmtpServer
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.async_api import Locator, Page

    from db.database import Database
    from services.accounts import Account
    from services.process import Process

KOREAN = {"accept-language": "ko-KR,ko;q=0.9,en;q=0.8"}
SERVICES = "{ services(first: 10) { nodes { id name } } }"
ADDRESS = "{ viewer { calendarUrl } }"
MINA, STUDIO = "mina@example.com", "hello@haneul.example"
KEPT = sorted({*WRITTEN} - {"events"})
"""Where a change of a booking is seen; events are marked by the worker too."""
ZONE = f"Etc/GMT{(datetime.now(UTC).hour + 6) % 24 - 12:+d}"
"""In which it is between six and seven in the morning: the day is still to come."""


@pytest.fixture
def mail_server() -> Iterator[SmtpServer]:
    """A mail server that is there from the start."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture
async def staff(db: Database, database_url: str, tmp_path: Path) -> Account:
    """Nari, who works in a studio that confirms what is booked."""
    korean = {"ko": {"name": "인물 사진"}}
    await open_studio(db, ZONE, requires_confirmation=True, translations=korean)
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, secret=SECRET)
    return await a_member(settings, db, "nari", role="STAFF")


@pytest.fixture
def serving(database_url: str, staff: Account, mail_server: SmtpServer, tmp_path: Path) -> Iterator[Process]:
    """The real command, which knows its address."""
    assert staff
    port = _free_port()
    told = {"database_url": database_url, "smtp_url": mail_server.url, "secret": SECRET}
    url = f"http://127.0.0.1:{port}"
    with studiograph(tmp_path, "serve", "--empty", "--port", str(port), public_url=url, **told) as started:
        yield started


async def test_a_guest_books_and_moves_and_the_studio_confirms(
    serving: Process, staff: Account, db: Database, mail_server: SmtpServer, tmp_path: Path
) -> None:
    async with chromium.launch() as tab:
        panel = await _todays_panel(tab, serving)
        service = _ask(serving, SERVICES)["services"]["nodes"][0]
        assert service["name"] == "인물 사진"
        free = _free(serving, service["id"])
        code = _book(serving, service["id"], free[4])
        received = _letter(mail_server, MINA, "예약 신청을 받았습니다: 인물 사진")
        assert code in _text(_letter(mail_server, STUDIO, "김민아"))
        assert _calendar(received) == ("REQUEST", 0, "TENTATIVE", free[4])

        entry = panel.get_by_role("listitem", name=code)
        await entry.get_by_text("PENDING").wait_for()
        before = await contents(db, *KEPT)
        link = _link(received, f"{serving.url()}/bookings/{code}")
        page = await _opened(tab, link)
        assert await contents(db, *KEPT) == before
        await page.screenshot(path=tmp_path / "booked.png", full_page=True)
        await _move(page, free[8])
        await page.screenshot(path=tmp_path / "moved.png", full_page=True)
        moved = _letter(mail_server, MINA, "예약이 변경되었습니다: 인물 사진")
        assert _calendar(moved) == ("REQUEST", 1, "TENTATIVE", free[8])

        await entry.get_by_text(_wall_time(free[8])).wait_for()
        await entry.get_by_role("button", name="Confirm").click()
        await entry.get_by_text("CONFIRMED").wait_for()
        await panel.screenshot(path=tmp_path / "confirmed.png")
        confirmed = _letter(mail_server, MINA, "예약이 확정되었습니다: 인물 사진")
        assert _calendar(confirmed) == ("REQUEST", 2, "CONFIRMED", free[8])
        assert len({str(_event(letter)["uid"]) for letter in (received, moved, confirmed)}) == 1
        assert tab.complaints == []
    shown = _feed(serving, staff)
    assert [(event.start, str(event["status"])) for event in shown] == [(datetime.fromisoformat(free[8]), "CONFIRMED")]
    assert code in str(shown[0]["description"])


async def _todays_panel(tab: chromium.Tab, serving: Process) -> Locator:
    """The staff's panel, on a day without bookings."""
    console = Console(tab.page)
    await console.open(serving.url())
    await console.sign_in("nari", PASSWORD)
    panel = await console.panel("Bookings today")
    await panel.get_by_text("Nothing is booked for today.").wait_for()
    return panel


async def _opened(tab: chromium.Tab, link: str) -> Page:
    """What the link in the mail leads to, on a telephone that speaks Korean."""
    browser = tab.page.context.browser
    assert browser
    page = await browser.new_page(locale="ko-KR", viewport={"width": 390, "height": 844})
    await page.goto(link)
    await page.get_by_role("heading", name="예약 내용").wait_for()
    return page


async def _move(page: Page, start: str) -> None:
    await page.get_by_role("button", name="시간 변경").click()
    await page.locator(f"input[value='{start}']").check()
    await page.get_by_role("button", name="예약 변경").click()
    await page.get_by_text("(으)로 변경되었습니다.").wait_for()


def _ask(serving: Process, query: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
    with serving.client() as client:
        sent = {"query": query, "variables": variables}
        answer = client.post("/graphql", json=sent, headers=headers or KOREAN).json()
    assert "errors" not in answer
    return answer["data"]


def _free(serving: Process, service: str) -> list[str]:
    """When it can be booked today."""
    today = datetime.now(ZoneInfo(ZONE)).date().isoformat()
    slots = _ask(serving, SLOTS, id=service, day=today)["service"]["slots"]
    return [slot["startsAt"] for slot in slots]


def _book(serving: Process, service: str, start: str) -> str:
    """The code of a guest's booking."""
    wanted = {"serviceId": service, "startsAt": start, "customer": {"name": "김민아", "email": MINA}}
    made = _ask(serving, BOOK, input=wanted)["createBooking"]
    assert made["userErrors"] == []
    return str(made["booking"]["code"])


def _letter(mail_server: SmtpServer, to: str, subject: str) -> EmailMessage:
    """The letter to this address that has this in its subject, once it has arrived."""

    def found() -> EmailMessage | None:
        letters = zip(mail_server.received, mail_server.receivers, strict=False)  # one may just be coming in
        return next((one for one, receivers in letters if receivers == [to] and subject in one["subject"]), None)

    return until(found, lambda: f"{subject!r} is not in {[str(one['subject']) for one in mail_server.received]}")


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body
    return str(body.get_content())


def _link(letter: EmailMessage, begins: str) -> str:
    [link] = re.findall(rf"{re.escape(begins)}\?token=\S+", _text(letter))
    return str(link)


def _event(letter: EmailMessage) -> Any:
    [attached] = [part for part in letter.iter_attachments() if part.get_filename() == "booking.ics"]
    [event] = Calendar.from_ical(attached.get_content()).walk("VEVENT")
    return event


def _calendar(letter: EmailMessage) -> tuple[str, int, str, str]:
    """What it asks of the customer's calendar, the event's sequence and status, and when it starts."""
    [part] = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    event = _event(letter)
    start = event.start.astimezone(UTC).isoformat()
    return str(part["content-type"].params["method"]), int(event["sequence"]), str(event["status"]), start


def _feed(serving: Process, staff: Account) -> list[Any]:
    """The events in the studio's calendar."""
    url = _ask(serving, ADDRESS, staff.headers)["viewer"]["calendarUrl"]
    with serving.client() as client:
        return list(Calendar.from_ical(client.get(url).content).walk("VEVENT"))


def _wall_time(start: str) -> str:
    return f"{datetime.fromisoformat(start).astimezone(ZoneInfo(ZONE)):%H:%M}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
