"""What admins set, and what everybody reads of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from rules.studio_settings import DEFINITIONS, setting_id
from services.accounts import an_account, contents
from services.at_once import at_once
from services.rows import THEN

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

FIELDS = "id key value public description version"
ERRORS = "userErrors { code path ... on OutOfRange { min max } ... on StaleVersion { currentVersion } }"
UPDATE = (
    "mutation ($key: String!, $value: String!, $version: Int) { answer: "
    f"updateSetting(key: $key, value: $value, expectedVersion: $version) {{ setting {{ {FIELDS} }} {ERRORS} }} }}"
)
SETTINGS = f"{{ settings {{ {FIELDS} }} }}"
PUBLIC = f"{{ studio {{ publicSettings {{ {FIELDS} }} }} }}"
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on Setting {{ {FIELDS} updatedAt }} }} }}"


@pytest.fixture(autouse=True)
async def _studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN)


@pytest.fixture
async def admin(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="ADMIN")


def test_every_defined_key_is_listed_with_its_default(server: Server, admin: Account) -> None:
    assert server.ask(SETTINGS, headers=admin.headers) == {
        "settings": [_told(key, one.default, version=1) for key, one in sorted(DEFINITIONS.items())]
    }


def test_a_first_change_makes_version_two(server: Server, admin: Account) -> None:
    changed = _told("guests.per_hour", "12", version=2)
    answer = _update(server, admin, "guests.per_hour", " 012 ", version=1)
    assert answer == {"setting": changed, "userErrors": []}
    assert changed in server.ask(SETTINGS, headers=admin.headers)["settings"]
    assert _update(server, admin, "guests.per_hour", "13", version=2)["setting"]["version"] == 3


async def test_the_audit_names_the_key(server: Server, db: Database, admin: Account) -> None:
    _update(server, admin, "guests.per_hour", "12")
    _update(server, admin, "public.title", "Haneul")
    assert await _audited(db) == [
        ("setting.updated", [{"field": "guests.per_hour", "before": "10", "after": "12"}]),
        ("setting.updated", [{"field": "public.title", "before": None, "after": "Haneul"}]),
    ]


def test_everybody_reads_the_frontend_s_own_texts(server: Server, admin: Account) -> None:
    made = _told("public.hero_title-2.en", "Two\nlines", version=1)
    answer = _update(server, admin, "public.hero_title-2.en", " Two\r\nlines ")
    assert answer == {"setting": made, "userErrors": []}
    pending, retention = (_told(key, DEFINITIONS[key].default, version=1) for key in sorted(DEFINITIONS)[:2])
    assert server.ask(PUBLIC) == {"studio": {"publicSettings": [pending, retention, made]}}


async def test_the_same_value_writes_nothing(server: Server, db: Database, admin: Account) -> None:
    for key, value in (("guests.per_hour", "10"), ("bookings.pending_hours", " 24 ")):
        assert _update(server, admin, key, value)["setting"] == _told(key, value.strip(), version=1)
    assert await contents(db, "settings", "audit_events") == {"settings": [], "audit_events": []}


@pytest.mark.parametrize(
    "refused",
    [
        {
            "key": "guests.per_hour",
            "value": "0",
            "error": {"code": "OUT_OF_RANGE", "path": ["value"], "min": "1", "max": "1000"},
        },
        {
            "key": "guests.per_hour",
            "value": "many",
            "error": {"code": "OUT_OF_RANGE", "path": ["value"], "min": "1", "max": "1000"},
        },
        {"key": "guests.per_day", "value": "1", "error": {"code": "NOT_FOUND", "path": ["key"]}},
        {"key": "public.Title", "value": "x", "error": {"code": "INVALID", "path": ["key"]}},
        {
            "key": "public.title",
            "value": "x" * 10_001,
            "error": {"code": "TOO_LONG", "path": ["value"], "min": "0", "max": "10000"},
        },
    ],
)
async def test_refuses_what_cannot_be(refused: dict[str, Any], server: Server, db: Database, admin: Account) -> None:
    answer = _update(server, admin, refused["key"], refused["value"])
    assert answer == {"setting": None, "userErrors": [refused["error"]]}
    assert await contents(db, "settings", "audit_events") == {"settings": [], "audit_events": []}


async def test_a_stale_version_is_refused(server: Server, db: Database, admin: Account) -> None:
    for key, expected, current in (("guests.per_hour", 2, 1), ("public.title", 1, 0)):
        stale = {"code": "STALE_VERSION", "path": ["expectedVersion"], "currentVersion": current}
        answer = _update(server, admin, key, "20", version=expected)
        assert answer == {"setting": None, "userErrors": [stale]}
    assert await contents(db, "settings", "audit_events") == {"settings": [], "audit_events": []}


@pytest.mark.parametrize(("key", "version"), [("guests.per_hour", 1), ("public.title", 0)])
async def test_of_two_first_changes_at_once_one_is_refused(
    key: str, version: int, server: Server, db: Database, admin: Account
) -> None:
    asks = [partial(_update, server, admin, key, value, version=version) for value in ("20", "30")]
    answers = await at_once(asks)
    assert sorted([error["code"] for error in answer["userErrors"]] for answer in answers) == [[], ["STALE_VERSION"]]
    (row,) = (await contents(db, "settings"))["settings"]
    assert (row.key, row.version, len(await _audited(db))) == (key, version + 1, 1)


async def test_there_is_room_for_two_hundred_texts(server: Server, db: Database, admin: Account) -> None:
    async with db.transaction() as tx:
        for number in range(199):
            await tx.settings.put(f"public.{number}", "x", now=THEN)
    answers = await at_once([partial(_update, server, admin, f"public.{name}", "x") for name in "abc"])
    assert sorted([error["code"] for error in one["userErrors"]] for one in answers) == [[], ["QUOTA"], ["QUOTA"]]
    assert _update(server, admin, "public.0", "y")["userErrors"] == []
    assert len((await contents(db, "settings"))["settings"]) == 200


async def test_a_setting_is_found_by_its_id_by_those_who_may_read_it(server: Server, db: Database) -> None:
    hidden, shown = (f"Setting_{setting_id(key)}" for key in ("guests.per_hour", "bookings.pending_hours"))
    found = {}
    for role in (None, "MEMBER", "STAFF", "ADMIN"):
        headers = (await an_account(server, db, role=role)).headers if role else {}
        found[role] = [server.ask(NODE, headers, id=one)["node"] for one in (hidden, shown, f"Setting_{'0' * 32}")]
    decided = {"updatedAt": "2026-11-21T00:00:00+00:00"}
    public = _told("bookings.pending_hours", "24", version=1) | decided
    private = _told("guests.per_hour", "10", version=1) | decided
    for_all = [None, public, None]
    assert found == {None: for_all, "MEMBER": for_all, "STAFF": for_all, "ADMIN": [private, public, None]}


@pytest.mark.parametrize("role", ["STAFF", "MEMBER", None])
async def test_only_admins_read_all_and_write(role: str | None, server: Server, db: Database) -> None:
    headers = (await an_account(server, db, role=role)).headers if role else {}
    code = "FORBIDDEN" if role else "UNAUTHENTICATED"
    for query, field in ((SETTINGS, "settings"), (UPDATE, "answer")):
        answer = server.answer(query, headers, **({"key": "public.a", "value": "x"} if field == "answer" else {}))
        assert answer["data"] == {field: None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await contents(db, "settings", "audit_events") == {"settings": [], "audit_events": []}


def _told(key: str, value: str, *, version: int) -> dict[str, Any]:
    """A setting as clients see it."""
    defined = DEFINITIONS.get(key)
    return {
        "id": f"Setting_{setting_id(key)}",
        "key": key,
        "value": value,
        "public": defined.public if defined else True,
        "description": defined.description if defined else None,
        "version": version,
    }


def _update(server: Server, account: Account, key: str, value: str, version: int | None = None) -> Any:
    return server.ask(UPDATE, headers=account.headers, key=key, value=value, version=version)["answer"]


async def _audited(db: Database) -> list[tuple[str, Any]]:
    """What was set, the first first."""
    return [(row.action, row.changes) for row in (await contents(db, "audit_events"))["audit_events"]]
