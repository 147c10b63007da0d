"""Access tokens, and what passes itself off as one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone
from string import ascii_letters
from typing import Any

import jwt
import pytest

from auth.access_tokens import SECONDS, AccessTokens, Claims, InvalidToken

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
ISSUED = int(NOW.timestamp())
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TOKENS = AccessTokens(KEY)
TOKEN = TOKENS.write("a" * 32, "b" * 32, NOW)
HEADER = {"alg": "HS256", "typ": "at+jwt"}
CLAIMS = {
    "iss": "studiograph", "aud": "studiograph", "sub": "a" * 32, "sid": "b" * 32, "iat": ISSUED, "exp": ISSUED + 900,
}  # fmt: skip
RSA_LOOKS_LIKE = {"kty": "oct", "k": "a2tr"}


def signed(claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None, key: bytes = KEY) -> str:
    """A token that is signed well, whatever it says."""
    told, headers = CLAIMS if claims is None else claims, HEADER if header is None else header
    return jwt.PyJWS().encode(json.dumps(told).encode(), key, headers["alg"], headers)


def encoded(part: Any) -> str:
    """A part of a token, as JSON or as the bytes it is."""
    raw = part if isinstance(part, bytes) else json.dumps(part, separators=(",", ":")).encode()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def without(name: str) -> dict[str, Any]:
    """The claims but one."""
    return {claim: value for claim, value in CLAIMS.items() if claim != name}


HEAD, BODY, SIGNATURE = TOKEN.split(".")
UNSIGNED = f"{encoded({**HEADER, 'alg': 'none'})}.{BODY}."
HEADERS: dict[str, dict[str, Any]] = {
    "HS384": {**HEADER, "alg": "HS384"},
    "HS512": {**HEADER, "alg": "HS512"},
    "no type": {"alg": "HS256", "typ": None},
    "another type": {**HEADER, "typ": "JWT"},
    "kid": {**HEADER, "kid": "../../dev/null"},
    "jku": {**HEADER, "jku": "https://example.com/keys"},
    "x5u": {**HEADER, "x5u": "https://example.com/keys"},
    "jwk": {**HEADER, "jwk": RSA_LOOKS_LIKE},
    "crit": {**HEADER, "crit": ["exp"]},
}
CLAIMED: dict[str, dict[str, Any]] = {
    **{f"without {name}": without(name) for name in CLAIMS},
    **{f"{name} is null": {**CLAIMS, name: None} for name in CLAIMS},
    **{f"{name} is a list": {**CLAIMS, name: [CLAIMS[name]]} for name in CLAIMS},
    **{f"{name} is a float": {**CLAIMS, name: 1.5e9} for name in CLAIMS},
    **{f"{name} is a boolean": {**CLAIMS, name: True} for name in CLAIMS},
    **{f"{name} is a text": {**CLAIMS, name: str(CLAIMS[name])} for name in ("iat", "exp")},
    "nothing": {},
    "another issuer": {**CLAIMS, "iss": "somebody"},
    "another audience": {**CLAIMS, "aud": "somebody"},
    "two audiences": {**CLAIMS, "aud": ["studiograph", "somebody"]},
    "a number for a user": {**CLAIMS, "sub": 1},
    "a number for a session": {**CLAIMS, "sid": 1},
    "issued in the future": {**CLAIMS, "iat": ISSUED + 61, "exp": ISSUED + 961},
    "ended": {**CLAIMS, "exp": ISSUED - 60},
    "for all time": {**CLAIMS, "exp": 10**400, "iat": 10**400},
    "before all time": {**CLAIMS, "exp": -(10**400), "iat": -(10**400)},
    "never ends": {**CLAIMS, "exp": float("inf")},
}
MALFORMED = {
    "empty": "",
    "a word": "token",
    "dots": "..",
    "many dots": "." * 100,
    "two parts": f"{HEAD}.{BODY}",
    "four parts": f"{TOKEN}.{SIGNATURE}",
    "alg none": UNSIGNED,
    "alg none, signed": UNSIGNED + SIGNATURE,
    "alg None": f"{encoded({**HEADER, 'alg': 'None'})}.{BODY}.",
    "no algorithm": f"{encoded({'typ': 'at+jwt'})}.{BODY}.{SIGNATURE}",
    "no signature": f"{HEAD}.{BODY}.",
    "another's signature": f"{HEAD}.{BODY}.{signed(key=OTHER_KEY).split('.')[2]}",
    "a signature of another body": f"{HEAD}.{encoded({**CLAIMS, 'sub': 'c' * 32})}.{SIGNATURE}",
    "brackets in the header": f"{encoded(b'[' * 2_900)}.e30.{SIGNATURE}",
    "brackets in the body": f"{HEAD}.{encoded(b'[' * 2_900)}.{SIGNATURE}",
    "a header that is no object": f"{encoded([])}.{BODY}.{SIGNATURE}",
    "padding": f"{TOKEN}=",
    "a line behind it": f"{TOKEN}\n",
    "a space before it": f" {TOKEN}",
    "a NUL": f"{TOKEN}\0",
    "not ASCII": f"{HEAD}.{BODY}.{SIGNATURE[:-1]}é",
    "other digits": f"{HEAD}.{BODY}.{SIGNATURE[:-1]}\u0661",
    "half a character": f"{HEAD}.{BODY}.\ud800",
    "longer than any": f"{HEAD}.{'A' * 5_000}.{SIGNATURE}",
    "a megabyte": "e" * 1_000_000,
    "well signed and too long": signed({**CLAIMS, "more": "x" * 4_096}),
}


def test_tells_who_and_by_which_session() -> None:
    assert TOKENS.read(TOKEN, NOW) == Claims("a" * 32, "b" * 32)


def test_says_what_the_design_promises_and_no_more() -> None:
    told = jwt.decode_complete(TOKEN, options={"verify_signature": False})
    assert (told["header"], told["payload"]) == (HEADER, CLAIMS)
    assert SECONDS == 900


def test_what_the_tests_sign_themselves_is_accepted_or_they_would_prove_nothing() -> None:
    assert TOKENS.read(signed(), NOW) == Claims("a" * 32, "b" * 32)


@pytest.mark.parametrize(
    "age", [timedelta(), timedelta(seconds=-60), timedelta(minutes=15), timedelta(minutes=15, seconds=59)]
)
def test_holds_for_15_minutes_and_a_minute_for_the_clocks(age: timedelta) -> None:
    assert TOKENS.read(TOKEN, NOW + age) == Claims("a" * 32, "b" * 32)


@pytest.mark.parametrize(
    "age", [timedelta(minutes=16), timedelta(days=10_000), timedelta(seconds=-61), timedelta(days=-10_000)]
)
def test_refuses_a_token_before_and_after_its_time(age: timedelta) -> None:
    with pytest.raises(InvalidToken, match="too old, or from the future"):
        TOKENS.read(TOKEN, NOW + age)


def test_the_hour_is_that_of_the_caller_in_any_zone() -> None:
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    assert TOKENS.write("a" * 32, "b" * 32, seoul) == TOKEN
    assert TOKENS.read(TOKEN, seoul) == Claims("a" * 32, "b" * 32)


def test_refuses_another_key() -> None:
    with pytest.raises(InvalidToken):
        AccessTokens(OTHER_KEY).read(TOKEN, NOW)


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_refuses_a_header_that_we_do_not_write_though_it_is_well_signed(header: dict[str, Any]) -> None:
    key = KEY * 2  # as long as HS512 wants it
    with pytest.raises(InvalidToken):
        AccessTokens(key).read(signed(header=header, key=key), NOW)


@pytest.mark.parametrize("claims", CLAIMED.values(), ids=CLAIMED)
def test_refuses_claims_that_we_do_not_write_though_they_are_well_signed(claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.read(signed(claims), NOW)


@pytest.mark.parametrize("token", MALFORMED.values(), ids=MALFORMED)
def test_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.read(token, NOW)


def test_refuses_a_token_with_any_one_character_changed_left_out_or_doubled() -> None:
    for place, character in enumerate(TOKEN):
        for instead in ("", character * 2, *({"A", "B", "_", "."} - {character})):
            with pytest.raises(InvalidToken):
                TOKENS.read(TOKEN[:place] + instead + TOKEN[place + 1 :], NOW)


def test_refuses_another_spelling_of_the_same_signature() -> None:
    digits = ascii_letters + "0123456789-_"
    others = [TOKEN[:-1] + digit for digit in digits if digit != TOKEN[-1]]
    assert len([token for token in others if _is_refused(token)]) == 63


def _is_refused(token: str) -> bool:
    try:
        TOKENS.read(token, NOW)
    except InvalidToken:
        return True
    return False


def test_a_refusal_repeats_nothing_of_the_token() -> None:
    with pytest.raises(InvalidToken) as refused:
        TOKENS.read(signed(key=OTHER_KEY), NOW)
    assert not {*TOKEN.split("."), "a" * 32} & {*str(refused.value).split()}
