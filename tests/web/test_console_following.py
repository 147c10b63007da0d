"""The console follows a subscription over its websocket, and signs in where only listed documents are answered."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demo.studio import found_studio
from engine.persisted import hash_of
from services import chromium
from services.accounts import PASSWORD, a_member, an_account
from services.console import Console
from services.design_mutations import CREATE, done
from services.rows import THEN, a_category
from services.server import Server
from web.console import SIGNING_IN

if TYPE_CHECKING:
    from db.database import Database
    from settings import Settings

SESSION = Path(__file__).parents[2] / "console" / "src" / "session.js"
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


async def test_the_console_shows_a_design_when_it_is_published(server: Server, db: Database) -> None:
    category = a_category()
    async with db.transaction() as tx:
        await found_studio(tx, THEN, with_demo=False)
        await tx.categories.add([category])
    await a_member(server, db, "nari", role="ADMIN", display_name="Nari")
    staff = await an_account(server, db, role="STAFF")
    async with chromium.launch() as tab:
        console = Console(tab.page)
        await console.open(server.url)
        await console.sign_in("nari", PASSWORD)
        await console.open_operation("Follow new designs", {})
        await tab.page.get_by_role("button", name="Execute query").click()
        given = {"title": "Durumagi", "categoryId": f"Category_{category['id']}", "status": "PUBLISHED"}
        result = tab.page.get_by_role("region", name="Result Window").get_by_text("Durumagi").first
        async with asyncio.timeout(20):
            while not await result.is_visible():  # what was published before it followed is not shown
                done(server, CREATE, staff, input=given)
        shown = await console.answer("Durumagi")
    assert shown["data"]["designPublished"]["title"] == "Durumagi"
    assert shown["data"]["designPublished"]["category"] == {"name": category["name"]}


@on_one_database
async def test_staff_sign_in_where_only_listed_documents_are_answered(settings: Settings, db: Database) -> None:
    server = Server(settings.model_copy(update={"persisted_only": "on"})).start()
    try:
        await a_member(server, db, "nari", role="ADMIN")
        refused = _code(server.answer("{ categories { totalCount } }"))
        given = {"username": "nari", "password": PASSWORD, "cookie": True}
        told = server.ask(SIGNING_IN[1], input=given)
        assert (refused, told["logIn"]["userErrors"]) == ("PERSISTED_QUERY_REQUIRED", [])
        page = server.client.post(
            "/graphql", json={"query": "{ categories { totalCount } }"}, headers={"x-studiograph-csrf": "1"}
        )
        assert page.json() == {"data": {"categories": {"totalCount": 0}}}
    finally:
        server.stop()


def test_the_documents_that_the_console_signs_in_with_are_those_that_it_sends() -> None:
    source = SESSION.read_text(encoding="utf-8")
    sent: dict[str, Any] = dict(re.findall(r"^const (\w+) = [`'](.+)[`']$", source, re.MULTILINE))
    viewer = sent.pop("VIEWER")
    texts = {hash_of(text.replace("${VIEWER}", viewer)) for name, text in sent.items() if name.isupper()}
    assert {hash_of(text) for text in SIGNING_IN} <= texts, json.dumps(sent)


def _code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])
