"""Other people's accounts: who gets in, who stays, and as what."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import PASSWORD, a_member, an_account, column, contents
from services.at_once import at_once
from services.mailbox import wanted
from services.server import Server

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from settings import Settings

ERRORS = "userErrors { __typename code message path ... on StaleVersion { currentVersion } }"
USER = "user { displayName email role status statusReason version }"
STEPS = {
    name: f"mutation ($id: ID!) {{ answer: {name}User(id: $id) {{ user {{ status statusReason }} {ERRORS} }} }}"
    for name in ("approve", "reinstate")
} | {
    name: f"mutation ($id: ID!, $reason: String) {{ answer: {name}User(id: $id, reason: $reason) "
    f"{{ user {{ status statusReason }} {ERRORS} }} }}"
    for name in ("reject", "suspend")
}
UPDATE = f"""mutation ($id: ID!, $input: UpdateUserInput!) {{
  answer: updateUser(id: $id, input: $input) {{ {USER} {ERRORS} }}
}}"""
DELETE = f"mutation ($id: ID!) {{ answer: deleteUser(id: $id) {{ deletedId {ERRORS} }} }}"
LOG_IN = """mutation ($password: String!) { answer: logIn(input: {username: "mina", password: $password}) {
  viewer { id } userErrors { code message }
} }"""
REFRESH = "mutation ($token: String) { refreshSession(refreshToken: $token) { userErrors { code } } }"
WHO = "{ viewer { user { role } } }"
ROUNDS = 10
LAST = {
    "__typename": "InputError",
    "code": "LAST_ADMIN",
    "message": "This is the last admin: make another one first.",
    "path": ["id"],
}


@pytest.fixture
async def admin(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="ADMIN", name="admin")


def step(server: Server, admin: Account, name: str, whose: Account, **given: Any) -> Any:
    """The answer to a step of an account."""
    return server.ask(STEPS[name], admin.headers, id=whose.global_id, **given)["answer"]


def stands(status: str, reason: str | None = None) -> dict[str, Any]:
    """An answer without errors."""
    return {"user": {"status": status, "statusReason": reason}, "userErrors": []}


def demote(server: Server, by: Account, whose: Account) -> Any:
    """The errors of making somebody a member."""
    return server.ask(UPDATE, by.headers, id=whose.global_id, input={"role": "MEMBER"})["answer"]["userErrors"]


async def audited(db: Database) -> list[tuple[str, list[dict[str, Any]]]]:
    """What the audit tells, in its order."""
    return [(row.action, row.changes) for row in (await contents(db, "audit_events"))["audit_events"]]


async def test_from_rejection_to_suspension_and_back(server: Server, db: Database, admin: Account) -> None:
    mina = await a_member(server, db, status="PENDING")

    def told(password: str = PASSWORD) -> list[tuple[str, str]]:
        errors = server.ask(LOG_IN, password=password)["answer"]["userErrors"]
        return [(error["code"], error["message"]) for error in errors]

    wrong = [("BAD_CREDENTIALS", "The name or the password is wrong.")]
    assert step(server, admin, "reject", mina, reason=" No room. ") == stands("REJECTED", "No room.")
    assert told() == [("REJECTED", "This account was not approved: No room.")]
    assert told("wrong password") == wrong
    assert step(server, admin, "approve", mina) == stands("APPROVED")
    tokens = server.ask(
        'mutation ($p: String!) { logIn(input: {username: "mina", password: $p}) '
        "{ tokens { accessToken refreshToken } } }",
        p=PASSWORD,
    )["logIn"]["tokens"]
    signed_in = {"authorization": f"Bearer {tokens['accessToken']}"}
    assert server.ask(WHO, signed_in) == {"viewer": {"user": {"role": "MEMBER"}}}
    assert step(server, admin, "suspend", mina, reason="Unpaid.") == stands("SUSPENDED", "Unpaid.")
    for headers in (signed_in, mina.headers):
        assert server.answer(WHO, headers)["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    dead = {"refreshSession": {"userErrors": [{"code": "TOKEN_INVALID"}]}}
    assert server.ask(REFRESH, token=tokens["refreshToken"]) == dead
    assert told() == [("SUSPENDED", "This account is suspended: Unpaid.")]
    assert told("wrong password") == wrong
    assert step(server, admin, "reinstate", mina) == stands("APPROVED")
    assert told() == []
    assert server.ask(REFRESH, token=tokens["refreshToken"]) == dead
    events = await audited(db)
    assert [action for action, _ in events] == [
        "user.rejected", "user.approved", "user.suspended", "user.reinstated",
    ]  # fmt: skip
    assert events[0][1] == [
        {"field": "status", "before": "PENDING", "after": "REJECTED"},
        {"field": "status_reason", "before": "(private)", "after": "(private)"},
    ]


async def test_who_waits_is_told_how_it_was_decided(server: Server, db: Database, admin: Account) -> None:
    mina, silent = [await an_account(server, db, status="PENDING", email=one) for one in ("mina@example.com", None)]
    for name in ("reject", "approve", "suspend"):
        for whose in (mina, silent):
            assert step(server, admin, name, whose)["userErrors"] == []
    assert await wanted(db) == [("registration_rejected", "user", mina.id), ("registration_approved", "user", mina.id)]


@pytest.mark.parametrize(
    ("name", "status"),
    [("approve", "APPROVED"), ("reject", "APPROVED"), ("suspend", "PENDING"), ("reinstate", "PENDING")],
)
async def test_a_step_that_leads_nowhere_is_refused(
    server: Server, db: Database, admin: Account, name: str, status: str
) -> None:
    mina = await an_account(server, db, status=status)
    before = await contents(db)
    message = f"This account is {status}: that cannot be done with it."
    refused = {"__typename": "InputError", "code": "STATE", "message": message, "path": ["id"]}
    assert step(server, admin, name, mina) == {"user": None, "userErrors": [refused]}
    assert await contents(db) == before


async def test_what_is_no_account_is_not_found(server: Server, db: Database, admin: Account) -> None:
    gone = await an_account(server, db, status="DELETED")
    before = await contents(db)
    message = "There is no such thing, or it is not yours to see."
    refused = [{"__typename": "InputError", "code": "NOT_FOUND", "message": message, "path": ["id"]}]
    for missing in (gone.global_id, f"Design_{gone.id}", "User_" + "0" * 32, ""):
        for query in STEPS.values():
            assert server.ask(query, admin.headers, id=missing)["answer"]["userErrors"] == refused
        assert server.ask(UPDATE, admin.headers, id=missing, input={})["answer"]["userErrors"] == refused
        assert server.ask(DELETE, admin.headers, id=missing)["answer"]["userErrors"] == refused
    assert await contents(db) == before


async def test_a_reason_has_bounds(server: Server, db: Database, admin: Account) -> None:
    mina = await an_account(server, db, status="PENDING")
    before = await contents(db)
    for reason, code in (("x" * 501, "TOO_LONG"), ("a\bb", "INVALID")):
        answer = step(server, admin, "reject", mina, reason=reason)
        assert [(one["code"], one["path"]) for one in answer["userErrors"]] == [(code, ["reason"])]
    assert await contents(db) == before


async def test_of_approval_and_rejection_at_once_one_wins(
    server: Server, settings: Settings, db: Database, admin: Account
) -> None:
    other = Server(settings).start()
    try:
        for _ in range(ROUNDS):
            mina = await an_account(server, db, status="PENDING")
            asks = [partial(step, one, admin, "reject", mina) for one in (server, other)]
            asks += [partial(step, one, admin, "approve", mina) for one in (server, other)]
            answers = await at_once(asks)
            won = [
                name
                for name, answer in zip(("reject", "reject", "approve", "approve"), answers, strict=True)
                if answer["user"]
            ]
            refused = [error["code"] for answer in answers for error in answer["userErrors"]]
            assert won in (["approve"], ["reject", "approve"])  # what was rejected may be approved
            assert refused == ["STATE"] * (4 - len(won))
    finally:
        other.stop()
    assert [action for action, _ in await audited(db)].count("user.approved") == ROUNDS


async def test_a_changed_role_counts_from_the_next_request(server: Server, db: Database, admin: Account) -> None:
    mina = await an_account(server, db, name="mina")
    given = {"role": "STAFF", "displayName": "김민아", "email": "Mina@EXAMPLE.com", "expectedVersion": 1}
    changed = server.ask(UPDATE, admin.headers, id=mina.global_id, input=given)["answer"]
    user = {"displayName": "김민아", "email": "Mina@example.com", "role": "STAFF", "status": "APPROVED"}
    assert changed == {"user": user | {"statusReason": None, "version": 2}, "userErrors": []}
    assert server.ask("{ users { totalCount } }", mina.headers) == {"users": {"totalCount": 2}}
    assert await audited(db) == [
        (
            "user.updated",
            [
                {"field": "display_name", "before": "(private)", "after": "(private)"},
                {"field": "email", "before": "(private)", "after": "(private)"},
                {"field": "role", "before": "MEMBER", "after": "STAFF"},
            ],
        )
    ]
    assert server.ask(UPDATE, admin.headers, id=mina.global_id, input={})["answer"]["user"]["version"] == 2
    assert demote(server, admin, mina) == []
    refused = server.answer("{ users { totalCount } }", mina.headers)["errors"][0]["extensions"]
    assert refused == {"code": "FORBIDDEN"}


async def test_an_update_is_refused_whole(server: Server, db: Database, admin: Account) -> None:
    mina = await an_account(server, db, name="mina")
    await an_account(server, db, name="jun", email="jun@example.com")
    before = await contents(db)

    def refused(**given: Any) -> Any:
        answer = server.ask(UPDATE, admin.headers, id=mina.global_id, input={"role": "ADMIN"} | given)["answer"]
        assert answer["user"] is None
        return [(error["code"], error["path"]) for error in answer["userErrors"]]

    assert refused(email="JUN@example.com") == [("NOT_UNIQUE", ["input", "email"])]
    assert refused(email="x", displayName="", role=None) == [
        ("TOO_SHORT", ["input", "displayName"]), ("REQUIRED", ["input", "role"]), ("INVALID", ["input", "email"]),
    ]  # fmt: skip
    for stale in (0, 2):
        given = {"displayName": "x", "expectedVersion": stale}
        answer = server.ask(UPDATE, admin.headers, id=mina.global_id, input=given)["answer"]
        assert [(one["__typename"], one["currentVersion"]) for one in answer["userErrors"]] == [("StaleVersion", 1)]
    assert await contents(db) == before


async def test_the_last_admin_stays_whatever_is_tried(server: Server, db: Database, admin: Account) -> None:
    await an_account(server, db, role="ADMIN", status="SUSPENDED")
    before = await contents(db)
    assert demote(server, admin, admin) == [LAST]
    assert step(server, admin, "suspend", admin) == {"user": None, "userErrors": [LAST]}
    deleted = server.ask(DELETE, admin.headers, id=admin.global_id)["answer"]
    assert deleted == {"deletedId": None, "userErrors": [LAST]}
    assert await contents(db) == before


async def test_of_two_admins_that_demote_each_other_at_once_one_stays(
    server: Server, settings: Settings, db: Database
) -> None:
    one, two = [await an_account(server, db, role="ADMIN") for _ in range(2)]
    other = Server(settings).start()
    try:
        for _ in range(ROUNDS):
            asks = [partial(server.answer, UPDATE, one.headers, id=two.global_id, input={"role": "MEMBER"})]
            asks += [partial(other.answer, UPDATE, two.headers, id=one.global_id, input={"role": "MEMBER"})]
            answers = await at_once(asks)
            told = sorted(_outcome(answer) for answer in answers)
            assert told in (["", "LAST_ADMIN"], ["", "FORBIDDEN"])
            assert sorted(await column(db, "users", "role")) == ["ADMIN", "MEMBER"]
            async with db.transaction() as tx:
                for account in (one, two):
                    await tx.users.note(account.id, role="ADMIN")
    finally:
        other.stop()


async def test_a_deleted_account_is_nowhere_told_of_any_more(server: Server, db: Database, admin: Account) -> None:
    mina = await a_member(server, db, name="minakim", email="mina@example.com")
    server.ask(UPDATE, admin.headers, id=mina.global_id, input={"displayName": "Mina Kim", "email": "mk@example.com"})
    step(server, admin, "suspend", mina, reason="Mina Kim does not pay.")
    deleted = server.ask(DELETE, admin.headers, id=mina.global_id)["answer"]
    assert deleted == {"deletedId": mina.global_id, "userErrors": []}
    everything = str(await contents(db)).casefold()
    assert [name for name in ("mina", "kim", "example.com", "does not pay") if name in everything] == []
    assert [action for action, _ in await audited(db)] == ["user.updated", "user.suspended", "user.deleted"]
    assert server.answer(WHO, mina.headers)["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize("role", ["MEMBER", "STAFF"])
async def test_only_admins_administer(server: Server, db: Database, role: str) -> None:
    somebody = await an_account(server, db, role=role)
    mina = await an_account(server, db, status="PENDING")
    before = await contents(db)
    asks: list[tuple[str, dict[str, Any]]] = [
        *((one, {}) for one in STEPS.values()),
        (UPDATE, {"input": {}}),
        (DELETE, {}),
    ]
    for query, given in asks:
        for headers, code in ((somebody.headers, "FORBIDDEN"), ({}, "UNAUTHENTICATED")):
            answer = server.answer(query, headers, id=mina.global_id, **given)
            assert (answer["data"], answer["errors"][0]["extensions"]) == ({"answer": None}, {"code": code})
    assert await contents(db) == before


def _outcome(answer: dict[str, Any]) -> str:
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    return "".join(error["code"] for error in answer["data"]["answer"]["userErrors"])
