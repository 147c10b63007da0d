"""Links in mails: a forgotten password, and an address that is verified."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from auth import passwords
from services.accounts import ACCOUNTS, PASSWORD, a_member, an_account, column, contents
from services.at_once import at_once
from services.mailbox import mailed, wanted
from services.mailed_link_operations import ASK, CHANGE, FORGOT, LOG_IN, PROFILE, RESET, VERIFY, WHO
from services.rows import a_studio
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from services.accounts import Account
    from settings import Settings

MINA, NEW = "mina@example.com", "another fine password"
WRITTEN = (*ACCOUNTS, "mailed_tokens", "events")
DONE: dict[str, Any] = {"answer": {"userErrors": []}}
DEAD = {
    "__typename": "InputError",
    "code": "TOKEN_INVALID",
    "message": "This link does not hold, or no longer: ask for another mail.",
    "path": ["token"],
}
REFUSED = {"answer": {"tokens": None, "userErrors": [DEAD]}}
UNVERIFIED = {"answer": {"user": None, "userErrors": [DEAD]}}
ROUNDS = 8
UNKNOWN = ["jun@example.com", "nobody", "", "x" * 100_000, "waiting@example.com", "new@example.com"]


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
    """A server whose clock stands still until it is moved; it answers as much as it is asked."""
    started = Server(settings.model_copy(update={"rate_per_address": 10**9}), clock).start()
    yield started
    started.stop()


@pytest.fixture
async def mina(server: Server, db: Database) -> Account:
    """A member with an address that nobody has verified."""
    async with db.transaction() as tx:
        await tx.studios.add([a_studio()])
    return await a_member(server, db, email=MINA)


async def _reset_token(server: Server, db: Database) -> str:
    assert server.ask(FORGOT, email=MINA) == DONE
    return (await mailed(server, db, "password_reset"))[-1]


async def _verification(server: Server, db: Database, account: Account) -> str:
    assert server.ask(ASK, account.headers) == DONE
    return (await mailed(server, db, "email_verification"))[-1]


async def test_a_forgotten_password_is_replaced_by_the_link(server: Server, db: Database, mina: Account) -> None:
    async with db.transaction() as tx:
        await tx.users.note(mina.id, must_change_password=True)
    token = await _reset_token(server, db)
    for _ in range(5):
        server.ask(LOG_IN, password="wrong password")  # noqa: S106  (a wrong one)
    told = server.ask(RESET, {"authorization": "Bearer of old"}, token=token, new=NEW)["answer"]
    assert told["userErrors"] == []
    viewer: dict[str, Any] = {"user": {"username": "mina"}, "email": MINA, "pendingEmail": None}
    viewer |= {"emailVerified": False, "mustChangePassword": False}
    assert server.ask(WHO, {"authorization": f"Bearer {told['tokens']['accessToken']}"}) == {"viewer": viewer}
    assert server.answer(WHO, mina.headers)["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    answers = [server.ask(LOG_IN, password=password)["answer"]["userErrors"] for password in (NEW, PASSWORD)]
    assert [[one["code"] for one in errors] for errors in answers] == [[], ["BAD_CREDENTIALS"]]
    assert token not in str(await contents(db, "mailed_tokens", "events"))


@pytest.mark.parametrize("by", ["reset", "change"])
async def test_a_new_password_ends_the_links_and_the_address_of_who_knew_the_old_one(
    server: Server, db: Database, mina: Account, by: str
) -> None:
    server.ask(PROFILE, mina.headers, email="thief@example.com")
    (verifying,) = await mailed(server, db, "email_verification")
    first, last = await _reset_token(server, db), await _reset_token(server, db)
    if by == "reset":
        answer = server.ask(RESET, token=last, new=NEW)["answer"]
    else:
        answer = server.ask(CHANGE, mina.headers, old=PASSWORD, new=NEW)["answer"]
    assert answer["userErrors"] == []
    before = await contents(db, *WRITTEN)
    assert [(user.email, user.pending_email) for user in before["users"]] == [(MINA, None)]
    assert server.ask(VERIFY, token=verifying) == UNVERIFIED
    assert server.ask(RESET, token=first, new=NEW) == server.ask(RESET, token=last, new=NEW) == REFUSED
    assert await contents(db, *WRITTEN) == before


async def test_a_link_is_mailed_to_the_accounts_own_address_and_no_look_alike(server: Server, db: Database) -> None:
    await a_member(server, db, email="kim@straße.de")
    assert server.ask(FORGOT, email="kim@strasse.de") == DONE
    assert set(await column(db, "mailed_tokens", "email")) <= {"kim@straße.de"}


@pytest.mark.usefixtures("mina")
async def test_a_link_resets_once_even_where_twenty_use_it_together(
    server: Server, db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 4)  # or else they come out of hashing one after the other
    for _ in range(ROUNDS):
        clock.pass_by(hours=1)
        first, token = await _reset_token(server, db), await _reset_token(server, db)
        asks = [partial(server.ask, RESET, token=token, new=f"{NEW} {number}") for number in range(20)]
        answers = [one["answer"] for one in await at_once(asks)]
        assert sorted(len(one["userErrors"]) for one in answers) == [0] + [1] * 19
        assert [one for one in answers if one["userErrors"] not in ([], [DEAD])] == []
    before = await contents(db, *WRITTEN)
    assert server.ask(RESET, token=token, new=NEW) == server.ask(RESET, token=first, new=NEW) == REFUSED
    assert await contents(db, *WRITTEN) == before


@pytest.mark.usefixtures("mina")
async def test_a_weak_password_does_not_cost_the_link(server: Server, db: Database) -> None:
    token = await _reset_token(server, db)
    before = await contents(db, *WRITTEN)
    weak = server.ask(RESET, token=token, new="short")["answer"]
    assert [(one["code"], one["path"]) for one in weak["userErrors"]] == [("TOO_SHORT", ["newPassword"])]
    assert await contents(db, *WRITTEN) == before
    assert server.ask(RESET, token=token, new=NEW)["answer"]["userErrors"] == []


@pytest.mark.parametrize("lost", ["time", "status", "address", "purpose", "forged", "nonsense", "long"])
async def test_what_no_longer_holds_resets_nothing(
    server: Server, db: Database, clock: Clock, mina: Account, lost: str
) -> None:
    token = await _reset_token(server, db)
    if lost == "time":
        clock.pass_by(hours=1)
    if lost == "purpose":
        token = await _verification(server, db, mina)
    async with db.transaction() as tx:
        if lost == "status":
            await tx.users.note(mina.id, status="SUSPENDED")
        if lost == "address":
            await tx.users.rename(await tx.users.locked(mina.id), email="else@example.com", now=clock.moment)
    token = {"forged": token[:-1] + ("A" if token[-1] != "A" else "B"), "nonsense": "x", "long": "x" * 100_000}.get(
        lost, token
    )
    before = await contents(db, *WRITTEN)
    assert server.ask(RESET, token=token, new=NEW) == REFUSED
    assert await contents(db, *WRITTEN) == before


async def test_who_has_no_account_is_answered_alike_and_nothing_is_written(
    server: Server, db: Database, mina: Account
) -> None:
    await an_account(server, db, name="waiting", status="PENDING", email="waiting@example.com")
    server.ask(PROFILE, mina.headers, email="new@example.com")
    before = await contents(db, *WRITTEN)
    answers = [server.answer(FORGOT, email=email) for email in UNKNOWN]
    assert await contents(db, *WRITTEN) == before
    assert answers == [server.answer(FORGOT, email=f" {MINA.upper()}")] * len(UNKNOWN)
    assert (await wanted(db))[-1][:2] == ("password_reset", "user")


async def test_who_has_no_account_is_answered_as_fast(settings: Settings, db: Database, clock: Clock) -> None:
    unlimited = Server(settings.model_copy(update={"rate_limit": "off"}), clock).start()
    await a_member(unlimited, db, email=MINA)
    seconds: dict[str, list[float]] = {MINA: [], "jun@example.com": []}
    for _ in range(15):
        clock.pass_by(hours=1)
        for email, taken in seconds.items():
            began = time.perf_counter()
            unlimited.ask(FORGOT, email=email)
            taken.append(time.perf_counter() - began)
    unlimited.stop()
    known, unknown = map(median, seconds.values())
    assert abs(known - unknown) < 0.05


@pytest.mark.usefixtures("mina")
async def test_an_account_gets_three_mails_an_hour_and_nobody_learns_of_it(
    server: Server, db: Database, clock: Clock
) -> None:
    assert [server.ask(FORGOT, email=MINA) for _ in range(5)] == [DONE] * 5
    assert len(await mailed(server, db, "password_reset")) == 3
    clock.pass_by(hours=1)
    assert server.ask(FORGOT, email=MINA) == DONE
    assert len(await mailed(server, db, "password_reset")) == 4


async def test_an_address_of_the_network_asks_twenty_times_an_hour(server: Server, db: Database, clock: Clock) -> None:
    assert [server.ask(FORGOT, email=f"{number}@example.com") for number in range(20)] == [DONE] * 20
    clock.pass_by(minutes=59)
    before = await contents(db, *WRITTEN, "guest_requests")
    message = "Too many tries: wait 60 seconds."
    refused = {"__typename": "RateLimited", "code": "RATE_LIMITED", "message": message, "path": []}
    assert server.ask(FORGOT, email=MINA) == {"answer": {"userErrors": [refused]}}
    assert await contents(db, *WRITTEN, "guest_requests") == before
    assert "127.0.0.1" not in str(before["guest_requests"])
    clock.pass_by(minutes=1)
    assert server.ask(FORGOT, email=MINA) == DONE


async def test_an_address_is_verified_by_the_link_once(server: Server, db: Database, mina: Account) -> None:
    token = await _verification(server, db, mina)
    verified = {"answer": {"user": {"id": mina.global_id, "email": None}, "userErrors": []}}
    assert server.ask(VERIFY, token=token) == verified
    assert server.ask(WHO, mina.headers)["viewer"]["emailVerified"] is True
    before = await contents(db, *WRITTEN)
    assert server.ask(VERIFY, token=token) == UNVERIFIED
    nothing = "There is no address to verify: set another one first, with updateProfile."
    refused = {"__typename": "InputError", "code": "STATE", "message": nothing, "path": []}
    assert server.ask(ASK, mina.headers) == {"answer": {"userErrors": [refused]}}
    assert await contents(db, *WRITTEN) == before


async def test_a_new_address_takes_the_place_of_the_old_one_when_it_is_verified(
    server: Server, db: Database, mina: Account
) -> None:
    for _ in range(2):  # the second time nothing changes
        pending = server.ask(PROFILE, mina.headers, email="new@example.com")["answer"]["viewer"]
        assert pending == {"email": MINA, "pendingEmail": "new@example.com", "emailVerified": False}
    (token,) = await mailed(server, db, "email_verification")
    assert await column(db, "mailed_tokens", "email") == ["new@example.com"]
    assert server.ask(VERIFY, token=token)["answer"]["userErrors"] == []
    viewer = server.ask(WHO, mina.headers)["viewer"]
    assert (viewer["email"], viewer["pendingEmail"], viewer["emailVerified"]) == ("new@example.com", None, True)
    assert server.ask(FORGOT, email=MINA) == DONE
    assert await mailed(server, db, "password_reset") == []


async def test_an_address_that_somebody_else_has_by_now_is_not_theirs(
    server: Server, db: Database, mina: Account
) -> None:
    server.ask(PROFILE, mina.headers, email="new@example.com")
    (token,) = await mailed(server, db, "email_verification")
    await an_account(server, db, name="jun", email="NEW@example.com")
    before = await contents(db, *WRITTEN)
    message = "Another account has this address already."
    taken = {"__typename": "InputError", "code": "NOT_UNIQUE", "message": message, "path": ["token"]}
    assert server.ask(VERIFY, token=token) == {"answer": {"user": None, "userErrors": [taken]}}
    assert await contents(db, *WRITTEN) == before


@pytest.mark.parametrize("lost", ["time", "other", "purpose"])
async def test_what_no_longer_holds_verifies_nothing(
    server: Server, db: Database, clock: Clock, mina: Account, lost: str
) -> None:
    server.ask(PROFILE, mina.headers, email="new@example.com")
    (token,) = await mailed(server, db, "email_verification")
    if lost == "time":
        clock.pass_by(hours=24)
    if lost == "other":
        server.ask(PROFILE, mina.headers, email="newer@example.com")
    if lost == "purpose":
        token = await _reset_token(server, db)
    before = await contents(db, *WRITTEN)
    assert server.ask(VERIFY, token=token) == UNVERIFIED
    assert await contents(db, *WRITTEN) == before


async def test_nobody_is_flooded_with_links_to_verify(server: Server, db: Database, mina: Account) -> None:
    for number in range(4):
        server.ask(PROFILE, mina.headers, email=f"{number}@example.com")
    assert await column(db, "mailed_tokens", "email") == [f"{number}@example.com" for number in range(3)]
    before = await contents(db, *WRITTEN)
    answer = server.ask(ASK, mina.headers)["answer"]["userErrors"]
    message = "Too many tries: wait 3600 seconds."
    assert answer == [{"__typename": "RateLimited", "code": "RATE_LIMITED", "message": message, "path": []}]
    assert await contents(db, *WRITTEN) == before
