"""One connection to a PostgreSQL server: opened in time, noticed when its peer has gone, ready again after a cut."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import asyncpg

from db.unavailable import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

CONNECT_SECONDS = 5
SOCKET_OPTIONS = {
    "SO_KEEPALIVE": 1,
    "TCP_KEEPIDLE": 10,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 10_000,
}
"""A peer that is silent for ten seconds and more has gone. Not every system knows every option."""
BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a connection may raise that does not work."""
UNAVAILABLE = {"08", "53", "57", "58"}
"""Classes of SQLSTATE: connection lost, resources exhausted, an operator (or a limit) intervened, the disk failed."""
READ_ONLY = "25006"
"""What a server says that has become a standby."""


class Driver(asyncpg.Connection):  # type: ignore[misc]  # it has no type hints
    """A connection that notices when its peer has gone; `held_since` is of time.monotonic."""

    held_since: float | None = None

    def __init__(self, protocol: Any, transport: asyncio.Transport, *rest: Any) -> None:
        super().__init__(protocol, transport, *rest)
        peer = transport.get_extra_info("socket")
        if peer.family == socket.AF_UNIX:
            return
        for name, value in SOCKET_OPTIONS.items():
            if option := getattr(socket, name, None):
                peer.setsockopt(socket.SOL_SOCKET if name.startswith("SO_") else socket.IPPROTO_TCP, option, value)


async def open_connection(url: str, statement_seconds: float | None) -> Driver:
    """A connection; the server ends statements that take longer than `statement_seconds`. BROKEN where it fails."""
    driver: Driver | None = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            driver = await asyncpg.connect(
                url,
                connection_class=Driver,
                statement_cache_size=1_000,
                server_settings=_limits(statement_seconds),
            )
            await driver.set_type_codec(
                "uuid", schema="pg_catalog", encoder=bytes.fromhex, decoder=bytes.hex, format="binary"
            )
    except BaseException:
        if driver:
            driver.terminate()
        raise
    return driver


async def answers(url: str) -> bool:
    """Whether the server says anything at all to somebody who comes anew."""
    try:
        driver = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except OSError:
        return False
    except BROKEN:
        return True
    driver.terminate()
    return True


async def end_transaction(driver: Driver) -> None:
    """Wait for the end of what is still being cancelled, and undo what is still open."""
    if driver.is_closed():
        return
    await driver.execute("ROLLBACK" if driver.is_in_transaction() else "SELECT 1")
    if driver.is_in_transaction():
        await driver.execute("ROLLBACK")  # it was BEGIN that was cut off


def give_up(silent: Iterable[Driver]) -> None:
    """End connections on which nothing is heard any more."""
    for driver in silent:
        driver.terminate()


def require_available(driver: Driver, error: BaseException) -> None:
    """Raise DatabaseUnavailable where an error of this connection means that the server is away or overworked."""
    if isinstance(error, asyncpg.InternalClientError) or getattr(error, "severity_en", None) == "FATAL":
        driver.terminate()  # the server has ended it, and the end itself is still on its way
    if isinstance(error, Exception) and (driver.is_closed() or _means_unavailable(error)):
        raise DatabaseUnavailable(f"PostgreSQL went away or is too busy ({type(error).__name__}).") from error


def _means_unavailable(error: Exception) -> bool:
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, OSError) or state[:2] in UNAVAILABLE or state == READ_ONLY


def _limits(seconds: float | None) -> dict[str, str]:
    names = ("statement_timeout", "idle_in_transaction_session_timeout") if seconds else ()
    return dict.fromkeys(names, f"{seconds}s")
