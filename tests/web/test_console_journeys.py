"""The admin's day in the console, in a real browser: signing in and out, uploading, the ready operations."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PIL import Image

from auth.passwords import hash_password
from demo.studio import found_studio
from services import chromium
from services.console import Console
from services.rows import THEN, a_category, a_user
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import FilePayload, Page

    from db.database import Database
    from settings import Settings

PASSWORD = "Moonlit-Durumagi-7"  # noqa: S105  (of a test)
WRONG_PASSWORD = "Sunlit-Durumagi-7"  # noqa: S105  (of a test)
WIDTH_OF_PICTURE = """async url => {
    const picture = new Image()
    picture.src = url
    await picture.decode()
    return picture.naturalWidth
}"""
A_DROP = """bytes => {
    const drop = new DataTransfer()
    drop.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }))
    return drop
}"""

on_one_database = pytest.mark.parametrize("kind", ["sqlite"])  # what is asked of the browser does not depend on it


@pytest.fixture(autouse=True)
async def category(db: Database) -> str:
    """The id of a category in a studio with an admin, `mina`, and a member, `juno`."""
    category = a_category()
    password_hash = await hash_password(PASSWORD)
    async with db.transaction() as tx:
        await found_studio(tx, THEN, with_demo=False)
        await tx.categories.add([category])
        await tx.users.add(
            [
                a_user("mina", display_name="Mina Kim", role="ADMIN", password_hash=password_hash),
                a_user("juno", display_name="Juno", password_hash=password_hash),
            ]
        )
    return f"Category_{category['id']}"


@pytest.fixture
async def tab(server: Server) -> AsyncIterator[chromium.Tab]:
    """A tab with the console open."""
    async with chromium.launch() as opened:
        await Console(opened.page).open(server.url)
        yield opened


async def test_an_admin_publishes_a_design_with_a_picture(tab: chromium.Tab, server: Server, category: str) -> None:
    console = Console(tab.page)
    account = await console.sign_in("mina", PASSWORD)
    assert await account.locator("dd").all_text_contents() == ["Mina Kim", "mina", "ADMIN"]

    image = await _uploaded(console, "durumagi.png", _picture())
    given = {"title": "Durumagi", "categoryId": category, "imageIds": [image], "status": "PUBLISHED"}
    await console.open_operation("Publish a design", {"input": given})
    published = (await console.run("userErrors"))["data"]["createDesign"]
    assert published["userErrors"] == []
    assert (published["design"]["status"], published["design"]["images"]) == ("PUBLISHED", [{"id": image}])

    await tab.page.get_by_role("tab", name="Gallery").click()
    gallery = (await console.run("endCursor"))["data"]["designs"]
    assert [design["id"] for design in gallery["nodes"]] == [published["design"]["id"]]
    assert gallery["nodes"][0]["imageUrl"] == published["design"]["imageUrl"]
    assert await tab.page.evaluate(WIDTH_OF_PICTURE, gallery["nodes"][0]["imageUrl"]) == 300
    assert {urlsplit(url).netloc for url in tab.requests if not url.startswith(("blob:", "data:"))} == {
        urlsplit(server.url).netloc
    }
    assert tab.complaints == []


@on_one_database
async def test_shows_what_the_server_says_of_a_wrong_password(tab: chromium.Tab) -> None:
    panel = await Console(tab.page).panel("Sign in")
    await Console(tab.page).fill_in("mina", WRONG_PASSWORD)
    await panel.get_by_text("The name or the password is wrong.").wait_for()

    assert await panel.get_by_role("alert").inner_text() == "The name or the password is wrong. BAD_CREDENTIALS"
    assert await tab.page.get_by_label("User name").input_value() == "mina"
    assert await tab.page.get_by_label("Password").input_value() == ""
    assert await tab.page.context.cookies() == []


@on_one_database
async def test_a_file_that_is_no_picture_is_refused_in_the_server_s_words(tab: chromium.Tab) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    panel = await console.panel("Upload")
    await _choose(tab.page, "page.png", b"<!doctype html><script>alert(1)</script>")

    await panel.get_by_text("UNSUPPORTED_MEDIA").wait_for()
    assert await panel.get_by_label("Id of page.png", exact=True).count() == 0


@on_one_database
async def test_a_dropped_picture_is_uploaded(tab: chromium.Tab) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    panel = await console.panel("Upload")
    dropped = await tab.page.evaluate_handle(A_DROP, list(_picture()))
    await panel.get_by_text("Drop pictures here").dispatch_event("drop", {"dataTransfer": dropped})

    field = panel.get_by_label("Id of dropped.png", exact=True)
    assert (await field.input_value()).startswith("Image_")


@on_one_database
async def test_signing_out_leaves_nothing_for_the_next_person(tab: chromium.Tab) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    await console.open_operation("Pending members", {"first": 7})
    await console.run("endCursor")
    await console.panel("Sign in")
    await tab.page.get_by_role("button", name="Sign out").click()
    await tab.page.get_by_role("button", name="Show Sign in").wait_for()  # the page has begun anew

    assert await tab.page.get_by_role("tab").all_text_contents() == ["Gallery"]
    assert "PendingMembers" not in await console.kept()
    assert await tab.page.context.cookies() == []
    history = await console.panel("History")
    assert await history.get_by_role("listitem").count() == 0


@on_one_database
async def test_signing_out_in_one_tab_does_so_in_the_others(tab: chromium.Tab, server: Server) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    async with tab.page.expect_popup() as opened:
        await tab.page.evaluate("open('about:blank') && null")
    other = Console(await opened.value)
    await other.open(server.url)
    await other.open_operation("Pending members", {"first": 7})
    await other.run("endCursor")
    await tab.page.get_by_role("button", name="Sign out").click()
    await other.page.get_by_role("button", name="Show Operations").wait_for()  # it has begun anew, without a panel

    assert await other.page.get_by_role("tab").all_text_contents() == ["Gallery"]
    assert "PendingMembers" not in await other.kept()


@on_one_database
async def test_another_person_s_session_shows_nothing_of_the_last(tab: chromium.Tab, server: Server) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    await console.open_operation("Pending members", {"first": 7})
    await console.run("endCursor")
    await tab.page.context.clear_cookies()  # as if the session had ended long ago
    await console.open(server.url)
    account = await console.sign_in("juno", PASSWORD)

    assert await account.locator("dd").all_text_contents() == ["Juno", "juno", "MEMBER"]
    assert await tab.page.get_by_role("tab").all_text_contents() == ["Gallery"]
    assert "PendingMembers" not in await console.kept()


@on_one_database
async def test_a_session_is_renewed_when_its_access_has_run_out(tab: chromium.Tab) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    before = await _cookies(tab.page)
    await tab.page.context.clear_cookies(name=_access_cookie(before))
    await console.open_operation("Pending members", {"first": 7})

    answer = await console.run("endCursor")

    assert answer["data"]["users"] == {
        "totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None},
    }  # fmt: skip
    after = await _cookies(tab.page)
    assert after.keys() == before.keys()
    access = _access_cookie(before)  # within the same second it may be the same one again
    assert all(after[name] != before[name] for name in before if name != access)


@on_one_database
async def test_says_that_a_session_has_ended(tab: chromium.Tab) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    await tab.page.context.clear_cookies()
    await console.open_operation("Pending members", {"first": 7})
    answer = await console.run("UNAUTHENTICATED")
    panel = await console.panel("Sign in")

    assert answer["data"] in (None, {"users": None})
    await panel.get_by_text("Your session has ended. Sign in again.").wait_for()


@on_one_database
async def test_the_browser_keeps_no_password_and_no_token(tab: chromium.Tab) -> None:
    console = Console(tab.page)
    await console.sign_in("mina", PASSWORD)
    passwords = {"currentPassword": WRONG_PASSWORD, "newPassword": "Starlit-Durumagi-7"}
    await console.open_operation("Change your password", passwords)
    await console.run("BAD_CREDENTIALS")
    await console.open_operation("Categories", {"first": 9})

    kept = await console.kept(until=r"\"title\":\"Categories\"")

    assert "ChangePassword" in kept
    tokens = [cookie["value"] for cookie in await tab.page.context.cookies()]
    assert [secret for secret in (*passwords.values(), PASSWORD, *tokens) if secret in kept] == []
    assert await tab.page.evaluate("document.cookie") == ""


@pytest.fixture
def production(settings: Settings) -> Settings:
    """The same, in production."""
    return settings.model_copy(update={"environment": "production", "introspection": "off", "secret": "s" * 64})


@on_one_database
async def test_in_production_it_asks_for_sign_in_before_it_introspects(production: Settings) -> None:
    server = Server(production).start()
    async with chromium.launch() as tab:
        asked: list[str] = []
        tab.page.on("request", lambda request: asked.append(request.post_data or ""))
        console = Console(tab.page)
        await console.open(server.url)
        assert await console.editor.count() == 0
        assert [body for body in asked if "__schema" in body] == []

        await console.fill_in("mina", PASSWORD)
        await console.editor.get_by_text("totalCount").wait_for()
        docs = await console.panel("Documentation Explorer")
        await docs.get_by_text("query: Query").wait_for()
        assert len([body for body in asked if "__schema" in body]) == 1
    server.stop()


async def _uploaded(console: Console, name: str, content: bytes) -> str:
    """The id of a picture, uploaded by the panel."""
    panel = await console.panel("Upload")
    await _choose(console.page, name, content)
    return await panel.get_by_label(f"Id of {name}", exact=True).input_value()


async def _choose(page: Page, name: str, content: bytes) -> None:
    file: FilePayload = {"name": name, "mimeType": "image/png", "buffer": content}
    await page.get_by_label("Drop pictures here").set_input_files(file)


def _picture() -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize((300, 200)).save(file, "PNG")
    return file.getvalue()


async def _cookies(page: Page) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in await page.context.cookies()}


def _access_cookie(cookies: dict[str, str]) -> str:
    return next(name for name in cookies if "access" in name)
