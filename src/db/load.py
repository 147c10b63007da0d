"""How busy a database's connections are."""

from __future__ import annotations

from typing import NamedTuple


class Load(NamedTuple):
    """Connections; on SQLite, the threads that read."""

    in_use: int
    free: int
    waiting: int
    """So many statements wait for one."""
