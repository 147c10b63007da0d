"""Clients that go away before they are answered: what was done for them ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from engine.bodies import Receive

SECONDS_UNWATCHED = 0.05
"""So long at most; most requests are answered before, and watching a client costs more than answering one."""


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


async def left(receive: Receive) -> None:
    """Wait until the client is gone; the body must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Clients:
    """Those who wait for their answers: one glance now and then is for all of them."""

    def __init__(self) -> None:
        self._unwatched: set[_Waiting] = set()
        self._will_look = False

    def waiting(self, receive: Receive) -> _Waiting:
        """A block that is cancelled when the client goes away, and raises ClientLeft; the body must have been read."""
        return _Waiting(self, receive)

    def add(self, waiting: _Waiting) -> None:
        """Watch over one more, if that takes long."""
        self._unwatched.add(waiting)
        if not self._will_look:
            self._will_look = True
            asyncio.get_running_loop().call_later(SECONDS_UNWATCHED, self._look)

    def remove(self, waiting: _Waiting) -> None:
        """Forget one who is answered."""
        self._unwatched.discard(waiting)

    def _look(self) -> None:
        self._will_look = False
        for waiting in self._unwatched:
            waiting.watch()
        self._unwatched.clear()


class _Waiting:
    __slots__ = ("_clients", "_left", "_receive", "_task", "_watching")

    def __init__(self, clients: Clients, receive: Receive) -> None:
        self._clients = clients
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._left = False

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        self._clients.add(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._watching is None:
            self._clients.remove(self)
            return
        self._watching.cancel()
        if self._left and self._task and self._task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise ClientLeft from error

    def watch(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._cancel_when_left())

    async def _cancel_when_left(self) -> None:
        await left(self._receive)
        self._left = True
        if self._task:
            self._task.cancel()
