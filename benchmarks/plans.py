"""How a database runs a statement: the plan that it has for it when it has run it some times already."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from typing import TYPE_CHECKING

from limit import SQLITE, connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recording import Run

TOLD = "auto_explain"
SETTINGS = ("log_min_duration = 0", "log_analyze = on", "log_timing = off", "log_parameter_max_length = 0")


async def plan(url: str, runs: Sequence[Run]) -> str:
    """The plan of the last of these runs of one statement, as text; the runs before it are what the server had."""
    return _on_sqlite(url, runs[-1]) if url.startswith(SQLITE) else await _on_postgresql(url, runs)


def _on_sqlite(url: str, run: Run) -> str:
    driver = sqlite3.connect(url.removeprefix(SQLITE))
    depths: dict[int, int] = {0: -1}
    lines = []
    for number, parent, _, told in driver.execute(f"EXPLAIN QUERY PLAN {run.sql}", run.values):
        depths[number] = depths[parent] + 1
        lines.append(f"{'  ' * depths[number]}{told}")
    driver.close()
    return "\n".join(lines)


async def _on_postgresql(url: str, runs: Sequence[Run]) -> str:
    """What auto_explain tells of a prepared statement: EXPLAIN itself would plan it anew for these values."""
    driver = await connect(url)
    told: asyncio.Queue[str] = asyncio.Queue()
    for run in runs[:-1]:
        await driver.fetch(run.sql, *run.values)
    driver.add_log_listener(lambda _driver, message: told.put_nowait(message.message))
    await driver.execute(f"LOAD '{TOLD}'; SET client_min_messages = log")
    for setting in SETTINGS:
        await driver.execute(f"SET {TOLD}.{setting}")
    while not told.empty():
        told.get_nowait()
    await driver.fetch(runs[-1].sql, *runs[-1].values)
    text = await asyncio.wait_for(told.get(), 10)
    await driver.close()
    return re.sub(r" {2}\(cost=\S+ rows=\S+ width=\d+\)", "", text.partition(f"{runs[-1].sql}\n")[2])
