"""People who are signed in, without the cost of a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from auth.access_tokens import AccessTokens
from auth.keys import derive_key
from auth.passwords import hash_password
from db.models import Base
from services.rows import a_user

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database


PASSWORD = "correct horse battery"  # noqa: S105  (kept only for tests)
ACCOUNTS = ("users", "login_sessions", "api_keys", "audit_events", "favorites")
"""The tables of accounts; `login_throttles` is written even when a mutation is refused."""


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


async def an_account(
    server: Signing, db: Database, role: str = "MEMBER", *, now: datetime | None = None, **named: Any
) -> Account:
    """Somebody of this role who is signed in at the server, since now or since then."""
    user = a_user(**{"name": f"{role.lower()}-{datetime.now(UTC).timestamp()}", "role": role, **named})
    now = now or datetime.now(UTC)
    async with db.transaction() as tx:
        await tx.users.add([user])
        session = await tx.login_sessions.begin(user["id"], "tests", now=now, expires_at=now + timedelta(days=30))
    token = AccessTokens(derive_key(server.signing_key, "access tokens")).write(user["id"], session, now)
    return Account(user["id"], session, {"authorization": f"Bearer {token}"})


async def a_member(server: Signing, db: Database, name: str = "mina", **named: Any) -> Account:
    """Somebody who is signed in and whose password is PASSWORD."""
    return await an_account(server, db, **{"name": name, "password_hash": await _password_hash(), **named})


async def contents(db: Database, *tables: str) -> dict[str, list[Any]]:
    """Every row of these tables, or of all that accounts are kept in."""
    return {name: await db.read().connection.all(_rows, name) for name in tables or ACCOUNTS}


async def column(db: Database, table: str, name: str) -> list[Any]:
    """The values of one column, by the order of ids."""
    return [getattr(row, name) for row in await db.read().connection.all(_rows, table)]


_HASHES: list[str] = []


async def _password_hash() -> str:
    """Made once: it takes a quarter of a second."""
    if not _HASHES:
        _HASHES.append(await hash_password(PASSWORD))
    return _HASHES[0]


def _rows(table: str) -> Executable:
    return select(Base.metadata.tables[table]).order_by(Base.metadata.tables[table].c.id)
