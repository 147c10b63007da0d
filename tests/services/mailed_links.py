"""The links that are mailed to members, without the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auth.derived_tokens import DerivedTokens
from auth.keys import derive_key
from services.accounts import column

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

ASK_RESET = "mutation ($email: String!) { requestPasswordReset(email: $email) { userErrors { code } } }"
ASK_VERIFICATION = "mutation { requestEmailVerification { userErrors { code } } }"


async def reset_link(server: Server, db: Database, email: str) -> str:
    """Where whoever has this address chooses a new password."""
    server.ask(ASK_RESET, email=email)
    return f"/reset?token={await _last_token(server, db)}"


async def verification_link(server: Server, db: Database, headers: dict[str, str]) -> str:
    """Where whoever is signed in by these headers confirms their new address."""
    server.ask(ASK_VERIFICATION, headers)
    return f"/verify?token={await _last_token(server, db)}"


async def _last_token(server: Server, db: Database) -> str:
    *_, last = await column(db, "mailed_tokens", "id")
    return DerivedTokens(derive_key(server.signing_key, "mailed tokens"), "sgm_").write(last)
