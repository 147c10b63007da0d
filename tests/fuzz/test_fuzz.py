"""Thousands of requests that nobody thought of, seeded: each is answered, and no answer tells what it should not."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx2
import pytest
from graphql import build_schema

from fuzz.grammar import Grammar
from fuzz.judging import complaints, shown
from fuzz.requests import sending
from services.accounts import an_account
from services.at_once import at_once
from services.front_door import ROOT
from services.planting_collections import OF_EACH_TYPE, plant_each_type

if TYPE_CHECKING:
    from db.database import Database
    from fuzz.requests import Sending
    from services.accounts import Account
    from services.gallery import Gallery
    from services.server import Server

LONG = bool(os.environ.get("STUDIOGRAPH_TEST_LONG"))
REQUESTS = 25_000 if LONG else 1_500
"""On each database."""
ROUND = 100
"""After so many requests everybody is made anew: a mutation may have sent them away."""
AT_ONCE = 4
SHOWN = 20
"""So many findings are told; the rest is counted."""
SEED = 20_261_121
MORE_THAN_CONNECTIONS = 12
"""There are 8; as many more may wait, before the server says that it is too busy."""
ROLES = (None, "MEMBER", "STAFF", "ADMIN")
WORDS = ("slug", "key", "username", "title")
"""The columns of rows that clients name things by."""
CURSORS = "{ designs(first: 5) { edges { cursor } } }"


# When a field fails, graphql-core drops what its siblings have not begun; the answer is right all the same.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object:pytest.PytestUnraisableExceptionWarning")
async def test_whatever_is_asked_gets_an_answer_that_tells_nothing_of_the_inside(
    server: Server, db: Database, gallery: Gallery
) -> None:
    known = _known(gallery, [edge["cursor"] for edge in server.ask(CURSORS)["designs"]["edges"]])
    known |= await _collected(db, gallery)
    chance = Random(SEED)  # noqa: S311  (the same requests in every run)
    grammar = Grammar(build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8")), chance, known)
    findings: list[str] = []
    answered = 0
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as client:
        for _ in range(0, REQUESTS, ROUND):
            accounts = [await an_account(server, db, role=role) if role else None for role in ROLES]
            sendings = [_signed(sending(grammar.operation(), chance), chance.choice(accounts)) for _ in range(ROUND)]
            for start in range(0, ROUND, AT_ONCE):
                told = await asyncio.gather(*(_told(client, each) for each in sendings[start : start + AT_ONCE]))
                findings += [finding for finding, _ in told if finding]
                answered += sum(has_data for _, has_data in told)
    assert not findings, "\n".join([f"{len(findings)} findings", *findings[:SHOWN]])
    assert answered > REQUESTS / 4, "most of the requests were refused before anything ran: they show little"
    await _is_whole(server, db)


def _signed(made: Sending, account: Account | None) -> Sending:
    return replace(made, headers=made.headers | account.headers) if account else made


async def _told(client: httpx2.AsyncClient, made: Sending) -> tuple[str, bool]:
    """What is wrong with the answer, and whether something was executed."""
    response = await client.request(made.method, made.url, headers=made.headers, content=made.body)
    sent = shown(made.body) + unquote(made.query_string)
    found = "; ".join(complaints(response, sent))
    finding = f"{found}\n  {made}\n  {response.status_code} {response.text[:2_000]}" if found else ""
    return finding, '"data"' in response.text


async def _is_whole(server: Server, db: Database) -> None:
    """Many at once are answered, and one can write: no connection was lost, no transaction is open."""
    answers = await at_once([partial(server.ask, "{ studio { name } }")] * MORE_THAN_CONNECTIONS)
    assert answers == [{"studio": {"name": "Haneul Studio"}}] * MORE_THAN_CONNECTIONS
    member = await an_account(server, db)
    rename = 'mutation { updateProfile(input: {displayName: "Juno"}) { viewer { user { displayName } } } }'
    assert server.ask(rename, member.headers) == {"updateProfile": {"viewer": {"user": {"displayName": "Juno"}}}}


async def _collected(db: Database, gallery: Gallery) -> dict[str, list[str]]:
    """A collection, by where its ids and the keys of its definitions belong."""
    async with db.transaction() as tx:
        rows = await plant_each_type(tx, gallery.users[0]["id"], gallery.categories[0]["id"])
    specifications, items = rows
    ids = {"Specification": specifications, "Item": items, "SpecificationValue": [items[0] + specifications[0]]}
    keys = list(OF_EACH_TYPE)
    known = [f"{name}_{one}" for name, each in ids.items() for one in each]
    return {"id": [*known, *known, f"Category_{gallery.categories[0]['id']}"], "key": keys, "specificationKey": keys}


def _known(gallery: Gallery, cursors: list[str]) -> dict[str, list[str]]:
    """What is there, by where it belongs."""
    rows = {"Design": gallery.designs, "Category": gallery.categories, "Image": gallery.images, "User": gallery.users}
    ids = {name: [f"{name}_{row['id']}" for row in each[:12]] for name, each in rows.items()}
    words = [row[key] for each in rows.values() for row in each for key in WORDS if key in row]
    return {
        "ID": [each for some in ids.values() for each in some],
        "String": [*words, *cursors],
        "after": cursors,
        "before": cursors,
        "categoryId": ids["Category"],
        "parentId": ids["Category"],
        "designId": ids["Design"],
        "imageIds": ids["Image"],
        "avatarId": ids["Image"],
        "photoIds": ids["Image"],
        "fields": ["category", "condition", *(f"spec:{key}" for key in OF_EACH_TYPE)],
    }
