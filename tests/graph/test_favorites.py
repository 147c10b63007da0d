"""Designs that members keep: theirs alone, and counted exactly."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from db.scope import STAFF
from rules.trending import trending_score
from services.accounts import an_account
from services.at_once import at_once
from services.rows import THEN, a_category, a_design

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

DESIGN = "design { id likeCount viewerHasFavorited viewerFavoritedAt version updatedAt } userErrors { code path }"
ADD = f"mutation ($id: ID!) {{ answer: addFavorite(designId: $id) {{ {DESIGN} }} }}"
REMOVE = f"mutation ($id: ID!) {{ answer: removeFavorite(designId: $id) {{ {DESIGN} }} }}"
KEPT = """query ($first: Int, $after: String, $last: Int, $before: String) { viewer {
  favorites(first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { title } edges { cursor node { category { name } } }
    pageInfo { endCursor startCursor hasNextPage }
  }
} }"""
HIDDEN = {
    "a draft": {"status": "DRAFT", "published_at": None},
    "archived": {"status": "ARCHIVED"},
    "deleted": {"deleted_at": THEN},
}
STORED = frozenset({"like_count", "trending_score", "version", "updated_at"})
ROUNDS = 100


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture
async def designs(db: Database) -> list[dict[str, Any]]:
    """Three published designs."""
    category = a_category()
    rows = [a_design(category["id"], f"Design {number}") for number in range(3)]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(rows)
    return rows


async def test_keeping_a_design_counts_once(
    server: Server, db: Database, member: Account, designs: list[dict[str, Any]]
) -> None:
    design = designs[0]
    first = _done(server, ADD, member, design)
    assert first == {
        "id": _id(design),
        "likeCount": 1,
        "viewerHasFavorited": True,
        "viewerFavoritedAt": first["viewerFavoritedAt"],
        "version": 1,
        "updatedAt": THEN.isoformat(),
    }
    assert _done(server, ADD, member, design) == first
    stored = await _stored(db, design)
    assert (stored.like_count, stored.trending_score) == (1, trending_score(1, 0, THEN))


async def test_letting_go_counts_once(
    server: Server, db: Database, member: Account, designs: list[dict[str, Any]]
) -> None:
    design = designs[0]
    for account in (member, await an_account(server, db)):
        _done(server, ADD, account, design)
    for _ in range(2):
        gone = _done(server, REMOVE, member, design)
        assert (gone["likeCount"], gone["viewerHasFavorited"], gone["viewerFavoritedAt"]) == (1, False, None)
    stored = await _stored(db, design)
    assert (stored.trending_score, stored.version) == (trending_score(1, 0, THEN), 1)
    assert await db.read().favorites.count() == 1


@pytest.mark.parametrize("role", ["MEMBER", "STAFF"])
@pytest.mark.parametrize("state", HIDDEN.values(), ids=HIDDEN.keys())
async def test_what_the_public_does_not_see_cannot_be_kept(
    state: dict[str, Any], role: str, server: Server, db: Database, designs: list[dict[str, Any]]
) -> None:
    hidden = a_design(designs[0]["category_id"], **state)
    async with db.transaction() as tx:
        await tx.designs.add([hidden])
    account = await an_account(server, db, role=role)
    for query in (ADD, REMOVE):
        answer = server.ask(query, headers=account.headers, id=_id(hidden))["answer"]
        assert answer == {"design": None, "userErrors": [{"code": "NOT_FOUND", "path": ["designId"]}]}
    assert (await db.read().favorites.count(), (await _stored(db, hidden)).like_count) == (0, 0)


@pytest.mark.parametrize("state", HIDDEN.values(), ids=HIDDEN.keys())
async def test_what_is_hidden_later_drops_out_and_comes_back(
    state: dict[str, Any], server: Server, db: Database, designs: list[dict[str, Any]]
) -> None:
    account = await an_account(server, db, role="STAFF")
    for design in designs:
        _done(server, ADD, account, design)
    async with db.transaction() as tx:
        await tx.designs.change(designs[1]["id"], now=THEN, **state)
    assert _kept(server, account) == ["Design 2", "Design 0"]
    async with db.transaction() as tx:
        await tx.designs.change(designs[1]["id"], now=THEN, status="PUBLISHED", published_at=THEN, deleted_at=None)
    assert _kept(server, account) == ["Design 2", "Design 1", "Design 0"]


async def test_favorites_are_paged_the_last_kept_first(
    server: Server, member: Account, designs: list[dict[str, Any]]
) -> None:
    for design in designs:
        _done(server, ADD, member, design)
    page = _page(server, member, first=2)
    assert page["totalCount"] == 3
    assert page["nodes"] == [{"title": "Design 2"}, {"title": "Design 1"}]
    assert page["edges"][0]["node"] == {"category": {"name": "Hanbok"}}
    rest = _page(server, member, first=2, after=page["pageInfo"]["endCursor"])
    assert (rest["nodes"], rest["pageInfo"]["hasNextPage"]) == ([{"title": "Design 0"}], False)
    back = _page(server, member, last=5, before=rest["pageInfo"]["startCursor"])
    assert back["nodes"] == page["nodes"]


async def test_favorites_are_ones_own(server: Server, db: Database, designs: list[dict[str, Any]]) -> None:
    mina, juno = await an_account(server, db), await an_account(server, db)
    for design in designs:
        _done(server, ADD, mina, design)
    _done(server, ADD, juno, designs[0])
    assert (_kept(server, mina), _kept(server, juno)) == (["Design 2", "Design 1", "Design 0"], ["Design 0"])
    query = "{ designs(orderBy: [{field: TITLE, direction: ASC}]) { nodes { viewerHasFavorited viewerFavoritedAt } } }"
    seen = server.ask(query, headers=juno.headers)["designs"]["nodes"]
    assert [(one["viewerHasFavorited"], one["viewerFavoritedAt"] is None) for one in seen] == [
        (True, False), (False, True), (False, True),
    ]  # fmt: skip
    nobody = {"viewerHasFavorited": False, "viewerFavoritedAt": None}
    assert server.ask(query) == {"designs": {"nodes": [nobody] * 3}}
    cursor = _page(server, mina, first=1)["pageInfo"]["endCursor"]
    answer = server.answer(KEPT, juno.headers, after=cursor)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_likes_equal_the_rows_whoever_comes_at_once(
    server: Server, db: Database, designs: list[dict[str, Any]]
) -> None:
    accounts = [await an_account(server, db) for _ in range(8)]
    chance = Random(2026)  # noqa: S311  (the same in every run)
    wanted = [
        (chance.choice((ADD, ADD, REMOVE)), chance.choice(accounts), chance.choice(designs[:2])) for _ in range(ROUNDS)
    ]
    await at_once([partial(_done, server, *one) for one in wanted])
    total = 0
    for design in designs[:2]:
        stored = await _stored(db, design)
        kept = sum(_has(server, account, design) for account in accounts)
        assert (stored.like_count, stored.trending_score) == (kept, trending_score(kept, 0, THEN))
        assert (stored.version, stored.updated_at) == (1, THEN)
        total += kept
    assert await db.read().favorites.count() == total > 0


async def test_the_anonymous_keep_nothing(server: Server, db: Database, designs: list[dict[str, Any]]) -> None:
    for query in (ADD, REMOVE):
        answer = server.answer(query, id=_id(designs[0]))
        assert answer["data"] == {"answer": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert await db.read().favorites.count() == 0


def _done(server: Server, query: str, account: Account, design: dict[str, Any]) -> Any:
    answer = server.ask(query, headers=account.headers, id=_id(design))["answer"]
    assert answer["userErrors"] == []
    return answer["design"]


def _page(server: Server, account: Account, **asked: Any) -> Any:
    return server.ask(KEPT, headers=account.headers, **asked)["viewer"]["favorites"]


def _kept(server: Server, account: Account) -> list[str]:
    page = _page(server, account)
    assert page["totalCount"] == len(page["nodes"])
    return [node["title"] for node in page["nodes"]]


def _has(server: Server, account: Account, design: dict[str, Any]) -> bool:
    query = "query ($slug: String!) { design(by: {slug: $slug}) { viewerHasFavorited } }"
    return bool(server.ask(query, headers=account.headers, slug=design["slug"])["design"]["viewerHasFavorited"])


async def _stored(db: Database, design: dict[str, Any]) -> Any:
    return (await db.read(STAFF).designs.by_ids(STORED, [design["id"]]))[design["id"]]


def _id(row: dict[str, Any]) -> str:
    return f"Design_{row['id']}"
