"""Reading items: what is told of one, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from db.connection import TALLY, Tally
from db.repositories.images import Wall
from db.scope import STAFF
from engine.limits import Limits
from engine.request import Request
from graph.schema import build_schema
from rules.access import Viewer
from services.accounts import PASSWORD, a_member, an_account
from services.collections import plant_items
from services.contexts import a_context
from services.engine import an_engine
from services.item_mutations import (
    CATEGORY,
    CREATE,
    DELETE,
    ITEM,
    RESTORE,
    UPDATE,
    a_camera,
    answer_of,
    codes,
    define_cameras,
    done,
    written,
)
from services.rows import THEN, a_hanging, an_image

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

READ = f"query ($id: ID!) {{ {ITEM.replace('item {', 'item(id: $id) {', 1)} }}"
VALUES = "specifications { display specification { label inheritedFrom { slug } } }"
WHOLE = f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Item {{
  name owner {{ username }} category {{ slug }} urls {{ url }} photos {{ key }} {VALUES}
  specification(key: "brand") {{ text specification {{ version }} }}
}} }} }}"""
SCHEMA = an_engine(build_schema(), Limits(nodes=100_000, cost=10**9))
OLD = ("weight", "finish")
EVERY_PATH = """
query ($id: ID!, $photo: ID!, $key: String!, $value: ID!, $url: ID!) {
  item(id: $id) { id viewerCanEdit }
  node(id: $id) { id }
  nodes(ids: [$id, $value, $url, $photo]) { id }
  byId: image(by: {id: $photo}) { id }
  byKey: image(by: {key: $key}) { id }
  value: node(id: $value) { ... on SpecificationValue { id text } }
  url: node(id: $url) { ... on ItemUrl { url } }
}
"""
SEEN = {
    "PRIVATE": {"owner", "staff"},
    "MEMBERS": {"owner", "staff", "member"},
    "PUBLIC": {"owner", "staff", "member", "anonymous"},
    "DELETED": {"owner", "staff"},
}
"""Who sees an item of this visibility; DELETED: a public one that was deleted."""
EDITORS = ("owner", "staff")


@dataclass(frozen=True)
class Planted:
    """An item with a value, a link and a photo: the ids of all of them."""

    item: str
    value: str
    url: str
    photo: str
    key: str

    @property
    def variables(self) -> dict[str, str]:
        """What EVERY_PATH is asked with."""
        ids = {"id": f"Item_{self.item}", "value": f"SpecificationValue_{self.item}{self.value}"}
        return ids | {"url": f"ItemUrl_{self.url}", "photo": f"Image_{self.photo}", "key": self.key}


@pytest.fixture
async def askers(server: Server, db: Database) -> dict[str, Account]:
    owner, member = await an_account(server, db), await an_account(server, db)
    return {"member": member, "owner": owner, "staff": await an_account(server, db, role="STAFF")}


@pytest.fixture(autouse=True)
async def cameras(db: Database) -> dict[str, str]:
    """The ids of definitions by key."""
    return await define_cameras(db)


@pytest.mark.parametrize("visibility", SEEN)
async def test_everybody_sees_what_they_may_on_every_path_and_nobody_more(
    server: Server, db: Database, askers: dict[str, Account], visibility: str
) -> None:
    planted = await _plant(db, askers["owner"], visibility)
    asked = planted.variables
    signed_in = {who: account.headers for who, account in askers.items()}
    for who, headers in (signed_in | {"anonymous": {}}).items():
        sees = who in SEEN[visibility]
        everything = [asked[name] for name in ("id", "value", "url", "photo")]
        assert server.ask(EVERY_PATH, headers, **asked) == {
            "item": {"id": asked["id"], "viewerCanEdit": who in EDITORS} if sees else None,
            "node": {"id": asked["id"]} if sees else None,
            "nodes": [{"id": one} if sees else None for one in everything],
            "byId": {"id": asked["photo"]} if sees else None,
            "byKey": {"id": asked["photo"]} if sees else None,
            "value": {"id": asked["value"], "text": "Leica"} if sees else None,
            "url": {"url": "http://a.example"} if sees else None,
        }, who


@pytest.mark.parametrize("visibility", SEEN)
async def test_owners_and_staff_edit_and_nobody_else(
    server: Server, db: Database, askers: dict[str, Account], visibility: str
) -> None:
    planted = await _plant(db, askers["owner"], visibility)
    query, more = (RESTORE, {}) if visibility == "DELETED" else (UPDATE, {"input": {"quantity": 2}})
    asked: dict[str, Any] = {"id": f"Item_{planted.item}", **more}
    before = await written(db)
    assert "errors" in server.answer(query, **asked)
    assert codes(answer_of(server, query, askers["member"], **asked)) == [("NOT_FOUND", "id")]
    assert await written(db) == before
    for who in EDITORS:
        assert codes(answer_of(server, query, askers[who], **asked)) == []
        assert codes(answer_of(server, DELETE, askers[who], id=asked["id"])) == []
        assert codes(answer_of(server, RESTORE, askers[who], id=asked["id"])) == []
        if visibility == "DELETED":
            assert codes(answer_of(server, DELETE, askers[who], id=asked["id"])) == []


async def test_who_asks_for_nothing_that_is_there_gets_null(server: Server) -> None:
    for wanted in ("", "nonsense", f"Item_{'0' * 32}", f"Item_{'0' * 64}", f"Category_{CATEGORY}"):
        assert server.ask("query ($id: ID!) { item(id: $id) { id } }", id=wanted) == {"item": None}
    for wanted in (f"SpecificationValue_{'0' * 32}", f"SpecificationValue_{'0' * 64}", f"Image_{'0' * 64}"):
        assert server.ask("query ($id: ID!) { node(id: $id) { id } }", id=wanted) == {"node": None}


async def test_an_item_is_told_as_it_was_entered(server: Server, askers: dict[str, Account]) -> None:
    owner = askers["owner"]
    made = done(server, CREATE, owner, input=a_camera(brand="Leica", year="1954") | {"visibility": "PUBLIC"})
    assert server.ask(READ, owner.headers, id=made["id"])["item"] == made
    assert server.ask(READ, id=made["id"])["item"] == made | {"viewerCanEdit": False}


async def test_what_items_cost_does_not_grow_with_their_number(
    db: Database, tmp_path: Path, askers: dict[str, Account], cameras: dict[str, str]
) -> None:
    """Values that are in place, and those that are left from before."""
    async with db.transaction() as tx:
        rows = await plant_items(tx, CATEGORY, askers["owner"].id, [{"brand": "Leica", "year": "1954"}] * 20)
        for row in rows:
            left = {cameras[key]: {"key": f"old-{key}", "type": "TEXT", "content": {"text": "x"}} for key in OLD}
            await tx.items.note(row["id"], specification_values=row["specification_values"] | left)
    counts = []
    for number in (1, 20):
        tally = Tally()
        TALLY.set(tally)
        ids = [f"Item_{row['id']}" for row in rows[:number]]
        answer = await SCHEMA.execute(Request(WHOLE, {"ids": ids}), a_context(db, tmp_path, Viewer("e" * 32, "ADMIN")))
        assert answer.errors is None
        assert [len(node["specifications"]) for node in answer.data["nodes"]] == [4] * number
        counts.append(tally.statements)
    assert counts == [counts[0]] * 2


async def test_the_items_of_who_leaves_go_with_their_photos_and_all_by_which_they_were_found(
    server: Server, db: Database
) -> None:
    member, other = await a_member(server, db), await an_account(server, db)
    mine, theirs = await _plant(db, member, "PUBLIC"), await _plant(db, other, "PUBLIC")
    done(server, CREATE, member, input=a_camera(brand="Leica", serial="7"))
    leave = "mutation ($password: String!) { deleteAccount(password: $password) { userErrors { code } } }"
    assert server.ask(leave, member.headers, password=PASSWORD) == {"deleteAccount": {"userErrors": []}}
    left = await written(db)
    assert [len(left[name]) for name in ("items", "item_urls", "item_images", "search_documents")] == [1, 1, 1, 1]
    assert left["unique_values"] == []
    assert len(left["indexed_values"]) == 1
    assert all(theirs.item in row for row in (*left["items"], *left["search_documents"]))
    images = await db.read(STAFF).images.by_ids(frozenset({"key"}), [mine.photo, theirs.photo])
    assert list(images) == [theirs.photo]
    assert any(mine.key in event for event in left["events"])
    assert done(server, CREATE, other, input=a_camera(serial="7"))


async def _plant(db: Database, owner: Account, visibility: str) -> Planted:
    state = {"visibility": "PUBLIC", "deleted_at": THEN} if visibility == "DELETED" else {"visibility": visibility}
    photo = an_image(purpose="ITEM", uploaded_by_id=owner.id)
    async with db.transaction() as tx:
        [item] = await plant_items(tx, CATEGORY, owner.id, [{"brand": "Leica"}], **state)
        await tx.items.urls.write(item["id"], [{"id": item["id"], "url": "http://a.example", "label": None}], now=THEN)
        await tx.images.add([photo])
        await tx.images.hang([a_hanging(item["id"], photo["id"], kind="item")], Wall.ITEM)
    [value] = item["specification_values"]
    return Planted(item["id"], value, item["id"], photo["id"], photo["key"])
