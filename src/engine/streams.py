"""Open websockets and event streams: counted for each caller, ended together."""

from __future__ import annotations


class Streams:
    """What is open in this process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
