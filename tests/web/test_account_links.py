"""A member chooses a new password, or confirms an address, by the link in the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import a_member, an_account
from services.mailed_links import reset_link, verification_link

if TYPE_CHECKING:
    from playwright.async_api import Page

    from db.database import Database
    from services.server import Server

LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { viewer { id } userErrors { code } } }"
NEW_PASSWORD = "Moonlit-Durumagi-7"  # noqa: S105  (of a test)

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # what is asked does not depend on it


async def test_a_password_is_reset(server: Server, db: Database, page: Page) -> None:
    await a_member(server, db, "juno", email="mina@example.com")
    await page.goto(server.url + await reset_link(server, db, "mina@example.com"))
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
    await page.goto(server.url + await verification_link(server, db, member.headers))
    await page.get_by_role("button", name="Confirm the address").click()
    await page.get_by_text("Your address is confirmed.").wait_for()
    shown = server.ask("{ viewer { email emailVerified } }", member.headers)["viewer"]
    assert shown == {"email": "new@example.com", "emailVerified": True}


@on_one_database
async def test_a_used_link_says_so(server: Server, db: Database, page: Page) -> None:
    member = await an_account(server, db, pending_email="new@example.com")
    link = await verification_link(server, db, member.headers)
    for _ in range(2):
        await page.goto(server.url + link)
        await page.get_by_role("button", name="Confirm the address").click()
        await page.get_by_role("status").or_(page.get_by_role("alert")).get_by_text(".").first.wait_for()
    assert await page.get_by_role("alert").inner_text() != ""


async def _fill_in(page: Page, password: str, again: str) -> None:
    await page.get_by_label("New password", exact=True).fill(password)
    await page.get_by_label("New password, once more").fill(again)
    await page.get_by_role("button", name="Set the password").click()


def _log_in(server: Server, password: str) -> Any:
    return server.ask(LOG_IN, input={"username": "juno", "password": password})["logIn"]["userErrors"]
