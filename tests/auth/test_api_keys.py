"""API keys: made, shown once, found by a digest."""

from __future__ import annotations

import re

import pytest

from auth.api_keys import digest, is_api_key, new_api_key


def test_a_key_has_256_random_bits_behind_its_prefix() -> None:
    assert re.fullmatch(r"sg_[A-Za-z0-9_-]{43}", new_api_key().secret)


def test_no_two_keys_are_alike() -> None:
    made = [new_api_key() for _ in range(100)]
    assert len({key.secret for key in made}) == len({key.digest for key in made}) == 100


def test_what_is_shown_of_a_key_is_how_it_begins() -> None:
    made = new_api_key()
    assert (made.prefix, len(made.prefix)) == (made.secret[:11], 11)


def test_what_is_kept_of_a_key_finds_it_and_does_not_hold_it() -> None:
    made = new_api_key()
    assert digest(made.secret) == made.digest
    assert made.secret[11:] not in made.digest


def test_a_digest_stays_the_same_or_every_key_would_be_void() -> None:
    assert digest("sg_x") == "748cff0552f8b482d6f4ed182b654ed0d189a3cd6cc1644719fe2d514be0cfbd"


@pytest.mark.parametrize("credential", ["sg_é", "sg_\ud800", "sg_" + "x" * 100_000])
def test_whatever_comes_has_a_digest(credential: str) -> None:
    assert len(digest(credential)) == 64


@pytest.mark.parametrize(("credential", "meant"), [("sg_x", True), ("sgr_x", False), ("eyJ.e30.x", False), ("", False)])
def test_a_key_is_known_by_its_prefix(credential: str, meant: bool) -> None:  # noqa: FBT001  (a case's answer)
    assert is_api_key(credential) is meant
