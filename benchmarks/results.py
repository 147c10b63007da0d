"""From measurements to tables, and into RESULTS.md."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from overhead import ENDPOINT, EXECUTION
from repository import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from load import Measurement
    from repository import Cost

    Round = Mapping[str, Measurement]
    Figure = Callable[[Measurement], float]

DOCUMENT = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- from here: written by ./dev bench -->", "<!-- to here -->"
LIBRARIES = ("strawberry-graphql", "graphql-core", "sqlalchemy", "asyncpg", "uvicorn", "uvloop", "httptools", "orjson")


def machine() -> str:
    """What it ran on, a line each."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return "\n".join(
        (
            f"* {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {cpu[1] if cpu else platform.machine()}",
            f"* Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in LIBRARIES)}",
        )
    )


def server_table(engine: str, measured: Mapping[str, Sequence[Round]]) -> str:
    """A row for each query, product / limit: medians of the rounds. Ratios are the medians of the rounds' own."""
    head = (engine, "req/s", "ratio", "CPU µs a request", "ratio", "p50 ms", "p99 ms", "RSS MiB")
    return table(head, [(query, *_server_cells(rounds)) for query, rounds in measured.items()])


def engine_table(costs: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]) -> str:
    """A row for each database and query: medians of the rounds; the difference is the median of the rounds' own."""
    head = ("database", "query", "request, CPU µs", "graphql-core and resolvers", "what the engine adds")
    return table(
        head,
        [
            (database, query, *_engine_cells(cost[ENDPOINT], cost[EXECUTION]))
            for database, queries in costs.items()
            for query, cost in queries.items()
        ],
    )


def repository_table(costs: Mapping[str, Mapping[str, Sequence[Cost]]]) -> str:
    """A row for each database and way to read the page; ratios are of the repository to that way."""
    head = ("database", "read by", "CPU µs", "wall µs", "repository's CPU to it", "repository's wall to it")
    return table(
        head,
        [
            (engine, way, *_cost_cells(ways[REPOSITORY], ways[way]))
            for engine, ways in costs.items()
            for way in sorted(ways, key=lambda way: way != REPOSITORY)
        ],
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def write(report: str, document: Path = DOCUMENT, begin: str = BEGIN) -> None:
    """Put the report in its place in the document, which is behind the line `begin`."""
    before, _, rest = document.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(END)[2]
    document.write_text(f"{before}{begin}\n\n{report}\n\n{END}{after}", encoding="utf-8")


def _server_cells(rounds: Sequence[Round]) -> Iterator[str]:
    for figure, form, compared in _FIGURES:
        yield " / ".join(format(median(figure(one[name]) for one in rounds), form) for name in ("product", "limit"))
        if compared:
            yield f"{median(figure(one['product']) / figure(one['limit']) for one in rounds):.2f}"


_FIGURES: tuple[tuple[Figure, str, bool], ...] = (
    (lambda one: one.per_second, ",.0f", True),
    (lambda one: one.cpu, ",.0f", True),
    (lambda one: one.p50, ".2f", False),
    (lambda one: one.p99, ".1f", False),
    (lambda one: one.memory, ".0f", False),
)


def _engine_cells(whole: Sequence[float], execution: Sequence[float]) -> Iterator[str]:
    yield f"{median(whole):,.0f}"
    yield f"{median(execution):,.0f}"
    yield f"{median(all_of_it - part for all_of_it, part in zip(whole, execution, strict=True)):,.0f}"


def _cost_cells(ours: Sequence[Cost], bare: Sequence[Cost]) -> Iterator[str]:
    yield f"{median(cost.cpu for cost in bare):.0f}"
    yield f"{median(cost.wall for cost in bare):.0f}"
    yield f"{median(mine.cpu / other.cpu for mine, other in zip(ours, bare, strict=True)):.2f}"
    yield f"{median(mine.wall / other.wall for mine, other in zip(ours, bare, strict=True)):.2f}"
