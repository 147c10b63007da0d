"""One's own account: signing up, the profile, the password, and leaving."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import bcrypt
import pytest

from services.accounts import PASSWORD, a_member, an_account, column, contents
from services.at_once import at_once
from services.mailbox import wanted
from services.rows import a_studio, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

ERRORS = "userErrors { __typename code message path }"
REGISTER = f"""mutation ($input: RegisterInput!) {{ answer: register(input: $input) {{
  user {{ username displayName email role status statusReason version }} {ERRORS}
}} }}"""
LOG_IN = f"""mutation ($name: String!, $password: String!) {{
  answer: logIn(input: {{username: $name, password: $password}}) {{
    viewer {{ user {{ username }} mustChangePassword }} tokens {{ accessToken refreshToken }} {ERRORS}
  }}
}}"""
CHANGE = f"""mutation ($old: String!, $new: String!) {{
  answer: changePassword(currentPassword: $old, newPassword: $new) {{ tokens {{ accessToken refreshToken }} {ERRORS} }}
}}"""
PROFILE = f"""mutation ($input: UpdateProfileInput!) {{ answer: updateProfile(input: $input) {{
  viewer {{ email pendingEmail emailVerified locale timeZone user {{ displayName avatar {{ id }} version }} }} {ERRORS}
}} }}"""
WHO = "{ viewer { user { username } } }"
NEW = {"username": "mina", "password": "a fine password"}
UNAUTHENTICATED = ["UNAUTHENTICATED"]
OTHER = "another fine password"
WRONG = "wrong password"
SHORT = "abc123"


@pytest.fixture(autouse=True)
async def _studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.add([a_studio()])


def error(code: str, message: str, *path: str, kind: str = "InputError") -> dict[str, Any]:
    """An error as data."""
    return {"__typename": kind, "code": code, "message": message, "path": list(path)}


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of an answer's errors."""
    return [one["extensions"]["code"] for one in answer["errors"]]


def bearer(tokens: dict[str, str]) -> dict[str, str]:
    """The header that signs in by these tokens."""
    return {"authorization": f"Bearer {tokens['accessToken']}"}


def test_signing_up_makes_an_account_that_waits(server: Server) -> None:
    given = NEW | {"username": " Mina ", "displayName": "김민아", "email": "Mina@EXAMPLE.com"}
    given |= {"locale": "ko", "timeZone": "Asia/Seoul"}
    user: dict[str, Any] = {"username": "Mina", "displayName": "김민아", "email": "Mina@example.com", "role": "MEMBER"}
    user |= {"status": "PENDING", "statusReason": None, "version": 1}
    assert server.ask(REGISTER, input=given) == {"answer": {"user": user, "userErrors": []}}
    wrong = server.ask(LOG_IN, name="mina", password=WRONG)
    assert wrong["answer"]["userErrors"] == [error("BAD_CREDENTIALS", "The name or the password is wrong.", "input")]
    right = server.ask(LOG_IN, name="MINA", password=NEW["password"])
    waits = error("PENDING_APPROVAL", "An admin has yet to approve this account.", "input")
    assert right == {"answer": {"viewer": None, "tokens": None, "userErrors": [waits]}}


async def test_who_signs_up_is_told_and_so_is_the_studio(server: Server, db: Database) -> None:
    server.ask(REGISTER, input=NEW)
    server.ask(REGISTER, input=NEW | {"username": "jun", "email": "jun@example.com"})
    mina, jun = await column(db, "users", "id")
    assert await wanted(db) == [
        ("registration_new", "studio", mina),
        ("registration_new", "studio", jun),
        ("registration_received", "user", jun),
    ]
    assert "jun@" not in str(await contents(db, "events"))


async def test_signing_up_tells_all_that_is_wrong_at_once(server: Server, db: Database) -> None:
    given = {"username": "a b!", "password": "short", "displayName": "x" * 81, "email": "nowhere", "timeZone": "Mars/X"}
    before = await contents(db)
    answer = server.ask(REGISTER, input=given)["answer"]
    assert answer == {
        "user": None,
        "userErrors": [
            error("INVALID", "A username has letters and digits, and between them also _ . or -.", "input", "username"),
            error("TOO_SHORT", "At least 10 characters.", "input", "password", kind="OutOfRange"),
            error("TOO_LONG", "At most 80 characters.", "input", "displayName", kind="OutOfRange"),
            error("INVALID", "There is no such time zone: name one as in Asia/Seoul.", "input", "timeZone"),
            error("INVALID", "This is not an e-mail address.", "input", "email"),
        ],
    }
    assert await contents(db) == before


async def test_a_name_and_an_address_belong_to_one_account_whatever_their_form(server: Server, db: Database) -> None:
    await an_account(server, db, name="Éloise", email="Eloise@example.com")
    before = await contents(db)
    answer = server.ask(REGISTER, input=NEW | {"username": "e\u0301LOISE", "email": "eloise@EXAMPLE.com"})["answer"]
    assert answer["userErrors"] == [
        error("NOT_UNIQUE", "Somebody else has this name already: choose another.", "input", "username"),
        error("NOT_UNIQUE", "Another account has this address already.", "input", "email"),
    ]
    assert await contents(db) == before


async def test_of_many_that_sign_up_by_one_name_one_has_it(server: Server, db: Database) -> None:
    asks = [partial(server.ask, REGISTER, input=NEW | {"username": name}) for name in ("mina", "MINA", "Mina") * 2]
    answers = [answer["answer"] for answer in await at_once(asks)]
    refused = [answer["userErrors"][0]["code"] for answer in answers if answer["userErrors"]]
    assert (refused, len(await column(db, "users", "id"))) == (["NOT_UNIQUE"] * 5, 1)


@pytest.mark.parametrize("size", [73, 1_000, 100_000, 900_000])
async def test_a_long_password_is_refused_or_told_apart_to_its_end(server: Server, db: Database, size: int) -> None:
    password = ("0123456789abcdef" * (size // 16 + 1))[:size]
    began = time.process_time()
    answer = server.ask(REGISTER, input=NEW | {"password": password})["answer"]
    registered = time.process_time() - began
    if size > 128:
        refused = error("TOO_LONG", "At most 128 characters.", "input", "password", kind="OutOfRange")
        assert answer == {"user": None, "userErrors": [refused]}
        assert await column(db, "users", "id") == []
    began = time.process_time()
    other = server.ask(LOG_IN, name="mina", password=password[:-1] + "!")["answer"]
    looked_at = time.process_time() - began
    assert other["userErrors"] == [error("BAD_CREDENTIALS", "The name or the password is wrong.", "input")]
    same = server.ask(LOG_IN, name="mina", password=password)["answer"]["userErrors"][0]["code"]
    assert same == ("PENDING_APPROVAL" if size <= 128 else "BAD_CREDENTIALS")
    assert max(registered, looked_at) < 1.5


async def test_a_name_that_can_be_none_costs_no_time_and_is_no_fault(server: Server, db: Database) -> None:
    before = await contents(db)
    for name in ("", "x" * 900_000, "a" + "\u0301\u0316" * 200_000):
        began = time.process_time()
        answer = server.ask(LOG_IN, name=name, password=WRONG)["answer"]
        assert answer["userErrors"][0]["code"] == "BAD_CREDENTIALS"
        assert time.process_time() - began < 1.5
    assert await contents(db) == before


async def test_a_new_password_ends_the_other_sessions_and_this_one_goes_on(server: Server, db: Database) -> None:
    await a_member(server, db)
    first, second = (server.ask(LOG_IN, name="mina", password=PASSWORD)["answer"]["tokens"] for _ in range(2))
    changed = server.ask(CHANGE, bearer(first), old=PASSWORD, new=OTHER)["answer"]
    assert changed["userErrors"] == []
    me = {"viewer": {"user": {"username": "mina"}}}
    assert (server.ask(WHO, bearer(first)), server.ask(WHO, bearer(changed["tokens"]))) == (me, me)
    assert codes(server.answer(WHO, bearer(second))) == UNAUTHENTICATED
    refresh = "mutation ($token: String) { refreshSession(refreshToken: $token) { userErrors { code } } }"
    ended = {"refreshSession": {"userErrors": [{"code": "TOKEN_INVALID"}]}}
    assert server.ask(refresh, token=second["refreshToken"]) == ended
    goes_on: dict[str, Any] = {"refreshSession": {"userErrors": []}}
    assert server.ask(refresh, token=changed["tokens"]["refreshToken"]) == goes_on
    old = server.ask(LOG_IN, name="mina", password=PASSWORD)["answer"]["userErrors"]
    assert old == [error("BAD_CREDENTIALS", "The name or the password is wrong.", "input")]
    assert server.ask(LOG_IN, name="mina", password=OTHER)["answer"]["userErrors"] == []


async def test_a_password_is_changed_only_by_who_knows_it_to_one_that_is_better(server: Server, db: Database) -> None:
    member = await a_member(server, db)
    before = await contents(db)
    wrong = error("BAD_CREDENTIALS", "This is not your password.", "currentPassword")
    short = error("TOO_SHORT", "At least 10 characters.", "newPassword", kind="OutOfRange")
    same = error("PASSWORD_WEAK", "This is the password until now: choose another.", "newPassword")
    named = error("PASSWORD_WEAK", "The password holds the username: choose another.", "newPassword")
    tries = {("wrong password", OTHER): wrong, (PASSWORD, "abc123"): short, (PASSWORD, PASSWORD): same}
    tries |= {(PASSWORD, "my-name-is-MINA"): named}
    for (old, new), problem in tries.items():
        refused = server.ask(CHANGE, member.headers, old=old, new=new)
        assert refused == {"answer": {"tokens": None, "userErrors": [problem]}}
    assert await contents(db) == before


async def test_of_two_changes_of_one_password_one_holds(server: Server, db: Database) -> None:
    members = [await a_member(server, db)]
    news = ("first new password", "second new password")
    asks = [partial(server.ask, CHANGE, members[0].headers, old=PASSWORD, new=new) for new in news]
    answers = [answer["answer"]["userErrors"] for answer in await at_once(asks)]
    won = [new for new, errors in zip(news, answers, strict=True) if not errors]
    assert len(won) == 1
    assert [len(server.ask(LOG_IN, name="mina", password=new)["answer"]["userErrors"]) for new in news] == [
        int(new not in won) for new in news
    ]


async def test_an_old_backends_short_password_lets_in_and_must_be_changed(server: Server, db: Database) -> None:
    old = bcrypt.hashpw(b"abc123", bcrypt.gensalt(4)).decode()
    await an_account(server, db, name="mina", role="ADMIN", password_hash=old)
    told = server.ask(LOG_IN, name="mina", password=SHORT)["answer"]
    assert (told["viewer"], told["userErrors"]) == ({"user": {"username": "mina"}, "mustChangePassword": True}, [])
    (rehashed,) = await column(db, "users", "password_hash")
    assert rehashed.startswith("sha256-bcrypt$")
    signed_in = bearer(told["tokens"])
    before = await contents(db)
    for closed in (
        "{ users { totalCount } }",
        "{ apiKeys { id } }",
        'mutation { updateProfile(input: {displayName: "x"}) { userErrors { code } } }',
        'mutation { createApiKey(input: {name: "x", role: ADMIN}) { secret } }',
        'mutation { approveUser(id: "x") { userErrors { code } } }',
    ):
        (refused,) = server.answer(closed, signed_in)["errors"]
        assert (refused["message"], refused["extensions"]) == (
            "Your password has to be changed first, with changePassword.",
            {"code": "FORBIDDEN"},
        )
    assert await contents(db) == before
    must = "{ viewer { mustChangePassword } }"
    assert server.ask(must, signed_in) == {"viewer": {"mustChangePassword": True}}
    changed = server.ask(CHANGE, signed_in, old="abc123", new=OTHER)["answer"]
    assert changed["userErrors"] == []
    assert server.ask(must, bearer(changed["tokens"])) == {"viewer": {"mustChangePassword": False}}
    assert server.ask("{ users { totalCount } }", bearer(changed["tokens"])) == {"users": {"totalCount": 1}}
    out = server.ask("mutation { logOut { userErrors { code } } }", signed_in)
    assert out == {"logOut": {"userErrors": []}}


async def test_a_profile_changes_in_what_is_given_and_null_clears(server: Server, db: Database) -> None:
    image = an_image(purpose="AVATAR")
    member = await an_account(server, db, email="mina@example.com", locale="ko", time_zone="Asia/Seoul")
    async with db.transaction() as tx:
        await tx.images.add([image | {"uploaded_by_id": member.id}])
    avatar = f"Image_{image['id']}"

    def changed(**given: Any) -> Any:
        answer = server.ask(PROFILE, member.headers, input=given)["answer"]
        assert answer["userErrors"] == []
        return answer["viewer"]

    user = {"displayName": "Mina Kim", "avatar": {"id": avatar}, "version": 2}
    viewer = {"email": "mina@example.com", "pendingEmail": "new@example.com", "emailVerified": False}
    viewer |= {"locale": "ko", "timeZone": "Asia/Seoul", "user": user}
    assert changed(displayName=" Mina Kim ", email="new@EXAMPLE.com", avatarId=avatar) == viewer
    assert changed() == viewer
    cleared = {"locale": "en", "pendingEmail": None, "user": user | {"avatar": None, "version": 3}}
    assert changed(avatarId=None, locale=None, email="MINA@example.com") == viewer | cleared
    gone = {"email": None, "user": user | {"avatar": None, "version": 4}}
    assert changed(email=None) == viewer | cleared | gone


async def test_a_profile_is_refused_whole(server: Server, db: Database) -> None:
    member = await an_account(server, db, name="mina")
    await an_account(server, db, name="jun", email="jun@example.com")
    async with db.transaction() as tx:
        draft = an_image()
        await tx.images.add([draft])
    before = await contents(db)
    refused = {
        "displayName": ("", error("TOO_SHORT", "At least 1 characters.", "input", "displayName", kind="OutOfRange")),
        "email": (
            "Jun@example.com",
            error("NOT_UNIQUE", "Another account has this address already.", "input", "email"),
        ),
        "avatarId": (
            f"Image_{draft['id']}",
            error("NOT_FOUND", "There is no such thing, or it is not yours to see.", "input", "avatarId"),
        ),
        "timeZone": (
            "Mars/Olympus",
            error("INVALID", "There is no such time zone: name one as in Asia/Seoul.", "input", "timeZone"),
        ),
    }
    for name, (value, problem) in refused.items():
        answer = server.ask(PROFILE, member.headers, input={"locale": "hi", name: value})
        assert answer == {"answer": {"viewer": None, "userErrors": [problem]}}
    assert await contents(db) == before
