"""Where links in mails lead: to open one changes nothing; what is done there is done by its buttons."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from graphql import build_schema, parse, validate

from contract.contract_check import with_connections
from services.accounts import a_member, contents
from services.bookable import book, open_studio, slots
from services.mailed_links import reset_link, verification_link
from services.process import studiograph
from services.server import Server
from web.links.pages import DOCUMENTS, STATIC

if TYPE_CHECKING:
    from playwright.async_api import Page

    from db.database import Database
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

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # what is asked does not depend on it


@on_one_database
@pytest.mark.parametrize("link", LINKS)
def test_a_page_comes_under_a_strict_policy(server: Server, link: str) -> None:
    response = server.client.get(link)
    assert (response.status_code, {name: response.headers.get(name) for name in HEADERS}) == (200, HEADERS)
    assert server.client.head(link).status_code == 200
    assert server.client.post(link).status_code == 405


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


async def test_to_open_a_link_changes_nothing(server: Server, db: Database, page: Page) -> None:
    service = await open_studio(db)
    booked = book(server, service, slots(server, service)[10])
    member = await a_member(server, db, email="mina@example.com", pending_email="new@example.com")
    links = [
        booked.link,
        await reset_link(server, db, "mina@example.com"),
        await verification_link(server, db, member.headers),
    ]
    before = await contents(db, *TABLES)
    for link in links:
        server.client.get(link)
        await page.goto(server.url + link)
        await page.get_by_role("button").first.wait_for()
    assert await contents(db, *TABLES) == before
