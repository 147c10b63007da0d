"""Where links in mails lead: to open one changes nothing; what is done there is done by its buttons."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from graphql import build_schema, parse, validate

from auth.derived_tokens import DerivedTokens
from auth.keys import derive_key
from contract.contract_check import with_connections
from services import chromium
from services.accounts import a_member, an_account, column, contents
from services.bookable import book, open_studio, slots
from services.process import studiograph
from services.server import Server
from web.links.pages import DOCUMENTS, STATIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

    from db.database import Database
    from services.bookable import Booked
    from settings import Settings

CONTRACT = Path(__file__).parents[1] / "contract" / "contract.graphql"
TABLES = ("bookings", "booking_sessions", "occupancies", "booking_events", "events", "users", "mailed_tokens")
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
LINKS = ["/bookings/K7QF-3M2P?token=sgb_x", "/reset?token=sgm_x", "/verify?token=sgm_x"]
STATE = "query ($by: BookingBy!) { booking(by: $by) { status startsAt events { reason } } }"
CANCEL = "mutation ($by: BookingBy!) { cancelBooking(by: $by) { userErrors { code } } }"
ASK_RESET = "mutation ($email: String!) { requestPasswordReset(email: $email) { userErrors { code } } }"
ASK_VERIFICATION = "mutation { requestEmailVerification { userErrors { code } } }"
LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { viewer { id } userErrors { code } } }"
STORED = "JSON.stringify({...localStorage, ...sessionStorage, cookie: document.cookie, state: history.state})"
NEW_PASSWORD = "Moonlit-Durumagi-7"  # noqa: S105  (of a test)

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # what is asked does not depend on it


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A narrow page that complains of nothing."""
    async with chromium.launch() as tab:
        await tab.page.set_viewport_size({"width": 320, "height": 640})
        yield tab.page
        assert tab.complaints == []


@pytest.fixture
async def service(db: Database) -> str:
    """The service of a studio that can be booked."""
    return await open_studio(db)


@pytest.fixture
def booked(server: Server, service: str) -> Booked:
    """A booking in two days at ten."""
    return book(server, service, slots(server, service)[10])


@on_one_database
@pytest.mark.parametrize("link", LINKS)
def test_a_page_comes_under_a_strict_policy(server: Server, link: str) -> None:
    response = server.client.get(link)
    assert (response.status_code, {name: response.headers.get(name) for name in HEADERS}) == (200, HEADERS)
    assert server.client.head(link).status_code == 200
    assert server.client.post(link).status_code == 405
    assert "sg" not in re.sub("^.*Studiograph.*$", "", response.text, flags=re.MULTILINE)


@on_one_database
def test_its_parts_are_served_and_nothing_beside_them(server: Server) -> None:
    parts = sorted(path.name for path in STATIC.iterdir())
    found = [server.client.get(f"/links/{name}") for name in parts]
    assert {
        (part.status_code, part.headers["x-content-type-options"], part.headers["cache-control"]) for part in found
    } == {(200, "nosniff", "no-cache")}
    for name in ("pages.py", "..%2fpages.py", "%2e%2e%2fpages.py", "", "nothing.js", "static/page.js"):
        assert server.client.get(f"/links/{name}").status_code == 404, name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_it_asks_fits_the_contract(document: str) -> None:
    assert validate(build_schema(with_connections(CONTRACT.read_text(encoding="utf-8"))), parse(document)) == []


@on_one_database
async def test_it_is_answered_where_only_listed_documents_are(settings: Settings, db: Database) -> None:
    await open_studio(db)
    server = Server(settings.model_copy(update={"persisted_only": "on"})).start()
    by = {"managed": {"code": "K7QF-3M2P", "token": "sgb_x"}}
    (document,) = (one for one in DOCUMENTS if one.startswith("query Booking("))
    answers = [server.answer(asked, by=by) for asked in (document, document.replace("name", "id", 1))]
    server.stop()
    assert answers[0]["data"]["booking"] is None
    assert answers[1]["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_REQUIRED"


def test_both_languages_say_everything() -> None:
    english, korean = (STATIC / "texts.js").read_text(encoding="utf-8").split("\n  ko: {\n")
    keys = [re.findall(r"^ +(\w+):", text, re.MULTILINE) for text in (english.partition("\n  en: {\n")[2], korean)]
    assert keys[0] == keys[1]


def test_no_token_of_a_link_stands_in_the_log(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, serving.client() as client:
        for link in LINKS:
            client.get(link.replace("_x", "_hush-hush"), headers={"x-request-id": "last"})
        assert [serving.wait_for("request", path=link.partition("?")[0])["status"] for link in LINKS] == [200] * 3
        assert "hush" not in serving.messages()


async def test_to_open_a_link_changes_nothing(server: Server, db: Database, page: Page, booked: Booked) -> None:
    member = await a_member(server, db, email="mina@example.com", pending_email="new@example.com")
    links = [booked.link, await _reset_link(server, db), await _verification_link(server, db, member.headers)]
    before = await contents(db, *TABLES)
    for link in links:
        server.client.get(link)
        await page.goto(server.url + link)
        await page.get_by_role("button").first.wait_for()
    assert await contents(db, *TABLES) == before


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


async def test_a_password_is_reset(server: Server, db: Database, page: Page) -> None:
    await a_member(server, db, "juno", email="mina@example.com")
    await page.goto(server.url + await _reset_link(server, db))
    await _fill_in(page, "short", "other")
    await page.get_by_text("This is not the same password: type it once more.").wait_for()
    await _fill_in(page, "short", "short")
    await page.locator("#newPassword-wrong p").wait_for()
    assert await page.evaluate("document.activeElement.id") == "newPassword"
    assert _log_in(server, NEW_PASSWORD) == [{"code": "BAD_CREDENTIALS"}]

    await _fill_in(page, NEW_PASSWORD, NEW_PASSWORD)
    await page.get_by_text("Your password is changed.").wait_for()

    assert _log_in(server, NEW_PASSWORD) == []


async def test_an_address_is_verified(server: Server, db: Database, page: Page) -> None:
    member = await an_account(server, db, pending_email="new@example.com")
    await page.goto(server.url + await _verification_link(server, db, member.headers))
    await page.get_by_role("button", name="Confirm the address").click()
    await page.get_by_text("Your address is confirmed.").wait_for()
    shown = server.ask("{ viewer { email emailVerified } }", member.headers)["viewer"]
    assert shown == {"email": "new@example.com", "emailVerified": True}


@on_one_database
async def test_a_used_link_says_so(server: Server, db: Database, page: Page) -> None:
    member = await an_account(server, db, pending_email="new@example.com")
    link = await _verification_link(server, db, member.headers)
    for _ in range(2):
        await page.goto(server.url + link)
        await page.get_by_role("button", name="Confirm the address").click()
        await page.get_by_role("status").or_(page.get_by_role("alert")).get_by_text(".").first.wait_for()
    assert await page.get_by_role("alert").inner_text() != ""


async def _open(page: Page, server: Server, booked: Booked) -> None:
    await page.goto(server.url + booked.link)
    await page.get_by_role("heading", name="Your booking").wait_for()


async def _fill_in(page: Page, password: str, again: str) -> None:
    await page.get_by_label("New password", exact=True).fill(password)
    await page.get_by_label("New password, once more").fill(again)
    await page.get_by_role("button", name="Set the password").click()


async def _reset_link(server: Server, db: Database) -> str:
    server.ask(ASK_RESET, email="mina@example.com")
    return f"/reset?token={await _mailed(server, db)}"


async def _verification_link(server: Server, db: Database, headers: dict[str, str]) -> str:
    server.ask(ASK_VERIFICATION, headers)
    return f"/verify?token={await _mailed(server, db)}"


async def _mailed(server: Server, db: Database) -> str:
    """The token of the last mail that was asked for."""
    *_, last = await column(db, "mailed_tokens", "id")
    return DerivedTokens(derive_key(server.signing_key, "mailed tokens"), "sgm_").write(last)


def _state(server: Server, booked: Booked) -> Any:
    return server.ask(STATE, by=booked.by)["booking"]


def _log_in(server: Server, password: str) -> Any:
    return server.ask(LOG_IN, input={"username": "juno", "password": password})["logIn"]["userErrors"]


def _spaced(text: str) -> str:
    """With plain spaces: browsers write 3:00 PM with a narrow one."""
    return re.sub(r"\s", " ", text)
