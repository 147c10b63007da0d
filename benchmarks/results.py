"""From measurements to tables, and into RESULTS.md."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from queries import QUERIES
from repository import DRIVER, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from load import Measurement
    from repository import Cost

    Round = dict[str, Measurement]

DOCUMENT = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- written by ./dev bench -->", "<!-- to here -->"
LIBRARIES = ("strawberry-graphql", "graphql-core", "sqlalchemy", "asyncpg", "uvicorn", "uvloop", "httptools", "orjson")


def server_table(database: str, measured: dict[str, list[Round]]) -> str:
    """One row for each query and server, medians of the rounds; ratios are medians of the rounds' own ratios."""
    head = [
        f"| {database} | server | req/s | of the limit | CPU µs/req | times the limit | p50 ms | p99 ms | RSS MiB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*head, *(_server_row(query, name, measured[query]) for query in measured for name in NAMES)])


NAMES = ("product", "limit")


def _server_row(query: str, name: str, rounds: Sequence[Round]) -> str:
    def middle(figure: Callable[[Measurement], float]) -> float:
        return median(figure(one[name]) for one in rounds)

    def ratio(figure: Callable[[Measurement], float]) -> float:
        return median(figure(one[name]) / figure(one["limit"]) for one in rounds)

    cells = (
        query,
        name,
        f"{middle(lambda one: one.per_second):,.0f}",
        f"{ratio(lambda one: one.per_second):.3f}",
        f"{middle(lambda one: one.cpu):,.0f}",
        f"{ratio(lambda one: one.cpu):.1f}",
        f"{middle(lambda one: one.p50):.2f}",
        f"{middle(lambda one: one.p99):.2f}",
        f"{middle(lambda one: one.memory):.0f}",
    )
    return _row(cells)


def repository_table(costs: dict[str, dict[str, list[Cost]]]) -> str:
    """One row for each database and way to read; ratios are medians of the rounds' own ratios."""
    rows = [
        "| database | read by | CPU µs | wall µs | repository's CPU to this | repository's wall time to this |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for database, ways in costs.items():
        for way in (REPOSITORY, *(way for way in ways if way != REPOSITORY)):
            rows.append(_repository_row(database, way, ways))
    return "\n".join(rows)


def _repository_row(database: str, way: str, ways: dict[str, list[Cost]]) -> str:
    pairs = list(zip(ways[REPOSITORY], ways[way], strict=True))
    cells = (
        database,
        way,
        f"{median(cost.cpu for cost in ways[way]):.0f}",
        f"{median(cost.wall for cost in ways[way]):.0f}",
        f"{median(ours.cpu / bare.cpu for ours, bare in pairs):.2f}",
        f"{median(ours.wall / bare.wall for ours, bare in pairs):.2f}",
    )
    return _row(cells)


def machine() -> str:
    """What it ran on, a line each."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    lines = (
        f"Date: {datetime.now(UTC):%Y-%m-%d}",
        f"Machine: {os.cpu_count()} cores, {cpu[1] if cpu else platform.machine()}, {platform.system()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}",
    )
    return "\n".join(f"* {line}" for line in lines)


def write(report: str) -> None:
    """Put the report in its place in RESULTS.md."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{report}\n\n{END}{after}")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
