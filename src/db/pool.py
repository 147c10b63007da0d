"""Connections to one PostgreSQL server, given from hand to hand; none that is still at work for somebody who left."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import Any

import asyncpg

from db.unavailable import DatabaseUnavailable

CONNECT_SECONDS = 5
RETRY_SECONDS = 0.5
"""After a connection could not be opened, so long nobody tries again: whoever comes hears it at once."""
QUEUE_SECONDS = 5
QUEUE_LENGTH = 1_000
CANCEL_SECONDS = 2
"""So long the server has to end a statement that nobody waits for any more; then its connection is given up."""
ANSWER_SECONDS = 2
"""So much later than its limit a statement's end must be heard of, or the network is broken."""
KEEPALIVE = {"SO_KEEPALIVE": 1, "TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
"""A peer that is silent for ten seconds and more has gone. Not every system knows every option."""

UNAVAILABLE = {"08", "53", "57", "58"}
"""Classes of SQLSTATE: connection lost, resources exhausted, an operator (or a limit) intervened, the disk failed."""
READ_ONLY = "25006"
"""What a server says that has become a standby."""


class Pool:
    """At most `size` connections: opened when first needed, the last one used is the next one given.

    A statement may take `statement_seconds` and no longer, whoever waits for it; None: as long as it likes.
    """

    def __init__(self, url: str, size: int, statement_seconds: float | None = None) -> None:
        self._url = url
        self._limits = _limits(statement_seconds) if statement_seconds else {}
        self._room = size
        self._free: list[asyncpg.Connection] = []
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._settling: set[asyncio.Task[None]] = set()
        self._down_until = 0.0

    async def acquire(self) -> asyncpg.Connection:
        """A live connection; DatabaseUnavailable where none can be had within seconds."""
        while self._free:
            driver = self._free.pop()
            if not driver.is_closed():
                return driver
            self._room += 1
        if self._room:
            self._room -= 1
            return await self._connect()
        return await self._turn() or await self._connect()

    def release(self, driver: asyncpg.Connection) -> None:
        """Give a connection back that is ready for the next statement, or closed."""
        if self._waiting or driver.is_closed():
            self._hand_on(None if driver.is_closed() else driver)
        else:
            self._free.append(driver)

    def recover(self, driver: asyncpg.Connection, error: BaseException) -> None:
        """Give a connection back after an error outside a transaction; DatabaseUnavailable where it means that."""
        try:
            require_available(driver, error)
        finally:
            if isinstance(error, asyncio.CancelledError | TimeoutError):
                self.settle(driver)
            else:
                self.release(driver)

    def settle(self, driver: asyncpg.Connection, first: asyncio.Future[Any] | None = None) -> asyncio.Task[None]:
        """Make a connection ready again on which something was cut off, in the background; `first` ends undisturbed."""
        settling = asyncio.create_task(self._settle(driver, first))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)
        return settling

    async def close(self) -> None:
        """Close what is free; what is in use belongs to requests that ended before."""
        if self._settling:
            await asyncio.wait(self._settling, timeout=CANCEL_SECONDS)
        free, self._free = self._free, []
        await asyncio.gather(*(driver.close(timeout=CANCEL_SECONDS) for driver in free), return_exceptions=True)

    async def _turn(self) -> asyncpg.Connection | None:
        """A connection that somebody gives back, or None: the room of one."""
        if len(self._waiting) >= QUEUE_LENGTH:
            raise DatabaseUnavailable("Too many wait for a connection to PostgreSQL.")
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[asyncpg.Connection | None] = loop.create_future()
        self._waiting.append(waiting)
        alarm = loop.call_later(QUEUE_SECONDS, self._send_away, waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif not waiting.cancelled() and not waiting.exception():
                self._hand_on(waiting.result())  # it was its turn just now
            raise
        finally:
            alarm.cancel()

    def _send_away(self, waiting: asyncio.Future[asyncpg.Connection | None]) -> None:
        if waiting in self._waiting and not waiting.done():
            self._waiting.remove(waiting)
            waiting.set_exception(DatabaseUnavailable("No connection to PostgreSQL became free in time."))

    def _hand_on(self, driver: asyncpg.Connection | None) -> None:
        """Give a connection, or the room of one, to whoever waits longest."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(driver)
                return
        if driver:
            self._free.append(driver)
        else:
            self._room += 1

    async def _connect(self) -> asyncpg.Connection:
        """A new connection, in the room that was taken for it."""
        now = asyncio.get_running_loop().time
        try:
            if now() < self._down_until:
                raise DatabaseUnavailable("PostgreSQL could not be reached a moment ago.")
            if self._down_until:
                self._down_until = now() + CONNECT_SECONDS  # one tries, the others need not wait for it
            driver = await _open(self._url, self._limits)
        except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
            self._down_until = now() + RETRY_SECONDS
            self._hand_on(None)
            raise DatabaseUnavailable(f"PostgreSQL cannot be reached ({type(error).__name__}).") from error
        except asyncio.CancelledError:
            self._down_until = min(self._down_until, now())
            self._hand_on(None)
            raise
        except BaseException:
            self._hand_on(None)
            raise
        self._down_until = 0.0
        return driver

    async def _settle(self, driver: asyncpg.Connection, first: asyncio.Future[Any] | None) -> None:
        try:
            if first:
                await asyncio.wait([first])
            async with asyncio.timeout(CANCEL_SECONDS):
                await _end_transaction(driver)
        except TimeoutError:
            self._give_up(driver)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            driver.terminate()
        except BaseException:
            driver.terminate()
            raise
        finally:
            self.release(driver)

    def _give_up(self, driver: asyncpg.Connection) -> None:
        """The server does not answer on this connection; so those that nobody uses are not to be trusted either."""
        for silent in (driver, *self._free):
            silent.terminate()


def require_available(driver: asyncpg.Connection, error: BaseException) -> None:
    """Raise DatabaseUnavailable where an error of this connection means that the server is away or overworked."""
    if isinstance(error, asyncpg.InternalClientError) or getattr(error, "severity_en", None) == "FATAL":
        driver.terminate()  # the server has ended it, and the end itself is still on its way
    if isinstance(error, Exception) and (driver.is_closed() or _means_unavailable(error)):
        raise DatabaseUnavailable(f"PostgreSQL went away or is too busy ({type(error).__name__}).") from error


def _means_unavailable(error: Exception) -> bool:
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, OSError) or state[:2] in UNAVAILABLE or state == READ_ONLY


def _limits(seconds: float) -> dict[str, Any]:
    """The server ends what takes longer; where it does not, the network is broken."""
    milliseconds = str(round(seconds * 1_000))
    settings = dict.fromkeys(("statement_timeout", "idle_in_transaction_session_timeout"), milliseconds)
    return {"server_settings": settings, "command_timeout": seconds + ANSWER_SECONDS}


async def _open(url: str, limits: dict[str, Any]) -> asyncpg.Connection:
    driver = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            driver = await asyncpg.connect(url, connection_class=_Connection, statement_cache_size=1_000, **limits)
            await driver.set_type_codec(
                "uuid", schema="pg_catalog", encoder=bytes.fromhex, decoder=bytes.hex, format="binary"
            )
    except BaseException:
        if driver:
            driver.terminate()
        raise
    return driver


async def _end_transaction(driver: asyncpg.Connection) -> None:
    """Wait for the end of what is still being cancelled, and undo what is still open."""
    await driver.execute("ROLLBACK" if driver.is_in_transaction() else "")
    if driver.is_in_transaction():
        await driver.execute("ROLLBACK")  # it was BEGIN that was cut off


class _Connection(asyncpg.Connection):
    """A connection that notices when its peer has gone."""

    def __init__(self, protocol: Any, transport: asyncio.Transport, *rest: Any) -> None:
        super().__init__(protocol, transport, *rest)
        peer = transport.get_extra_info("socket")
        if peer.family == socket.AF_UNIX:
            return
        for name, value in KEEPALIVE.items():
            if option := getattr(socket, name, None):
                peer.setsockopt(socket.SOL_SOCKET if name.startswith("SO_") else socket.IPPROTO_TCP, option, value)
