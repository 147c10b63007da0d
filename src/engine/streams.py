"""Open websockets and event streams: counted for each caller, ended together."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.limits import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


class Streams:
    """What is open in this process; a caller may have `limit` websockets and event streams at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self.ending = asyncio.Event()
        """Set when everything that is open is to end, and what begins is to end at once."""

    @property
    def sockets(self) -> int:
        """Websockets that are open, signed in or not yet."""
        return self._open["socket"]

    @property
    def subscriptions(self) -> int:
        """Operations that are under way on websockets, and event streams."""
        return self._open["subscription"]

    def end(self) -> None:
        """Tell all to end: a websocket closes with 1001, an event stream stops. They are gone some steps later."""
        self.ending.set()

    def held(self, caller: str) -> AbstractContextManager[None]:
        """Within, the caller has one more of them open; LimitExceeded where that would be too many."""
        if self._held[caller] >= self._limit:
            raise LimitExceeded(
                f"You have {self._limit} websockets and event streams open already: close one, or use one for all.",
                self._limit,
                self._limit + 1,
            )
        return _counted(self._held, caller)

    def socket(self) -> AbstractContextManager[None]:
        """Within, one more websocket is open."""
        return _counted(self._open, "socket")

    def subscription(self) -> AbstractContextManager[None]:
        """Within, one more operation is followed."""
        return _counted(self._open, "subscription")


@contextmanager
def _counted(numbers: Counter[str], name: str) -> Iterator[None]:
    """Within, there is one more of that name; a name of which there is none is forgotten."""
    numbers[name] += 1
    try:
        yield
    finally:
        numbers[name] -= 1
        if not numbers[name]:
            del numbers[name]
