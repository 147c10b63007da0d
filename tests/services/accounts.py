"""People who are signed in, without the cost of a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from auth.access_tokens import AccessTokens
from auth.keys import derive_key
from services.rows import a_user

if TYPE_CHECKING:
    from db.database import Database


class Signing(Protocol):
    """What signs tokens: a server, or the settings of one."""

    @property
    def signing_key(self) -> bytes:
        """The secret."""


@dataclass(frozen=True)
class Account:
    """A user with a session; `headers` sign a request in."""

    id: str
    session: str
    headers: dict[str, str]

    @property
    def global_id(self) -> str:
        """The id that clients see."""
        return f"User_{self.id}"


async def an_account(server: Signing, db: Database, role: str = "MEMBER", **named: Any) -> Account:
    """Somebody of this role who is signed in at the server."""
    user = a_user(**{"name": f"{role.lower()}-{datetime.now(UTC).timestamp()}", "role": role, **named})
    now = datetime.now(UTC)
    async with db.transaction() as tx:
        await tx.users.add([user])
        session = await tx.login_sessions.begin(user["id"], "tests", now=now, expires_at=now + timedelta(days=30))
    token = AccessTokens(derive_key(server.signing_key, "access tokens")).write(user["id"], session, now)
    return Account(user["id"], session, {"authorization": f"Bearer {token}"})
