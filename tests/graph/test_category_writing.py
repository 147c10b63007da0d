"""Making, changing, moving and deleting categories."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from db.repositories.audit_events import AuditEvents
from services.accounts import an_account
from services.at_once import at_once
from services.rows import THEN, a_category, a_design

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ERRORS = "userErrors { __typename code message path ... on OutOfRange { min max } ... on InUse { count } }"
CATEGORY = "category { id slug name description parent { id } position version }"
CREATE = f"mutation ($input: CategoryInput!) {{ answer: createCategory(input: $input) {{ {CATEGORY} {ERRORS} }} }}"
UPDATE = (
    "mutation ($id: ID!, $input: UpdateCategoryInput!) "
    f"{{ answer: updateCategory(id: $id, input: $input) {{ {CATEGORY} {ERRORS} }} }}"
)
DELETE = f"mutation ($id: ID!) {{ answer: deleteCategory(id: $id) {{ deletedId {ERRORS} }} }}"
TREE = "{ categories(first: 100) { nodes { id parent { id } } } }"
ROUNDS = 20


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


async def test_makes_a_category(server: Server, db: Database, staff: Account) -> None:
    made = _done(server, CREATE, staff, input={"name": " 한복 Hanbok ", "description": "Korean\ndress", "position": 7})
    assert made == {
        "id": made["id"],
        "slug": "한복-hanbok",
        "name": "한복 Hanbok",
        "description": "Korean\ndress",
        "parent": None,
        "position": 7,
        "version": 1,
    }
    assert await _audited(db) == [
        (
            "category.created",
            [
                {"field": "description", "before": None, "after": "Korean\ndress"},
                {"field": "name", "before": None, "after": "한복 Hanbok"},
                {"field": "position", "before": None, "after": "7"},
                {"field": "slug", "before": None, "after": "한복-hanbok"},
            ],
        )
    ]


async def test_a_new_category_stands_behind_its_siblings(server: Server, staff: Account) -> None:
    root = _done(server, CREATE, staff, input={"name": "Women", "position": 3})
    assert _done(server, CREATE, staff, input={"name": "Men"})["position"] == 4
    below = {"name": "Coat", "parentId": root["id"]}
    made = [_done(server, CREATE, staff, input=below) for _ in range(3)]
    assert [(one["slug"], one["position"], one["parent"]["id"]) for one in made] == [
        ("coat", 0, root["id"]), ("coat-2", 1, root["id"]), ("coat-3", 2, root["id"]),
    ]  # fmt: skip


async def test_changes_what_is_given_and_nothing_else(server: Server, db: Database, staff: Account) -> None:
    row = a_category("Hanbok", slug="hanbok", description="Korean dress", position=2)
    await _plant(db, row)
    changed = _done(server, UPDATE, staff, id=_id(row), input={"name": "ÄRMEL", "description": None})
    assert changed == {
        "id": _id(row),
        "slug": "hanbok",
        "name": "ÄRMEL",
        "description": None,
        "parent": None,
        "position": 2,
        "version": 2,
    }
    found = "query ($search: String!) { categories(where: {search: $search}) { nodes { name } } }"
    assert server.ask(found, search="hanbok") == {"categories": {"nodes": []}}
    assert server.ask(found, search="ärm") == {"categories": {"nodes": [{"name": "ÄRMEL"}]}}
    assert [action for action, _ in await _audited(db)] == ["category.updated"]


async def test_a_change_that_changes_nothing_writes_nothing(server: Server, db: Database, staff: Account) -> None:
    row = a_category("Hanbok")
    await _plant(db, row)
    same = {"name": "Hanbok", "slug": row["slug"], "parentId": None, "position": 0, "description": ""}
    for given in ({}, same):
        assert _done(server, UPDATE, staff, id=_id(row), input=given)["version"] == 1
    stored = (await db.read().categories.by_ids(frozenset({"updated_at"}), [row["id"]]))[row["id"]]
    assert (stored.updated_at, await _audited(db)) == (THEN, [])


async def test_moves_a_branch_and_back_to_the_roots(server: Server, db: Database, staff: Account) -> None:
    women, men, coat = a_category("Women"), a_category("Men"), a_category("Coat")
    await _plant(db, women, men, coat)
    for parent in (_id(women), _id(men), None):
        moved = _done(server, UPDATE, staff, id=_id(coat), input={"parentId": parent})
        assert moved["parent"] == ({"id": parent} if parent else None)
    assert (await _audited(db))[1:] == [
        ("category.moved", [{"field": "parentId", "before": _id(women), "after": _id(men)}]),
        ("category.moved", [{"field": "parentId", "before": _id(men), "after": None}]),
    ]


async def test_refuses_a_ring(server: Server, db: Database, staff: Account) -> None:
    rows = _chain(3)
    await _plant(db, *rows)
    ring = {
        "__typename": "InputError",
        "code": "CONFLICT",
        "message": "A category cannot hang below itself: choose another parent.",
        "path": ["input", "parentId"],
    }
    for parent in rows:
        answer = _answer(server, UPDATE, staff, id=_id(rows[0]), input={"parentId": _id(parent)})
        assert answer == {"category": None, "userErrors": [ring]}
    assert await _audited(db) == []


async def test_refuses_a_tree_of_more_than_eight_levels(server: Server, db: Database, staff: Account) -> None:
    deep, branch = _chain(7), _chain(2)
    await _plant(db, *deep, *branch)
    eighth = _done(server, CREATE, staff, input={"name": "Eighth", "parentId": _id(deep[-1])})
    too_deep = {
        "__typename": "OutOfRange",
        "code": "OUT_OF_RANGE",
        "message": "The tree would get deeper than 8 levels: choose a parent further up.",
        "path": ["input", "parentId"],
        "min": "1",
        "max": "8",
    }
    answer = _answer(server, CREATE, staff, input={"name": "Ninth", "parentId": eighth["id"]})
    assert answer == {"category": None, "userErrors": [too_deep]}
    answer = _answer(server, UPDATE, staff, id=_id(branch[0]), input={"parentId": _id(deep[-1])})
    assert answer == {"category": None, "userErrors": [too_deep]}
    _done(server, UPDATE, staff, id=_id(branch[0]), input={"parentId": _id(deep[-2])})
    assert [action for action, _ in await _audited(db)] == ["category.created", "category.moved"]


async def test_opposite_moves_at_once_never_make_a_ring(server: Server, db: Database, staff: Account) -> None:
    one, two = a_category("One"), a_category("Two")
    await _plant(db, one, two)
    ways = [(_id(one), _id(two)), (_id(two), _id(one))]
    for _ in range(ROUNDS):
        moves = [
            partial(_answer, server, UPDATE, staff, id=moved, input={"parentId": parent}) for moved, parent in ways
        ]
        answers = await at_once(moves)
        assert sorted(_codes(answer) for answer in answers) == [[], ["CONFLICT"]]
        parents = {node["id"]: node["parent"] for node in server.ask(TREE)["categories"]["nodes"]}
        assert sorted(parent is None for parent in parents.values()) == [False, True]
        for root in parents:
            _done(server, UPDATE, staff, id=root, input={"parentId": None})


async def test_tells_all_that_is_wrong_at_once(server: Server, db: Database, staff: Account) -> None:
    await _plant(db, a_category("Taken", slug="taken"))
    given = {"name": "x" * 201, "slug": "taken", "description": "\u0007", "parentId": "Category_1", "position": -1}
    answer = _answer(server, CREATE, staff, input=given)
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [
        ("TOO_LONG", ["input", "name"]),
        ("INVALID", ["input", "description"]),
        ("OUT_OF_RANGE", ["input", "position"]),
        ("NOT_UNIQUE", ["input", "slug"]),
        ("NOT_FOUND", ["input", "parentId"]),
    ]
    assert (answer["category"], await db.read().categories.count(), await _audited(db)) == (None, 1, [])


@pytest.mark.parametrize("field", ["name", "slug", "position"])
async def test_what_is_needed_cannot_be_cleared(field: str, server: Server, db: Database, staff: Account) -> None:
    row = a_category()
    await _plant(db, row)
    answer = _answer(server, UPDATE, staff, id=_id(row), input={field: None})
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [("REQUIRED", ["input", field])]
    assert await _audited(db) == []


async def test_a_stale_version_is_refused(server: Server, db: Database, staff: Account) -> None:
    row = a_category(version=2)
    await _plant(db, row)
    answer = _answer(server, UPDATE, staff, id=_id(row), input={"name": "New", "expectedVersion": 1})
    assert (answer["category"], _codes(answer), await _audited(db)) == (None, ["STALE_VERSION"], [])


async def test_deletes_only_what_nothing_is_in(server: Server, db: Database, staff: Account) -> None:
    root, branch = a_category("Root"), a_category("Branch")
    await _plant(db, root, branch | {"parent_id": root["id"]})
    async with db.transaction() as tx:
        await tx.designs.add([a_design(root["id"]), a_design(root["id"], deleted_at=THEN)])
    message = (
        "3 categories, designs and items are in it, or have values of its specifications, deleted ones among them: "
        "move them first, and clear those values."
    )
    in_use = {"__typename": "InUse", "code": "IN_USE", "message": message, "path": ["id"], "count": 3}
    assert _answer(server, DELETE, staff, id=_id(root)) == {"deletedId": None, "userErrors": [in_use]}
    assert _answer(server, DELETE, staff, id=_id(branch)) == {"deletedId": _id(branch), "userErrors": []}
    assert _codes(_answer(server, DELETE, staff, id=_id(branch))) == ["NOT_FOUND"]
    assert (await db.read().categories.count(), await _audited(db)) == (1, [("category.deleted", [])])


async def test_a_category_that_is_deleted_while_a_design_enters_it(
    server: Server, db: Database, staff: Account
) -> None:
    create = "mutation ($input: DesignInput!) { answer: createDesign(input: $input) { userErrors { code } } }"
    for _ in range(5):
        row = a_category()
        await _plant(db, row)
        given = {"title": "Gown", "categoryId": _id(row)}
        delete = partial(_answer, server, DELETE, staff, id=_id(row))
        answers = await at_once([delete, partial(_answer, server, create, staff, input=given)])
        assert [_codes(answer) for answer in answers] in ([[], ["NOT_FOUND"]], [["IN_USE"], []])


@pytest.mark.parametrize("role", ["MEMBER", None])
async def test_only_staff_may_write(role: str | None, server: Server, db: Database) -> None:
    row = a_category()
    await _plant(db, row)
    headers = (await an_account(server, db, role=role)).headers if role else {}
    for query, variables in (
        (CREATE, {"input": {"name": "New"}}),
        (UPDATE, {"id": _id(row), "input": {"name": "New"}}),
        (DELETE, {"id": _id(row)}),
    ):
        answer = server.answer(query, headers, **variables)
        assert answer["data"] == {"answer": None}
        code = "FORBIDDEN" if role else "UNAUTHENTICATED"
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert (await db.read().categories.count(), await _audited(db)) == (1, [])


def _done(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The category of an answer without refusals."""
    answer = _answer(server, query, account, **variables)
    assert answer["userErrors"] == []
    return answer["category"]


def _answer(server: Server, query: str, account: Account, **variables: Any) -> Any:
    return server.ask(query, headers=account.headers, **variables)["answer"]


def _codes(answer: dict[str, Any]) -> list[str]:
    return [error["code"] for error in answer["userErrors"]]


def _chain(length: int) -> list[dict[str, Any]]:
    """Categories, each below the one before."""
    rows: list[dict[str, Any]] = []
    for number in range(length):
        rows.append(a_category(f"Level {number}", parent_id=rows[-1]["id"] if rows else None))
    return rows


async def _plant(db: Database, *rows: dict[str, Any]) -> None:
    async with db.transaction() as tx:
        for row in rows:
            await tx.categories.add([row])


async def _audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to categories, the first first."""
    async with db.transaction() as tx:
        rows = await tx.connection.all(_audit_rows)
    return [(row.action, row.changes) for row in rows]


def _audit_rows() -> Any:
    table = AuditEvents.source.table
    return table.select().where(table.c.action.like("category.%")).order_by(table.c.id)


def _id(row: dict[str, Any]) -> str:
    return f"Category_{row['id']}"
