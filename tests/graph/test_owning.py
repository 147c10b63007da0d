"""What is one's own can be written only while the account is there, and some of it by nobody but oneself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import PASSWORD, a_member, an_account, column, contents
from services.at_once import at_once
from services.rows import a_category, a_design, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

DELETE = "mutation ($password: String!) { deleteAccount(password: $password) { userErrors { code } } }"
KEEP = "mutation ($id: ID!) { addFavorite(designId: $id) { userErrors { code } } }"
AVATAR = """
mutation ($id: ID) {
  updateProfile(input: {avatarId: $id}) { viewer { user { avatar { id } } } userErrors { code path } }
}
"""
NOT_FOR_KEYS = {
    "changePassword": (
        'mutation { changePassword(currentPassword: "%s", newPassword: "quite another one") { userErrors { code } } }'
    ),
    "deleteAccount": 'mutation { deleteAccount(password: "%s") { deletedId } }',
    "logOutEverywhere": "mutation { logOutEverywhere { userErrors { code } } }",
    "updateProfile": 'mutation { updateProfile(input: {email: "thief@example.com"}) { viewer { id } } }',
}
MAKE_KEY = 'mutation { createApiKey(input: {name: "a program", role: MEMBER}) { secret } }'


async def test_nothing_is_kept_by_somebody_who_is_gone(server: Server, db: Database) -> None:
    """Favourites that come while an account is erased: none stays, and nobody waits for the other for ever."""
    category = a_category()
    designs = [a_design(category["id"], f"Design {number}") for number in range(8)]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(designs)
    member = await a_member(server, db)
    asks = [partial(server.answer, KEEP, member.headers, id=f"Design_{design['id']}") for design in designs]
    answers = await at_once([*asks[:4], partial(server.answer, DELETE, member.headers, password=PASSWORD), *asks[4:]])
    codes = {error["extensions"]["code"] for answer in answers for error in answer.get("errors", [])}
    assert codes <= {"UNAUTHENTICATED"}
    assert await column(db, "users", "status") == ["DELETED"]
    assert await contents(db, "favorites") == {"favorites": []}
    assert await column(db, "designs", "like_count") == [0] * len(designs)


@pytest.mark.parametrize("what", NOT_FOR_KEYS)
async def test_an_api_key_does_not_take_the_account_with_it(what: str, server: Server, db: Database) -> None:
    admin = await a_member(server, db, role="ADMIN")
    await an_account(server, db, "ADMIN")
    secret = server.ask(MAKE_KEY, admin.headers)["createApiKey"]["secret"]
    query = NOT_FOR_KEYS[what].replace("%s", PASSWORD)
    kept = ("users", "login_sessions", "audit_events")
    before = await contents(db, *kept)
    answer = server.answer(query, {"authorization": f"Bearer {secret}"})
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "FORBIDDEN"}]
    assert answer["data"] == {what: None}
    assert await contents(db, *kept) == before


async def test_who_deletes_themselves_is_nobody_for_the_rest_of_the_request(server: Server, db: Database) -> None:
    await an_account(server, db, "ADMIN")
    admin = await an_account(server, db, "ADMIN")
    key = 'createApiKey(input: {name: "later", role: ADMIN}) { secret }'
    query = f"mutation ($id: ID!) {{ deleteUser(id: $id) {{ deletedId }} {key} }}"
    answer = server.answer(query, admin.headers, id=admin.global_id)
    assert answer["data"] == {"deleteUser": {"deletedId": admin.global_id}, "createApiKey": None}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "FORBIDDEN"}]
    assert await contents(db, "api_keys") == {"api_keys": []}


async def test_an_admin_who_steps_down_is_none_for_the_rest_of_the_request(server: Server, db: Database) -> None:
    await an_account(server, db, "ADMIN")
    admin = await an_account(server, db, "ADMIN")
    step_down = "updateUser(id: $id, input: {role: MEMBER}) { user { role } }"
    query = f"mutation ($id: ID!) {{ {step_down} deleteUser(id: $id) {{ deletedId }} }}"
    answer = server.answer(query, admin.headers, id=admin.global_id)
    assert answer["data"] == {"updateUser": {"user": {"role": "MEMBER"}}, "deleteUser": None}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "FORBIDDEN"}]


async def test_only_ones_own_picture_becomes_ones_avatar(server: Server, db: Database) -> None:
    member, staff = await an_account(server, db), await an_account(server, db, "STAFF")
    meal = an_image(purpose="MEAL", uploaded_by_id=member.id)
    async with db.transaction() as tx:
        await tx.images.add([meal])
    wanted = f"Image_{meal['id']}"
    refused: dict[str, Any] = {"viewer": None, "userErrors": [{"code": "NOT_FOUND", "path": ["input", "avatarId"]}]}
    for one in (wanted, "", "nonsense"):
        assert server.ask(AVATAR, staff.headers, id=one) == {"updateProfile": refused}
    shown = {"viewer": {"user": {"avatar": {"id": wanted}}}, "userErrors": []}
    assert server.ask(AVATAR, member.headers, id=wanted) == {"updateProfile": shown}
    assert server.ask(AVATAR, member.headers, id=None)["updateProfile"]["viewer"] == {"user": {"avatar": None}}


def test_a_password_is_not_told_back_in_an_error(server: Server) -> None:
    query = "mutation ($input: LogInInput!) { logIn(input: $input) { userErrors { code } } }"
    for given in ({"username": "mina", "password": "hush-hush", "extra": 1}, {"password": "hush-hush"}, "hush-hush"):
        answer = server.answer(query, None, input=given)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
        assert "hush-hush" not in str(answer)


def test_files_of_the_anonymous_are_refused_before_they_are_read(server: Server) -> None:
    form = {"operations": "{}", "map": "{}"}
    answer = server.client.post(
        "/graphql", data=form, files={"0": b"x" * 1_000_000}, headers={"x-studiograph-csrf": "1"}
    )
    assert answer.status_code == 401
    assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": "UNAUTHENTICATED"}]
