"""What links in mails prove: which ones hold, for how long, and how many there may be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from rules.refusals import STATE, TOKEN_INVALID, Refusal

PASSWORD_RESET = "password_reset"  # noqa: S105  (a purpose)
EMAIL_VERIFICATION = "email_verification"
LIFETIMES = {PASSWORD_RESET: timedelta(hours=1), EMAIL_VERIFICATION: timedelta(days=1)}
MOST_AN_HOUR = 3
"""So many mails of one purpose an account gets: nobody shall be flooded by them."""
RESETS_OF_AN_ADDRESS = 20
"""So many resets one address of the network may ask for in an hour."""


class Token(Protocol):
    """A token as it is kept."""

    purpose: str
    email: str
    expires_at: datetime
    used_at: datetime | None


class Account(Protocol):
    """Whose token it is."""

    status: str
    email: str | None
    email_verified_at: datetime | None
    pending_email: str | None


def require_reset(token: Token | None, account: Account | None, now: datetime) -> None:
    """Refuse a token that resets no password: the mail must have gone to the address that the account has today."""
    if not _holds(token, account, PASSWORD_RESET, now) or not _same(token, account.email if account else None):
        raise _no_token()


def verified(token: Token | None, account: Account | None, now: datetime) -> dict[str, Any]:
    """The columns of the account once its address is verified; Refusal where the token verifies none, or none now."""
    if token is None or account is None or not _holds(token, account, EMAIL_VERIFICATION, now):
        raise _no_token()
    if _same(token, account.pending_email):
        return {"email": account.pending_email, "pending_email": None, "email_verified_at": now}
    if _same(token, account.email) and account.email_verified_at is None:
        return {"email_verified_at": now}
    raise _no_token()


def to_verify(account: Account) -> str:
    """The address that is still to be verified; Refusal where there is none."""
    unverified = account.email if account.email_verified_at is None else None
    address = account.pending_email or unverified
    if address is None:
        raise Refusal(STATE, "There is no address to verify: set another one first, with updateProfile.")
    return address


def _holds(token: Token | None, account: Account | None, purpose: str, now: datetime) -> bool:
    if token is None or account is None or account.status != "APPROVED":
        return False
    return token.purpose == purpose and token.used_at is None and now < token.expires_at


def _same(token: Token | None, address: str | None) -> bool:
    """To the letter: addresses that only look alike when folded may be those of two people."""
    return token is not None and token.email == address


def _no_token() -> Refusal:
    return Refusal(TOKEN_INVALID, "This link does not hold, or no longer: ask for another mail.", "token")
