"""People, rooms and equipment: who sees them, and how staff make and change them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from db.repositories.resources import STUDIO_RESOURCE_ID
from services.accounts import an_account, contents
from services.at_once import at_once
from services.rows import THEN

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

FIELDS = "id name kind active weeklyHours { weekday opensAt closesAt } version"
ERRORS = "userErrors { code path }"
CREATE = (
    "mutation ($input: ResourceInput!) "
    f"{{ answer: createResource(input: $input) {{ resource {{ {FIELDS} }} {ERRORS} }} }}"
)
UPDATE = (
    "mutation ($id: ID!, $input: UpdateResourceInput!) "
    f"{{ answer: updateResource(id: $id, input: $input) {{ resource {{ {FIELDS} }} {ERRORS} }} }}"
)
RESOURCES = f"{{ resources {{ {FIELDS} }} }}"
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on Resource {{ {FIELDS} }} }} }}"
MONDAY = {"weekday": "MONDAY", "opensAt": "09:00", "closesAt": "18:00"}
ROOMS = (("ober room", True), ("Attic", False), ("Ärmel", True))
STUDIO = f"Resource_{STUDIO_RESOURCE_ID}"


@pytest.fixture(autouse=True)
async def _studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN)


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


async def test_makes_a_resource(server: Server, db: Database, staff: Account) -> None:
    made = _make(server, staff, name=" Mina ", kind="STAFF", weeklyHours=[MONDAY])
    assert made == {
        "id": made["id"], "name": "Mina", "kind": "STAFF", "active": True, "weeklyHours": [MONDAY], "version": 1,
    }  # fmt: skip
    assert await _audited(db) == [
        (
            "resource.created",
            [
                {"field": "active", "before": None, "after": "true"},
                {"field": "kind", "before": None, "after": "STAFF"},
                {"field": "name", "before": None, "after": "Mina"},
                {
                    "field": "weeklyHours",
                    "before": None,
                    "after": '[{"weekday": "MONDAY", "opens_at": "09:00", "closes_at": "18:00"}]',
                },
            ],
        )
    ]


def test_lists_all_by_name_without_the_studio_s_own_row(server: Server, staff: Account) -> None:
    made = [_make(server, staff, name=name, kind="ROOM", active=active) for name, active in ROOMS]
    assert server.ask(RESOURCES, headers=staff.headers) == {"resources": [made[1], made[0], made[2]]}


async def test_changes_what_is_given_and_nothing_else(server: Server, db: Database, staff: Account) -> None:
    made = _make(server, staff, name="Mina", kind="STAFF", weeklyHours=[MONDAY])
    changed = _update(server, staff, made["id"], name="Sora", expectedVersion=1)
    assert changed == {"resource": made | {"name": "Sora", "version": 2}, "userErrors": []}
    followed = _update(server, staff, made["id"], weeklyHours=None, active=False)
    now = made | {"name": "Sora", "weeklyHours": None, "active": False, "version": 3}
    assert followed == {"resource": now, "userErrors": []}
    assert _update(server, staff, made["id"], weeklyHours=[])["resource"]["weeklyHours"] == []
    assert [action for action, _ in await _audited(db)] == ["resource.created", *["resource.updated"] * 3]
    (row,) = [one for one in (await contents(db, "resources"))["resources"] if one.kind != "STUDIO"]
    assert (row.name_folded, row.version) == ("sora", 4)


async def test_a_change_that_changes_nothing_writes_nothing(server: Server, db: Database, staff: Account) -> None:
    made = _make(server, staff, name="Mina", kind="STAFF")
    before = await contents(db, "resources", "audit_events")
    for given in ({}, {"name": "Mina", "kind": "STAFF", "active": True, "weeklyHours": None}):
        assert _update(server, staff, made["id"], **given) == {"resource": made, "userErrors": []}
    assert await contents(db, "resources", "audit_events") == before


async def test_tells_all_that_is_wrong_at_once(server: Server, db: Database, staff: Account) -> None:
    before = await contents(db, "resources")
    given = {"name": "", "kind": "ROOM", "weeklyHours": [MONDAY, MONDAY]}
    answer = server.ask(CREATE, headers=staff.headers, input=given)["answer"]
    assert answer == {
        "resource": None,
        "userErrors": [
            {"code": "TOO_SHORT", "path": ["input", "name"]},
            {"code": "CONFLICT", "path": ["input", "weeklyHours", "0"]},
        ],
    }
    assert (await contents(db, "resources"), await _audited(db)) == (before, [])


async def test_the_studio_s_own_row_is_nobody_s(server: Server, db: Database, staff: Account) -> None:
    before = await contents(db, "resources")
    assert [(row.id, row.kind) for row in before["resources"]] == [(STUDIO_RESOURCE_ID, "STUDIO")]
    gone = {"resource": None, "userErrors": [{"code": "NOT_FOUND", "path": ["id"]}]}
    assert _update(server, staff, STUDIO, active=False) == gone
    assert [server.ask(NODE, headers, id=STUDIO) for headers in ({}, staff.headers)] == [{"node": None}] * 2
    assert (await contents(db, "resources"), await _audited(db)) == (before, [])


async def test_everybody_sees_what_can_be_had_and_staff_see_all(server: Server, db: Database, staff: Account) -> None:
    active = _make(server, staff, name="Mina", kind="STAFF", weeklyHours=[MONDAY])
    inactive = _make(server, staff, name="Cellar", kind="ROOM", active=False, weeklyHours=[])
    seen: dict[str | None, Any] = {}
    for role in (None, "MEMBER", "STAFF", "ADMIN"):
        headers = (await an_account(server, db, role=role)).headers if role else {}
        seen[role] = [server.ask(NODE, headers, id=one["id"])["node"] for one in (active, inactive)]
    public, everything = [active | {"weeklyHours": None}, None], [active, inactive]
    assert seen == {None: public, "MEMBER": public, "STAFF": everything, "ADMIN": everything}


async def test_of_two_changes_at_once_one_is_refused(server: Server, staff: Account) -> None:
    made = _make(server, staff, name="Mina", kind="STAFF")
    asks = [partial(_update, server, staff, made["id"], name=name, expectedVersion=1) for name in ("Sora", "Jun")]
    answers = await at_once(asks)
    assert sorted([error["code"] for error in answer["userErrors"]] for answer in answers) == [[], ["STALE_VERSION"]]


@pytest.mark.parametrize("given", ["Resource_1", f"Resource_{'0' * 32}", f"Studio_{STUDIO_RESOURCE_ID}", ""])
async def test_what_is_not_there_is_not_changed(given: str, server: Server, db: Database, staff: Account) -> None:
    gone = {"resource": None, "userErrors": [{"code": "NOT_FOUND", "path": ["id"]}]}
    assert _update(server, staff, given, name="Mine") == gone
    assert await _audited(db) == []


@pytest.mark.parametrize("role", ["MEMBER", None])
async def test_only_staff_list_and_write(role: str | None, server: Server, db: Database, staff: Account) -> None:
    made = _make(server, staff, name="Mina", kind="STAFF")
    headers = (await an_account(server, db, role=role)).headers if role else {}
    before = await contents(db, "resources", "audit_events")
    for query, field, variables in (
        (RESOURCES, "resources", {}),
        (CREATE, "answer", {"input": {"name": "Mine", "kind": "ROOM"}}),
        (UPDATE, "answer", {"id": made["id"], "input": {"name": "Mine"}}),
    ):
        answer = server.answer(query, headers, **variables)
        assert answer["data"] == {field: None}
        code = "FORBIDDEN" if role else "UNAUTHENTICATED"
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await contents(db, "resources", "audit_events") == before


def _make(server: Server, account: Account, **given: Any) -> Any:
    """The resource of an answer without refusals."""
    answer = server.ask(CREATE, headers=account.headers, input=given)["answer"]
    assert answer["userErrors"] == []
    return answer["resource"]


def _update(server: Server, account: Account, resource_id: str, **given: Any) -> Any:
    return server.ask(UPDATE, headers=account.headers, id=resource_id, input=given)["answer"]


async def _audited(db: Database) -> list[tuple[str, Any]]:
    """What was done, the first first."""
    return [(row.action, row.changes) for row in (await contents(db, "audit_events"))["audit_events"]]
