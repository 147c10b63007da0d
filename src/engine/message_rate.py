"""How fast a client may talk on one websocket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.messages import TOO_MANY, Closing

if TYPE_CHECKING:
    from collections.abc import Callable


class MessageRate:
    """`a_second` messages for as long as one likes, and `at_once` of them after a silence; `clock` gives seconds."""

    def __init__(self, a_second: int = 100, at_once: int = 200, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second = a_second
        self._seconds_each = 1 / a_second
        self._seconds_ahead = at_once / a_second
        self._clock = clock
        self._spent_until = clock()

    def count(self) -> None:
        """Count one message; Closing where they come too fast."""
        now = self._clock()
        self._spent_until = max(self._spent_until, now) + self._seconds_each
        if self._spent_until - now > self._seconds_ahead:
            raise Closing(TOO_MANY, f"Too many messages at once: {self._a_second} a second are read.")
