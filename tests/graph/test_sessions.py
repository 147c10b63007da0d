"""Logging in and out, refreshing, and what becomes of sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import PASSWORD, a_member, an_account, contents
from services.at_once import at_once
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from settings import Settings

ERRORS = "userErrors { code message path }"
LOG_IN = f"""mutation ($name: String!, $password: String!, $cookie: Boolean) {{
  answer: logIn(input: {{username: $name, password: $password, cookie: $cookie}}) {{
    viewer {{ user {{ username }} }} tokens {{ accessToken refreshToken tokenType expiresIn }} {ERRORS}
  }}
}}"""
REFRESH = f"""mutation ($token: String) {{ answer: refreshSession(refreshToken: $token) {{
  viewer {{ user {{ username }} }} tokens {{ accessToken refreshToken tokenType expiresIn }} {ERRORS}
}} }}"""
LOG_OUT = f"mutation ($token: String) {{ answer: logOut(refreshToken: $token) {{ {ERRORS} }} }}"
EVERYWHERE = f"mutation {{ answer: logOutEverywhere {{ {ERRORS} }} }}"
REVOKE = f"mutation ($id: ID!) {{ answer: revokeSession(id: $id) {{ deletedId {ERRORS} }} }}"
SESSIONS = "{ viewer { sessions { id userAgent current } } }"
WHO = "{ viewer { user { username } } }"
ME = {"user": {"username": "mina"}}
DEAD = {
    "code": "TOKEN_INVALID",
    "message": "This refresh token does not hold, or no longer: log in again.",
    "path": ["refreshToken"],
}
REFUSED = {"viewer": None, "tokens": None, "userErrors": [DEAD]}
PREFLIGHT = {"x-studiograph-csrf": "1"}


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.moment

    def pass_by(self, **time: int) -> None:
        """Let so much time go by."""
        self.moment += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    """A server whose clock stands still until it is moved."""
    started = Server(settings, clock).start()
    yield started
    started.stop()


@pytest.fixture
async def tokens(server: Server, db: Database) -> dict[str, Any]:
    """What Mina was given when she logged in."""
    await a_member(server, db)
    return dict(server.ask(LOG_IN, {"user-agent": "Phone"}, name="mina", password=PASSWORD)["answer"]["tokens"])


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    """The header that signs in by these tokens."""
    return {"authorization": f"Bearer {tokens['accessToken']}"}


def refreshed(server: Server, token: str) -> Any:
    """The answer to a refresh."""
    return server.ask(REFRESH, token=token)["answer"]


def is_out(server: Server, tokens: dict[str, Any]) -> bool:
    """Whether these tokens sign nobody in any more."""
    answer = server.answer(WHO, bearer(tokens))
    return [error["extensions"]["code"] for error in answer.get("errors", ())] == ["UNAUTHENTICATED"]


def test_logging_in_gives_tokens_that_sign_in(server: Server, tokens: dict[str, Any]) -> None:
    assert (tokens["tokenType"], tokens["expiresIn"]) == ("Bearer", 900)
    assert server.ask(WHO, bearer(tokens)) == {"viewer": ME}


def test_an_access_token_ends_and_is_refreshed(server: Server, tokens: dict[str, Any], clock: Clock) -> None:
    clock.pass_by(minutes=17)
    assert is_out(server, tokens)
    new = refreshed(server, tokens["refreshToken"])
    assert (new["viewer"], new["userErrors"]) == (ME, [])
    assert server.ask(WHO, bearer(new["tokens"])) == {"viewer": ME}
    assert new["tokens"]["refreshToken"] != tokens["refreshToken"]


async def test_twenty_refreshes_at_once_give_one_successor(
    server: Server, settings: Settings, clock: Clock, tokens: dict[str, Any], db: Database
) -> None:
    second = Server(settings, clock).start()
    try:
        asks = [partial(refreshed, one, tokens["refreshToken"]) for one in (server, second)] * 10
        answers = await at_once(asks)
    finally:
        second.stop()
    assert [answer["userErrors"] for answer in answers] == [[]] * 20
    assert len({answer["tokens"]["refreshToken"] for answer in answers}) == 1
    assert [row.generation for row in (await contents(db, "login_sessions"))["login_sessions"]][-1] == 2


def test_a_token_before_the_last_ends_the_session(server: Server, tokens: dict[str, Any]) -> None:
    first = tokens["refreshToken"]
    second = refreshed(server, first)["tokens"]
    third = refreshed(server, second["refreshToken"])["tokens"]
    assert refreshed(server, first) == REFUSED
    assert refreshed(server, third["refreshToken"]) == REFUSED
    assert refreshed(server, second["refreshToken"]) == REFUSED
    assert [is_out(server, one) for one in (tokens, second, third)] == [True] * 3


def test_the_token_just_used_holds_for_half_a_minute(server: Server, tokens: dict[str, Any], clock: Clock) -> None:
    new = refreshed(server, tokens["refreshToken"])["tokens"]
    clock.pass_by(seconds=30)
    again = refreshed(server, tokens["refreshToken"])["tokens"]
    assert again["refreshToken"] == new["refreshToken"]
    clock.pass_by(seconds=1)
    assert refreshed(server, tokens["refreshToken"]) == REFUSED
    assert refreshed(server, new["refreshToken"]) == REFUSED
    assert is_out(server, new)


def test_a_session_lasts_thirty_days_from_its_last_refresh(
    server: Server, tokens: dict[str, Any], clock: Clock
) -> None:
    clock.pass_by(days=29)
    new = refreshed(server, tokens["refreshToken"])["tokens"]
    clock.pass_by(days=29)
    new = refreshed(server, new["refreshToken"])["tokens"]
    clock.pass_by(days=30)
    assert refreshed(server, new["refreshToken"]) == REFUSED


@pytest.mark.parametrize("token", ["", "x", "sgr_", "sgr_" + "A" * 70, "x" * 100_000])
async def test_what_is_no_refresh_token_is_refused(server: Server, db: Database, token: str) -> None:
    before = await contents(db)
    assert refreshed(server, token) == REFUSED
    assert await contents(db) == before


def test_sessions_are_listed_and_a_lost_device_is_logged_out(server: Server, tokens: dict[str, Any]) -> None:
    other = server.ask(LOG_IN, {"user-agent": "Laptop"}, name="mina", password=PASSWORD)["answer"]["tokens"]
    listed = server.ask(SESSIONS, bearer(other))["viewer"]["sessions"]
    assert sorted((one["userAgent"], one["current"]) for one in listed) == [
        ("Laptop", True), ("Phone", False), ("tests", False),
    ]  # fmt: skip
    phone = next(one["id"] for one in listed if one["userAgent"] == "Phone")
    assert server.ask(REVOKE, bearer(other), id=phone) == {"answer": {"deletedId": phone, "userErrors": []}}
    assert (is_out(server, tokens), is_out(server, other)) == (True, False)
    assert refreshed(server, tokens["refreshToken"]) == REFUSED


@pytest.mark.usefixtures("tokens")
async def test_nobody_ends_the_session_of_another(server: Server, db: Database) -> None:
    mina, admin = await an_account(server, db), await an_account(server, db, role="ADMIN")
    before = await contents(db)
    for wanted in (f"LoginSession_{mina.session}", f"User_{mina.id}", "x", "LoginSession_" + "0" * 32):
        answer = server.ask(REVOKE, admin.headers, id=wanted)["answer"]
        there = {"message": "There is no such thing, or it is not yours to see.", "path": ["id"]}
        assert answer == {"deletedId": None, "userErrors": [{"code": "NOT_FOUND"} | there]}
    assert await contents(db) == before


def test_logging_out_ends_this_session_and_everywhere_all(server: Server, tokens: dict[str, Any]) -> None:
    others = [server.ask(LOG_IN, name="mina", password=PASSWORD)["answer"]["tokens"] for _ in range(2)]
    done: dict[str, Any] = {"answer": {"userErrors": []}}
    assert server.ask(LOG_OUT, bearer(tokens)) == done
    assert [is_out(server, one) for one in (tokens, *others)] == [True, False, False]
    assert server.ask(LOG_OUT, token=others[0]["refreshToken"]) == done
    assert [is_out(server, one) for one in (tokens, *others)] == [True, True, False]
    assert server.ask(EVERYWHERE, bearer(others[1])) == done
    assert is_out(server, others[1])
    assert refreshed(server, others[1]["refreshToken"]) == REFUSED
    assert server.ask(LOG_OUT) == done


@pytest.mark.usefixtures("tokens")
def test_a_browser_lives_on_its_cookies_alone(server: Server, clock: Clock) -> None:
    browser = server.client

    def ask(query: str, **variables: Any) -> Any:
        answered = browser.post("/graphql", json={"query": query, "variables": variables}, headers=PREFLIGHT)
        return answered.json()["data"]

    signed_in: dict[str, Any] = {"answer": {"viewer": ME, "tokens": None, "userErrors": []}}
    assert ask(LOG_IN, name="mina", password=PASSWORD, cookie=True) == signed_in
    assert ask(WHO) == {"viewer": ME}
    first = browser.cookies["studiograph_refresh"]
    clock.pass_by(minutes=17)
    browser.cookies.delete("studiograph_access")  # as browsers do after a quarter of an hour
    assert ask(WHO) == {"viewer": None}
    assert ask(REFRESH) == signed_in
    assert browser.cookies["studiograph_refresh"] != first
    assert ask(WHO) == {"viewer": ME}
    assert ask(LOG_OUT) == {"answer": {"userErrors": []}}
    assert dict(browser.cookies) == {}
    assert ask(WHO) == {"viewer": None}
    assert refreshed(server, first) == REFUSED
