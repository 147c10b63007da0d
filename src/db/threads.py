"""Threads that each own a connection to SQLite, take work from one queue, and end what nobody waits for any more."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from db.load import Load
from db.unavailable import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    Do = Callable[[sqlite3.Connection], "Result"]

Result = TypeVar("Result")

INTERRUPT_SECONDS = 0.01
"""How soon a statement is interrupted again: an interrupt that comes before the statement has begun is lost."""
UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}
"""The file cannot be had, or its disk does not work: no statement of ours is to blame."""


class Threads:
    """So many threads; while all are at work, `waiting` more may wait their turn."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], number: int, waiting: int) -> None:
        self._connect = connect
        self._queue: SimpleQueue[_Work[Any] | None] = SimpleQueue()
        self._wanted, self._most_wanted = 0, number + waiting
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    async def run(self, do: Do[Result]) -> Result:
        """The result of `do`, done with the connection of whichever thread is free; cancelled, it is ended."""
        if self._wanted >= self._most_wanted:
            raise DatabaseUnavailable("Too many wait for SQLite.")
        self._wanted += 1
        work = self.start(do)
        try:
            return await work.answer
        except asyncio.CancelledError:
            work.give_up()
            raise
        except sqlite3.DatabaseError as error:
            require_available(error)
            raise
        finally:
            self._wanted -= 1

    def load(self) -> Load:
        """How busy they are."""
        number = len(self._threads)
        at_work = min(self._wanted, number)
        return Load(at_work, number - at_work, self._wanted - at_work)

    def start(self, do: Do[Result]) -> _Work[Result]:
        """Have it done after what was started before."""
        work = _Work(do, asyncio.get_running_loop())
        self._queue.put(work)
        return work

    def close(self) -> None:
        """Finish what is queued and end."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        driver: sqlite3.Connection | None = None
        while work := self._queue.get():
            try:
                driver = driver or self._connect()
            except sqlite3.Error as error:
                work.fail(error)
            else:
                work.do_with(driver)
        if driver:
            driver.close()


class _Work(Generic[Result]):
    """Something to do with a connection, as long as somebody waits for the answer."""

    def __init__(self, do: Do[Result], loop: asyncio.AbstractEventLoop) -> None:
        self.answer: asyncio.Future[Result] = loop.create_future()
        self._do = do
        self._loop = loop
        self._lock = threading.Lock()
        self._driver: sqlite3.Connection | None = None
        self._wanted = True

    def do_with(self, driver: sqlite3.Connection) -> None:
        """Do it, in a thread; the connection is its own only meanwhile."""
        with self._lock:
            if not self._wanted:
                return
            self._driver = driver
        try:
            result = self._do(driver)
        except BaseException as error:  # noqa: BLE001  (whatever it is belongs to the one who waits)
            self.fail(error)
        else:
            self._loop.call_soon_threadsafe(_answer, self.answer, result)
        with self._lock:
            self._driver = None

    def fail(self, error: BaseException) -> None:
        """Tell, from a thread, that it has not been done."""
        self._loop.call_soon_threadsafe(_fail, self.answer, error)

    def give_up(self) -> None:
        """Do not begin; end what has begun, and only that: the next statement of the connection is somebody else's."""
        with self._lock:
            self._wanted = False
            if self._driver:
                self._driver.interrupt()
                self._loop.call_later(INTERRUPT_SECONDS, self.give_up)


def require_available(error: sqlite3.Error) -> None:
    """Raise DatabaseUnavailable where the error means that the file cannot be used just now."""
    if code(error) in UNAVAILABLE:
        raise DatabaseUnavailable(f"SQLite cannot be used ({error.sqlite_errorname}).") from error


def code(error: sqlite3.Error) -> int:
    """SQLite's primary code of an error; 0 where it is the driver's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _answer(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
