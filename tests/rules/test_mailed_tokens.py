"""Links in mails: which ones hold, and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rules.mailed_tokens import EMAIL_VERIFICATION, PASSWORD_RESET, require_reset, to_verify, verified
from rules.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)


@dataclass
class Token:
    """A token that holds."""

    purpose: str = PASSWORD_RESET
    email: str = "Mina@example.com"
    expires_at: datetime = NOW + timedelta(microseconds=1)
    used_at: datetime | None = None


@dataclass
class Account:
    """Whose it is."""

    status: str = "APPROVED"
    email: str | None = "Mina@example.com"
    email_verified_at: datetime | None = None
    pending_email: str | None = None


VERIFYING = Token(EMAIL_VERIFICATION)
LOST: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"expires_at": NOW}, {}),
    ({"used_at": NOW}, {}),
    ({"email": "else@example.com"}, {}),
    ({"email": "mina@example.com"}, {}),
    ({"email": "kim@strasse.de"}, {"email": "kim@straße.de"}),
    ({"purpose": "something_else"}, {}),
    ({}, {"status": "SUSPENDED"}),
    ({}, {"email": None}),
]


def test_a_link_resets_the_password_of_the_address_it_went_to() -> None:
    require_reset(Token(), Account(), NOW)
    require_reset(Token(), Account(email_verified_at=NOW, pending_email="new@example.com"), NOW)


@pytest.mark.parametrize(("token", "account"), LOST)
def test_a_link_that_does_not_hold_does_nothing(token: dict[str, Any], account: dict[str, Any]) -> None:
    for holds, purpose in ((require_reset, PASSWORD_RESET), (verified, EMAIL_VERIFICATION)):
        _require_refused(holds, Token(**{"purpose": purpose} | token), Account(**account))


def test_a_link_serves_one_purpose_of_one_account() -> None:
    _require_refused(require_reset, VERIFYING, Account())
    _require_refused(verified, Token(), Account())
    for holds in (require_reset, verified):
        _require_refused(holds, None, None)


def test_what_is_verified_is_not_verified_again() -> None:
    _require_refused(verified, VERIFYING, Account(email_verified_at=NOW))


def test_a_new_address_takes_the_place_of_the_old_one() -> None:
    account = Account("APPROVED", "old@example.com", NOW - timedelta(days=9), "Mina@example.com")
    assert verified(VERIFYING, account, NOW) == {
        "email": "Mina@example.com", "pending_email": None, "email_verified_at": NOW,
    }  # fmt: skip


def test_the_address_that_they_have_is_verified_once() -> None:
    assert verified(VERIFYING, Account(), NOW) == {"email_verified_at": NOW}


def test_the_new_address_is_verified_before_the_one_that_they_have() -> None:
    assert to_verify(Account(pending_email="new@example.com")) == "new@example.com"
    assert to_verify(Account()) == "Mina@example.com"
    for nothing in (Account(email=None), Account(email_verified_at=NOW)):
        with pytest.raises(Refusal, match="There is no address to verify") as refused:
            to_verify(nothing)
        assert refused.value.code == "STATE"


def _require_refused(holds: Callable[..., Any], token: Token | None, account: Account | None) -> None:
    with pytest.raises(Refusal, match=r"This link does not hold, or no longer: ask for another mail\.") as refused:
        holds(token, account, NOW)
    assert (refused.value.code, refused.value.path) == ("TOKEN_INVALID", ("token",))
