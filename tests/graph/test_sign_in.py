"""Credentials of every kind, at every request: what holds, what does not, and what is answered then."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from auth.access_tokens import AccessTokens
from auth.keys import derive_key
from db.ids import new_id
from services.accounts import PASSWORD, a_member, an_account, contents
from services.server import Server
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from services.accounts import Account

NO_LONGER = {
    "errors": [
        {
            "message": "These credentials do not hold, or no longer: refresh the session or log in.",
            "extensions": {"code": "UNAUTHENTICATED"},
        }
    ]
}
WHO = "{ viewer { user { username } } }"
SECRET = "A4b9_kept-only-for-tests_Zq81xWe27"  # noqa: S105
LOG_IN = """mutation ($name: String!, $password: String!, $cookie: Boolean) {
  logIn(input: {username: $name, password: $password, cookie: $cookie}) {
    viewer { user { username } } tokens { tokenType } userErrors { code message path }
  }
}"""
ROOT_FIELDS = {
    "node": 'query { node(id: "x") { id } }',
    "viewer": "query { viewer { id } }",
    "studio": "query { studio { id } }",
    "designs": "query { designs { totalCount } }",
    "users": "query { users { totalCount } }",
    "apiKeys": "query { apiKeys { id } }",
    "__typename": "query { __typename }",
    "__schema": "query { __schema { queryType { name } } }",
    "logOut": "mutation { logOut { userErrors { code } } }",
    "logOutEverywhere": "mutation { logOutEverywhere { userErrors { code } } }",
    "revokeSession": 'mutation { revokeSession(id: "x") { deletedId } }',
    "changePassword": 'mutation { changePassword(currentPassword: "a", newPassword: "b") { userErrors { code } } }',
    "updateProfile": "mutation { updateProfile(input: {}) { userErrors { code } } }",
    "deleteAccount": 'mutation { deleteAccount(password: "a") { deletedId } }',
    "approveUser": 'mutation { approveUser(id: "x") { userErrors { code } } }',
    "createApiKey": 'mutation { createApiKey(input: {name: "a", role: ADMIN}) { secret } }',
    "a log-in beside another field": (
        'mutation { logIn(input: {username: "mina", password: "x"}) { userErrors { code } } logOut { __typename } }'
    ),
}


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await a_member(server, db)


@pytest.fixture
def production(settings: Settings) -> Iterator[Server]:
    """A server over the same database, as it runs in production."""
    started = Server(
        Settings(
            environment="production", secret=SECRET, data_dir=settings.data_dir, database_url=settings.database_url,
            cors_origins=("https://shop.example",),
        )
    ).start()  # fmt: skip
    yield started
    started.stop()


def signed(server: Server, member: Account, key: bytes | None = None, **changed: Any) -> str:
    """A token of the member's session with these claims changed; None leaves one out."""
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": "studiograph", "aud": "studiograph", "sub": member.id, "sid": member.session}
    claims |= {"iat": now, "exp": now + 900}  # type: ignore[dict-item]
    headers = changed.pop("headers", {}) | {"typ": "at+jwt"}
    wanted = {name: value for name, value in (claims | changed).items() if value is not None}
    secret = key or derive_key(server.signing_key, "access tokens")
    return jwt.encode(wanted, secret, changed.get("alg", "HS256"), headers=headers)


def unsigned(member: Account) -> str:
    """A token that says it needs no signature."""
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": "studiograph", "aud": "studiograph", "sub": member.id, "sid": member.session}
    parts = ({"alg": "none", "typ": "at+jwt"}, claims | {"iat": now, "exp": now + 900})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def test_a_token_as_we_write_it_holds(server: Server, member: Account) -> None:
    told = server.ask(WHO, {"authorization": f"Bearer {signed(server, member)}"})
    assert told == {"viewer": {"user": {"username": "mina"}}}


async def test_a_token_that_we_have_not_written_so_does_not_hold(server: Server, db: Database, member: Account) -> None:
    other = await an_account(server, db)
    now = int(datetime.now(UTC).timestamp())
    whole = signed(server, member)
    head, claims, mac = whole.split(".")
    payload = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(payload | {"sub": other.id}).encode()).decode().rstrip("=")
    tokens = {
        "alg none": unsigned(member),
        "a wrong key": signed(server, member, key=b"0" * 32),
        "the secret itself as the key": signed(server, member, key=server.signing_key),
        "the key of refresh tokens": signed(server, member, key=derive_key(server.signing_key, "refresh tokens")),
        "kid": signed(server, member, headers={"kid": "../../dev/null"}),
        "jku": signed(server, member, headers={"jku": "https://evil.example/keys"}),
        "tampered": f"{head}.{forged}.{mac}",
        "without its signature": f"{head}.{claims}.",
        "cut off": whole[:-2],
        "expired": signed(server, member, iat=now - 1_000, exp=now - 100),
        "without exp": signed(server, member, exp=None),
        "without iat": signed(server, member, iat=None),
        "without sub": signed(server, member, sub=None),
        "exp as a text": signed(server, member, exp=str(now + 900)),
        "from the future": signed(server, member, iat=now + 600, exp=now + 900),
        "a wrong aud": signed(server, member, aud="elsewhere"),
        "a list as aud": signed(server, member, aud=["studiograph"]),
        "a wrong iss": signed(server, member, iss="elsewhere"),
        "an unknown sub": signed(server, member, sub=new_id()),
        "the session of another": signed(server, member, sid=other.session),
        "an unknown session": signed(server, member, sid=new_id()),
        "no token": "x",
        "an unknown API key": "sg_" + "x" * 43,
    }
    before = await contents(db)
    answers = {name: server.answer(WHO, {"authorization": f"Bearer {token}"}) for name, token in tokens.items()}
    assert answers == dict.fromkeys(tokens, NO_LONGER)
    assert await contents(db) == before


def test_a_token_holds_a_minute_longer_for_clocks_that_differ(server: Server, member: Account) -> None:
    now = int(datetime.now(UTC).timestamp())
    just = signed(server, member, iat=now - 940, exp=now - 40)
    assert server.ask(WHO, {"authorization": f"bearer {just}"}) == {"viewer": {"user": {"username": "mina"}}}


@pytest.mark.parametrize("field", ROOT_FIELDS)
async def test_a_broken_bearer_is_refused_whatever_is_asked_for(server: Server, db: Database, field: str) -> None:
    before = await contents(db)
    accept = {"authorization": "Bearer x", "accept": "application/graphql-response+json"}
    answered = server.client.post("/graphql", json={"query": ROOT_FIELDS[field]}, headers=accept)
    assert (answered.status_code, answered.headers["www-authenticate"]) == (401, "Bearer")
    assert answered.json() == NO_LONGER
    assert server.answer(ROOT_FIELDS[field], {"authorization": "Bearer x"}) == NO_LONGER
    assert await contents(db) == before


@pytest.mark.usefixtures("member")
def test_whoever_has_no_session_any_more_can_still_get_one(server: Server) -> None:
    broken = {"authorization": "Bearer x"}
    assert server.ask(LOG_IN, broken, name="mina", password=PASSWORD)["logIn"] == {
        "viewer": {"user": {"username": "mina"}},
        "tokens": {"tokenType": "Bearer"},
        "userErrors": [],
    }
    refused = server.ask('mutation { refreshSession(refreshToken: "x") { userErrors { code } } }', broken)
    assert refused == {"refreshSession": {"userErrors": [{"code": "TOKEN_INVALID"}]}}
    register = 'mutation { register(input: {username: "new", password: "a fine password"}) { user { username } } }'
    assert server.ask(register, broken) == {"register": {"user": {"username": "new"}}}


def test_a_credential_of_another_form_does_not_hold(server: Server, member: Account) -> None:
    token = signed(server, member)
    given = ["", "Bearer", f"Basic {token}", f"Token {token}", token, f"Bearer {token} {token}"]
    answers = {value: server.answer(WHO, {"authorization": value}) for value in given}
    assert answers == dict.fromkeys(given, NO_LONGER)


async def test_two_credentials_in_one_request_are_none(server: Server, db: Database, member: Account) -> None:
    other = await an_account(server, db)
    for pair in ((member, other), (other, member), (member, member)):
        headers = [("authorization", one.headers["authorization"]) for one in pair]
        answered = server.client.post("/graphql", json={"query": WHO}, headers=headers)
        assert answered.json() == NO_LONGER


@pytest.mark.usefixtures("member")
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(server: Server, production: Server) -> None:
    kept = "Path=/; Max-Age={}; HttpOnly; SameSite=Lax"
    for one, prefix, secure in ((server, "", ""), (production, "__Host-", "; Secure")):
        answered = one.client.post(
            "/graphql", json={"query": LOG_IN, "variables": {"name": "mina", "password": PASSWORD, "cookie": True}}
        )
        told = answered.json()["data"]["logIn"]
        assert told == {"viewer": {"user": {"username": "mina"}}, "tokens": None, "userErrors": []}
        cookies = [header.partition("=") for header in answered.headers.get_list("set-cookie")]
        assert [(name, value.partition("; ")[2]) for name, _, value in cookies] == [
            (f"{prefix}studiograph_access", kept.format(900) + secure),
            (f"{prefix}studiograph_refresh", kept.format(30 * 24 * 3600) + secure),
        ]


async def test_a_cookie_counts_in_a_post_only_with_a_preflight_header_and_from_our_pages(
    production: Server, db: Database
) -> None:
    member = await a_member(production, db)
    host = production.url.removeprefix("http://")
    cookie = {"cookie": f"__Host-studiograph_access={signed(production, member)}"}
    preflight = {"x-studiograph-csrf": "1"}
    who = {"data": {"viewer": {"user": {"username": "mina"}}}}

    def sent(**headers: str) -> tuple[int, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answered = production.client.post("/graphql", json={"query": WHO}, headers=cookie | named)
        body = answered.json()
        return answered.status_code, body if "data" in body else body["errors"][0]["extensions"]["code"]

    assert sent() == (403, "CSRF_PREVENTION")
    assert sent(**preflight) == (200, who)
    assert sent(**preflight, origin=f"http://{host}") == (200, who)
    assert sent(**preflight, origin="https://shop.example") == (200, who)
    for foreign in ("https://evil.example", "null", f"http://{host}.evil.example", "https://shop.example.evil.example"):
        assert sent(**preflight, origin=foreign) == (403, "CSRF_PREVENTION")
    assert production.client.get("/graphql", params={"query": WHO}, headers=cookie).json() == who


def test_a_cookie_that_does_not_hold_is_refused_like_a_token(server: Server) -> None:
    cookie = {"cookie": "studiograph_access=x", "x-studiograph-csrf": "1"}
    assert server.answer(WHO, cookie) == NO_LONGER


async def test_two_cookie_headers_are_one(server: Server, db: Database) -> None:
    member = await an_account(server, db, name="mina")
    headers = [("cookie", f"studiograph_access={signed(server, member)}"), ("cookie", "theme=dark")]
    answered = server.client.get("/graphql", params={"query": WHO}, headers=headers)
    assert answered.json() == {"data": {"viewer": {"user": {"username": "mina"}}}}


async def test_a_session_whose_time_is_over_does_not_hold(settings: Settings, db: Database) -> None:
    later = datetime.now(UTC) + timedelta(days=31)
    server = Server(settings, clock=lambda: later).start()
    try:
        member = await an_account(server, db)
        token = AccessTokens(derive_key(server.signing_key, "access tokens")).write(member.id, member.session, later)
        assert server.answer(WHO, {"authorization": f"Bearer {token}"}) == NO_LONGER
    finally:
        server.stop()
