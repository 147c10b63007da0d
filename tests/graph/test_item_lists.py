"""Lists of items: who sees which, in whose collection they are, and in which category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.connection import TALLY, Tally
from db.item_writing import add_items
from engine.request import Request
from graph.schema import build_schema
from services.accounts import Account, an_account
from services.collections import a_specification, an_entry, an_item, define, plant_items
from services.contexts import a_context
from services.engine import an_engine
from services.rows import THEN, a_category, a_studio, a_user

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.server import Server

STATES: dict[str, dict[str, Any]] = {
    "public": {"visibility": "PUBLIC"},
    "members": {"visibility": "MEMBERS"},
    "private": {"visibility": "PRIVATE"},
    "deleted": {"visibility": "PUBLIC", "deleted_at": THEN},
}
NAMES = "query ($where: ItemWhere) { items(where: $where) { nodes { name } totalCount } }"
OWN = "query ($where: ItemWhere) { viewer { items(where: $where) { nodes { name } totalCount } } }"
MOST_STATEMENTS = """
{
  items(
    where: {specification: {key: "size", isNull: false}, not: {specification: {key: "count", gt: "9"}}}
    orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: "count"}]
  ) { nodes { name } totalCount }
}
"""
EVERY_PATH = """
query ($count: String!) {
  newest: items { ...page }
  byName: items(orderBy: [{field: NAME, direction: ASC}]) { ...page }
  byPrice: items(orderBy: [{field: PRICE, direction: DESC}]) { ...page }
  first: items(first: 2, orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: $count}]) { ...page }
  last: items(last: 2, orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: $count}]) { ...page }
  downwards: items(orderBy: [{field: SPECIFICATION, direction: DESC, specificationKey: $count}]) { ...page }
  rest: items(
    orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: $count}, {field: NAME, direction: ASC}]
  ) { ...page }
  filtered: items(where: {specification: {key: $count, gte: "0"}}) { ...page }
  missing: items(where: {specification: {key: $count, isNull: true}}) { ...page }
  negated: items(where: {not: {specification: {key: $count, gt: "1"}}}) { ...page }
  asked: items(where: {or: [{visibility: [PRIVATE]}, {deleted: true}, {deleted: false}]}) { ...page }
  searched: items(where: {search: "item"}) { ...page }
  categories { nodes {
    items { ...page }
    ordered: items(first: 2, orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: $count}]) { ...page }
  } }
  category(by: {slug: "things"}) {
    items(where: {includeDescendants: true}, orderBy: [
      {field: SPECIFICATION, direction: DESC, specificationKey: $count}
    ]) { ...page }
  }
}
fragment page on ItemConnection {
  edges { cursor node { id name } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}
"""  # fmt: skip


async def test_everybody_sees_what_is_shown_to_them(server: Server, db: Database) -> None:
    owner, member, staff = [await an_account(server, db, role) for role in ("MEMBER", "MEMBER", "STAFF")]
    await _plant(db, owner)
    assert _names(server, None) == ["public"]
    assert _names(server, member) == ["members", "public"]
    assert _names(server, owner) == _names(server, staff) == ["private", "members", "public"]


async def test_what_is_deleted_is_seen_by_those_who_ask_for_it_and_may(server: Server, db: Database) -> None:
    owner, member, staff = [await an_account(server, db, role) for role in ("MEMBER", "MEMBER", "STAFF")]
    await _plant(db, owner)
    for where, of_theirs in (
        ({"deleted": True}, ["deleted"]),
        ({"deleted": False}, ["private", "members", "public"]),
        ({"or": [{"deleted": True}, {"visibility": ["PRIVATE"]}]}, ["deleted", "private"]),
        ({"not": {"deleted": False}, "specification": {"key": "count", "eq": "7"}}, ["deleted"]),
    ):
        assert _names(server, owner, where) == _names(server, staff, where) == of_theirs
    assert _names(server, None, {"deleted": True}) == _names(server, member, {"deleted": True}) == []
    assert _names(server, member, {"not": {"deleted": True}}) == ["members", "public"]


async def test_an_order_by_value_keeps_to_what_is_seen(server: Server, db: Database) -> None:
    owner, member, staff = [await an_account(server, db, role) for role in ("MEMBER", "MEMBER", "STAFF")]
    await _plant(db, owner)
    order = 'orderBy: [{field: SPECIFICATION, direction: DESC, specificationKey: "count"}]'
    query = f"query ($where: ItemWhere) {{ items(where: $where, {order}) {{ nodes {{ name }} totalCount }} }}"
    assert _names(server, None, query=query) == ["public"]
    assert _names(server, member, query=query) == ["members", "public"]
    for one in (owner, staff):
        assert _names(server, one, query=query) == ["private", "members", "public"]
        assert _names(server, one, {"deleted": True}, query=query) == ["deleted"]


async def test_what_others_keep_to_themselves_changes_nothing_for_anybody_else(server: Server, db: Database) -> None:
    """Byte for byte: no list, count, order or cursor tells of it."""
    owner, member = [await an_account(server, db) for _ in range(2)]
    things = a_category("Things", slug="things")
    count = a_specification(things["id"], "count", "INTEGER", filterable=True)
    async with db.transaction() as tx:
        await tx.studios.add([a_studio()])
        await tx.categories.add([things])
        await define(tx, count)
        await plant_items(tx, things["id"], owner.id, _counts(2, 1, None, 1, 3), visibility="PUBLIC")
    before = [_everything(server, one) for one in (None, member)]
    async with db.transaction() as tx:
        for state in ({"visibility": "PRIVATE"}, {"visibility": "PUBLIC", "deleted_at": THEN}):
            await plant_items(tx, things["id"], owner.id, _counts(1, 0, None, 9, 2), **state)
    assert [_everything(server, one) for one in (None, member)] == before
    assert _everything(server, owner) != before[1]


async def test_a_viewer_has_their_own_items_whoever_sees_them(server: Server, db: Database) -> None:
    owner, other, staff = [await an_account(server, db, role) for role in ("MEMBER", "MEMBER", "STAFF")]
    await _plant(db, owner)
    await _plant(db, other, "Books")
    assert _own(server, owner) == ["private", "members", "public"]
    assert _own(server, owner, {"deleted": True}) == ["deleted"]
    assert _own(server, owner, {"visibility": ["PRIVATE", "PUBLIC"]}) == ["private", "public"]
    assert _own(server, owner, {"search": "private"}) == ["private"]
    assert _own(server, staff) == []
    assert _names(server, None, {"ownerId": owner.global_id}) == ["public"]
    assert _names(server, owner, {"ownerId": owner.global_id}) == ["private", "members", "public"]
    assert _names(server, staff, {"ownerId": "nonsense"}) == []


async def test_a_category_has_its_items_and_a_branch_all_below_it(server: Server, db: Database) -> None:
    owner = await an_account(server, db)
    things = await _plant(db, owner)
    await _plant(db, owner, "Cameras", parent_id=things)
    page = "{ nodes { name category { slug } } totalCount }"
    listed = f"own: items {page} all: items(where: {{includeDescendants: true}}) {page}"
    query = f"{{ items: categories {{ nodes {{ slug {listed} }} }} }}"
    above, below = ({"name": "public", "category": {"slug": slug}} for slug in ("things", "cameras"))
    assert server.ask(query)["items"]["nodes"] == [
        {"slug": "cameras", "own": _page(below), "all": _page(below)},
        {"slug": "things", "own": _page(above), "all": _page(below, above)},
    ]
    where = {"category": {"slug": "things"}}
    assert server.ask(NAMES, where=where)["items"]["totalCount"] == 1
    assert server.ask(NAMES, where=where | {"includeDescendants": True})["items"]["totalCount"] == 2


async def test_a_page_takes_five_statements_at_most(db: Database, tmp_path: Path) -> None:
    """The definitions, how rare values are, a page with the value and one without, and the count."""
    mina = a_user("Mina")
    things = a_category("Things", slug="things")
    async with db.transaction() as tx:
        await tx.users.add([mina])
        await tx.categories.add([things])
        await define(tx, *(a_specification(things["id"], key, "INTEGER", filterable=True) for key in ("count", "size")))
        values = [one | {"size": {"integer": 1}} for one in _counts(3, 2, 1, None)]
        await plant_items(tx, things["id"], mina["id"], values)
    tally = Tally()
    TALLY.set(tally)
    answer = await an_engine(build_schema()).execute(Request(MOST_STATEMENTS), a_context(db, tmp_path))
    assert _listed(answer.data["items"]) == ["Item 2", "Item 1", "Item 0", "Item 3"]
    assert tally.statements == 5


async def _plant(db: Database, owner: Account, name: str = "Things", parent_id: str | None = None) -> str:
    """The id of a category with an item in each state, named after it."""
    category = a_category(name, slug=name.lower(), parent_id=parent_id)
    counted = [] if parent_id else [a_specification(category["id"], "count", "INTEGER", filterable=True)]
    async with db.transaction() as tx:
        if not await tx.studios.count():
            await tx.studios.add([a_studio()])
        await tx.categories.add([category])
        await define(tx, *counted)
        known = await tx.specifications.kept([category["id"]])
        [count] = (row._asdict() for row in known[category["id"]])
        items = [an_item(category["id"], owner.id, state, **columns) for state, columns in STATES.items()]
        entries = [{count["id"]: an_entry(count, {"integer": number})} for number in (0, 1, 2, 7)]
        rows = [item | {"specification_values": entry} for item, entry in zip(items, entries, strict=True)]
        await add_items(tx, rows, known, now=THEN)
    return str(category["id"])


def _counts(*numbers: int | None) -> list[dict[str, Any]]:
    return [{} if number is None else {"count": {"integer": number}} for number in numbers]


def _everything(server: Server, account: Account | None) -> Any:
    return server.ask(EVERY_PATH, account.headers if account else None, count="count")


def _names(
    server: Server, account: Account | None, where: dict[str, Any] | None = None, query: str = NAMES
) -> list[str]:
    return _listed(server.ask(query, account.headers if account else None, where=where)["items"])


def _own(server: Server, account: Account, where: dict[str, Any] | None = None) -> list[str]:
    return _listed(server.ask(OWN, account.headers, where=where)["viewer"]["items"])


def _listed(page: dict[str, Any]) -> list[str]:
    assert page["totalCount"] == len(page["nodes"])
    return [node["name"] for node in page["nodes"]]


def _page(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": list(nodes), "totalCount": len(nodes)}
