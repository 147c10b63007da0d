"""Open websockets and event streams: counted for each caller, ended together."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.limits import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator


class Streams:
    """What is open in this process; a caller may have `limit` websockets and event streams at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: Counter[str] = Counter()
        self.sockets = 0
        """Websockets that are open, signed in or not yet."""
        self.subscriptions = 0
        """Operations that are under way on websockets, and event streams."""
        self.ending = asyncio.Event()
        """Set when everything that is open is to end, and what begins is to end at once."""

    def end(self) -> None:
        """Tell all to end: a websocket closes with 1001, an event stream stops. They are gone some steps later."""
        self.ending.set()

    @contextmanager
    def held(self, caller: str) -> Iterator[None]:
        """Within, the caller has one more of them open; LimitExceeded where that would be too many."""
        if self._held[caller] >= self._limit:
            raise LimitExceeded(
                f"You have {self._limit} websockets and event streams open already: close one, or use one for all.",
                self._limit,
                self._limit + 1,
            )
        self._held[caller] += 1
        try:
            yield
        finally:
            self._held[caller] -= 1
            if not self._held[caller]:
                del self._held[caller]

    @contextmanager
    def socket(self) -> Iterator[None]:
        """Within, one more websocket is open."""
        self.sockets += 1
        try:
            yield
        finally:
            self.sockets -= 1

    @contextmanager
    def subscription(self) -> Iterator[None]:
        """Within, one more operation is followed."""
        self.subscriptions += 1
        try:
            yield
        finally:
            self.subscriptions -= 1
