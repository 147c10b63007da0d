"""Keys for programs: told once, kept as a digest, and never more than their maker may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ERRORS = "userErrors { __typename code message path }"
KEY = "apiKey { id name prefix role expiresAt lastUsedAt revokedAt }"
CREATE = f"mutation ($input: ApiKeyInput!) {{ answer: createApiKey(input: $input) {{ {KEY} secret {ERRORS} }} }}"
REVOKE = f"mutation ($id: ID!) {{ answer: revokeApiKey(id: $id) {{ {KEY} secret {ERRORS} }} }}"
WHO = "{ viewer { user { username } } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"
ADMINS = "{ apiKeys { name lastUsedAt } }"
STAFF = "{ users { totalCount } }"
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
async def admin(server: Server, db: Database) -> Account:
    await an_account(server, db, role="ADMIN", name="other")
    return await an_account(server, db, role="ADMIN", name="admin")


def made(server: Server, admin: Account, **given: Any) -> Any:
    """The answer to making a key."""
    return server.ask(CREATE, admin.headers, input={"name": "Shop", "role": "ADMIN"} | given)["answer"]


def by(secret: str) -> dict[str, str]:
    """The header that signs in by a key."""
    return {"authorization": f"Bearer {secret}"}


def code(answer: dict[str, Any]) -> str | None:
    """The code of an answer's first error."""
    return str(answer["errors"][0]["extensions"]["code"]) if "errors" in answer else None


async def test_a_key_is_told_once_and_kept_as_a_digest(server: Server, db: Database, admin: Account) -> None:
    answer = made(server, admin, name=" Shop ", role="STAFF", expiresAt=LATER.isoformat())
    secret, key = answer["secret"], answer["apiKey"]
    assert secret.startswith("sg_")
    told = {"id": key["id"], "name": "Shop", "prefix": secret[:11], "role": "STAFF", "expiresAt": LATER.isoformat()}
    assert answer == {
        "apiKey": told | {"lastUsedAt": None, "revokedAt": None}, "secret": secret, "userErrors": [],
    }  # fmt: skip
    kept = await contents(db)
    assert [row.digest for row in kept["api_keys"]] == [sha256(secret.encode()).hexdigest()]
    assert secret not in str(kept)
    assert [row.action for row in kept["audit_events"]] == ["apiKey.created"]
    assert server.ask(WHO, by(secret)) == {"viewer": {"user": {"username": "admin"}}}
    (listed,) = server.ask(ADMINS, admin.headers)["apiKeys"]
    assert listed["lastUsedAt"] is not None


async def test_a_key_may_no_more_than_its_role_and_its_maker(server: Server, db: Database, admin: Account) -> None:
    keys = {role: by(made(server, admin, role=role)["secret"]) for role in ("MEMBER", "STAFF", "ADMIN")}

    def may() -> dict[str, list[str | None]]:
        return {role: [code(server.answer(asked, key)) for asked in (STAFF, ADMINS)] for role, key in keys.items()}

    no, both = "FORBIDDEN", {"MEMBER": ["FORBIDDEN"] * 2, "STAFF": [None, "FORBIDDEN"], "ADMIN": [None, None]}
    assert may() == both
    async with db.transaction() as tx:
        await tx.users.note(admin.id, role="STAFF")
    assert may() == both | {"ADMIN": [None, no]}
    async with db.transaction() as tx:
        await tx.users.note(admin.id, role="ADMIN", must_change_password=True)
    assert may() == {role: [no, no] for role in keys}
    async with db.transaction() as tx:
        await tx.users.note(admin.id, status="SUSPENDED")
    assert may() == {role: ["UNAUTHENTICATED"] * 2 for role in keys}


async def test_a_key_ends_by_itself_or_when_it_is_revoked(server: Server, db: Database, admin: Account) -> None:
    expiring, revoked = (made(server, admin, expiresAt=LATER.isoformat()) for _ in range(2))
    async with db.transaction() as tx:
        row_id = expiring["apiKey"]["id"].removeprefix("ApiKey_")
        await tx.api_keys.change(row_id, expires_at=datetime.now(UTC), now=datetime.now(UTC))
    assert code(server.answer(WHO, by(expiring["secret"]))) == "UNAUTHENTICATED"
    assert server.ask(WHO, by(revoked["secret"])) == {"viewer": {"user": {"username": "admin"}}}
    answer = server.ask(REVOKE, admin.headers, id=revoked["apiKey"]["id"])["answer"]
    assert (answer["apiKey"]["revokedAt"] is None, answer["secret"], answer["userErrors"]) == (False, None, [])
    assert code(server.answer(WHO, by(revoked["secret"]))) == "UNAUTHENTICATED"
    before = await contents(db)
    message = "This key is revoked already."
    again = {"__typename": "InputError", "code": "STATE", "message": message, "path": ["id"]}
    assert server.ask(REVOKE, admin.headers, id=revoked["apiKey"]["id"])["answer"]["userErrors"] == [again]
    assert await contents(db) == before


async def test_a_key_that_cannot_be_is_refused(server: Server, db: Database, admin: Account) -> None:
    before = await contents(db)
    answer = made(server, admin, name=" ", expiresAt="2020-01-01T00:00:00Z")
    assert (answer["apiKey"], answer["secret"]) == (None, None)
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [
        ("TOO_SHORT", ["input", "name"]),
        ("OUT_OF_RANGE", ["input", "expiresAt"]),
    ]
    for wanted in ("x", "ApiKey_" + "0" * 32, admin.global_id):
        errors = server.ask(REVOKE, admin.headers, id=wanted)["answer"]["userErrors"]
        assert [(error["code"], error["path"]) for error in errors] == [("NOT_FOUND", ["id"])]
    assert await contents(db) == before


@pytest.mark.parametrize("role", ["MEMBER", "STAFF"])
async def test_keys_are_for_admins_alone(server: Server, db: Database, admin: Account, role: str) -> None:
    key = made(server, admin)["apiKey"]["id"]
    somebody = await an_account(server, db, role=role)
    before = await contents(db)
    assert server.ask(NODE, admin.headers, id=key) == {"node": {"id": key}}
    assert server.ask(NODE, somebody.headers, id=key) == {"node": None}
    asks = [(ADMINS, {}), (CREATE, {"input": {"name": "x", "role": "MEMBER"}}), (REVOKE, {"id": key})]
    assert [code(server.answer(query, somebody.headers, **given)) for query, given in asks] == ["FORBIDDEN"] * 3
    assert [code(server.answer(query, **given)) for query, given in asks] == ["UNAUTHENTICATED"] * 3
    assert await contents(db) == before
