"""Passwords, their hashes, and what a look at one costs."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from statistics import median
from time import perf_counter, process_time

import bcrypt
import pytest

from auth.passwords import (
    CORES,
    LONGEST,
    MAX_WAITING,
    NOBODY,
    ROUNDS,
    SCHEME,
    TooManyHashes,
    Verdict,
    hash_password,
    verify,
)

PASSWORD = "correct horse battery"  # noqa: S105  (a test's)
RIGHT = Verdict(right=True, outdated=False)
WRONG = Verdict(right=False, outdated=False)
OLD = Verdict(right=True, outdated=True)
LONG_BYTES = [73, 128, 129, 4_096, 900_000]


@pytest.fixture(scope="module")
def stored() -> str:
    return asyncio.run(hash_password(PASSWORD))


def old_hash(password: bytes, rounds: int = 4, prefix: bytes = b"2b") -> str:
    """As a backend before us kept it."""
    hashed = bcrypt.hashpw(password[:72], bcrypt.gensalt(rounds))
    return hashed.replace(b"$2b$", b"$%s$" % prefix, 1).decode()


def test_a_hash_carries_its_scheme_and_todays_cost(stored: str) -> None:
    assert stored.startswith(f"{SCHEME}$2b${ROUNDS}$")
    assert PASSWORD not in stored


async def test_the_same_password_never_has_the_same_hash(stored: str) -> None:
    assert await hash_password(PASSWORD) != stored


async def test_the_right_password_is_right(stored: str) -> None:
    assert await verify(PASSWORD, stored) == RIGHT


@pytest.mark.parametrize("password", ["", PASSWORD.upper(), PASSWORD + " ", PASSWORD + "\0", PASSWORD[:-1], "\ud800"])
async def test_any_other_password_is_wrong(password: str, stored: str) -> None:
    assert await verify(password, stored) == WRONG


@pytest.mark.parametrize(
    "password",
    [
        "",
        "a\0b",
        "\0" * 10,
        "\ud800\udfff lone",
        "비밀번호를아무도모른다",
        "पासवर्ड",
        "🦄" * 18,
        "x" * LONGEST,
        "힣" * LONGEST,
    ],
    ids=ascii,
)
async def test_whatever_can_be_typed_can_be_a_password(password: str) -> None:
    stored = await hash_password(password)
    verdicts = [await verify(password, stored), await verify(password[:-1] + "?", stored)]
    assert verdicts == [RIGHT, WRONG]


async def test_composed_and_decomposed_input_is_the_same_password() -> None:
    stored = await hash_password("caf\u00e9 \ud55c\uae00 caf\u00e9")
    assert await verify("cafe\u0301 \u1112\u1161\u11ab\u1100\u1173\u11af cafe\u0301", stored) == RIGHT


@pytest.mark.parametrize("length", LONG_BYTES)
async def test_long_passwords_are_told_apart_or_refused_and_soon(length: int) -> None:
    stored = await hash_password("x" * min(length, LONGEST))
    began = perf_counter()
    same, other = await verify("x" * length, stored), await verify("x" * (length - 1) + "y", stored)
    assert [same, other] == [RIGHT if length <= LONGEST else WRONG, WRONG]
    assert perf_counter() - began < 2 * 1.5


@pytest.mark.parametrize("length", [LONGEST + 1, 900_000])
async def test_a_password_above_the_longest_is_never_hashed(length: int) -> None:
    with pytest.raises(ValueError, match="at most 128 characters"):
        await hash_password("x" * length)


async def test_a_password_of_accents_upon_accents_is_refused_before_it_is_composed(stored: str) -> None:
    began = perf_counter()
    assert await verify("a" + "\u0301\u0316" * 200_000, stored) == WRONG
    assert perf_counter() - began < 1.5


@pytest.mark.parametrize("prefix", [b"2a", b"2b", b"2y"])
async def test_plain_bcrypt_of_an_old_backend_is_right_and_outdated(prefix: bytes) -> None:
    assert await verify("short", old_hash(b"short", prefix=prefix)) == OLD


async def test_plain_bcrypt_is_outdated_at_any_cost() -> None:
    assert await verify("short", old_hash(b"short", rounds=ROUNDS)) == OLD


async def test_what_an_old_backend_cut_off_is_cut_off_still() -> None:
    letters = "\uac00" * 30  # 90 bytes
    assert await verify(letters, old_hash(letters.encode())) == OLD


@pytest.mark.parametrize("password", ["a\0b", "b", "", "\ud800", "a" * 1_000])
async def test_another_password_for_plain_bcrypt_is_wrong(password: str) -> None:
    assert await verify(password, old_hash(b"a")) == WRONG


async def test_a_cheaper_hash_of_ours_is_outdated() -> None:
    cheaper = SCHEME + old_hash(b"LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=")  # SHA-256 of x
    assert [await verify("x", cheaper), await verify("y", cheaper)] == [OLD, WRONG]


@pytest.mark.parametrize(
    "stored",
    [
        "", SCHEME, "plain text", "$2b$12$", "pbkdf2_sha256$1$a$b", "$2b$03$" + "." * 53, "$2b$12$" + "." * 52,
        "$2b$12$" + "." * 54, "$2x$12$" + "." * 53, "$2b$99$" + "." * 53, "$2b$12$" + "/" * 53, "힣" * 60,
    ],
)  # fmt: skip
async def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    assert [await verify("", stored), await verify(stored, stored)] == [WRONG, WRONG]


@pytest.mark.parametrize("password", ["", PASSWORD, "x" * 129])
async def test_nobody_has_no_password(password: str) -> None:
    assert [await verify(password, None), await verify(password, NOBODY)] == [WRONG, WRONG]


async def test_unknown_users_wrong_passwords_and_old_hashes_cost_the_same_work(stored: str) -> None:
    cases = {"wrong": stored, "unknown": None, "old": old_hash(b"a", 10), "no hash": "md5$x"}
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(7):
        for name, hashed in cases.items():
            began = process_time()  # work, not the hour: others use the machine as well
            await verify("a wrong password", hashed)
            seconds[name].append(process_time() - began)
    medians = [median(each) for each in seconds.values()]
    assert max(medians) < 1.2 * min(medians)


async def test_the_event_loop_goes_on_meanwhile(stored: str) -> None:
    looks = asyncio.gather(*(verify("wrong", stored) for _ in range(3)))
    turns, began = [perf_counter()], perf_counter()
    while not looks.done():
        await asyncio.sleep(0)
        turns.append(perf_counter())
    longest = max(later - earlier for earlier, later in pairwise(turns))
    assert longest < (turns[-1] - began) / 3
    assert await looks == [WRONG, WRONG, WRONG]


async def test_whoever_would_wait_too_long_is_told_so_at_once(stored: str) -> None:
    looks = [asyncio.create_task(verify(PASSWORD, stored)) for _ in range(CORES + MAX_WAITING)]
    await asyncio.sleep(0)  # they have their places now
    with pytest.raises(TooManyHashes):
        await verify(PASSWORD, stored)
    with pytest.raises(TooManyHashes):
        await hash_password(PASSWORD)
    for look in looks[1:]:
        look.cancel()
    assert [await looks[0], await verify(PASSWORD, stored)] == [RIGHT, RIGHT]  # who goes away gives the place back
