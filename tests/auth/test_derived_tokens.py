"""Tokens that are derived from ids, and known again."""

from __future__ import annotations

import pytest

from auth.derived_tokens import Derived, DerivedTokens

SESSION = "0198c0de" * 4
TOKENS = DerivedTokens(b"k" * 32, "sgr_")
TOKEN = TOKENS.write(SESSION, 7)
MALFORMED = [
    "", "sgr_", "token", TOKEN[4:], "SGR_" + TOKEN[4:], "sg_" + TOKEN[4:], TOKEN + "=", TOKEN + "\n", " " + TOKEN,
    TOKEN + "A", TOKEN[:-1], TOKEN + TOKEN, "sgr_" + "A" * 72, "sgr_" + "=" * 72, "sgr_" + "é" * 72,
    "sgr_" + "\ud800" * 72, "sgr_" + "A" * 1_000_000,
]  # fmt: skip


@pytest.mark.parametrize("generation", [0, 1, 2, 2**31 - 1, 2**48 - 1])
def test_tells_its_session_and_generation(generation: int) -> None:
    assert TOKENS.read(TOKENS.write(SESSION, generation)) == Derived(SESSION, generation)


def test_every_process_with_the_key_writes_the_same_one() -> None:
    assert DerivedTokens(b"k" * 32, "sgr_").write(SESSION, 7) == TOKEN


def test_no_two_sessions_or_generations_share_one() -> None:
    tokens = {TOKENS.write(f"{session:032x}", generation) for session in range(50) for generation in range(50)}
    assert len(tokens) == 2_500


def test_goes_into_a_cookie_and_a_header_as_it_is() -> None:
    assert TOKEN.isascii()
    assert TOKEN.replace("_", "").replace("-", "").isalnum()
    assert len(TOKEN) == 76


def test_refuses_a_token_of_another_key() -> None:
    assert DerivedTokens(b"o" * 32, "sgr_").read(TOKEN) is None


@pytest.mark.parametrize("token", MALFORMED, ids=lambda token: ascii(token[:20]))
def test_refuses_what_is_no_token(token: str) -> None:
    assert TOKENS.read(token) is None


def test_refuses_a_token_with_any_one_character_changed() -> None:
    changed = [
        TOKEN[:place] + instead + TOKEN[place + 1 :]
        for place, character in enumerate(TOKEN)
        for instead in {"A", "B", "_", "-", "z"} - {character}
    ]
    assert [token for token in changed if TOKENS.read(token)] == []
