"""What it costs to see a request: its id, its line in the log and its metrics, in µs beside the bare application.

seen.py [--shared]
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Application = Callable[[Any, Any, Any], Awaitable[None]]

ROUNDS, REQUESTS = 15, 20_000
HEADERS = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"accept", b"*/*")]


def main() -> None:
    """Measure with and without metrics that several processes share, and with each kind of standard error."""
    with tempfile.TemporaryDirectory() as folder:
        if "--shared" in sys.argv:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # before prometheus_client is imported
        applications = _applications()
        for where, path in {"/dev/null": os.devnull, "a file": f"{folder}/log", "a pipe": None}.items():
            with _standard_error(path):
                costs = asyncio.run(_compare(applications))
            bare = costs.pop("bare")
            told = ", ".join(f"{name} {cost - bare:.1f}" for name, cost in costs.items())
            print(f"standard error to {where}: µs a request above the bare application ({bare:.2f}): {told}")


def _applications() -> dict[str, Application]:
    from logs import configure_logs  # noqa: PLC0415  (they import prometheus_client, which looks about itself then)
    from web.metrics import Metrics, Readings  # noqa: PLC0415
    from web.requests import Requests, log_request  # noqa: PLC0415

    configure_logs("info")
    nothing: Any = None
    metrics = Metrics(Readings(nothing, nothing, nothing, nothing, nothing))
    return {
        "bare": _answer,
        "id and record": Requests(_answer, ()),
        "with the log": Requests(_answer, (log_request,)),
        "with log and metrics": Requests(_answer, (log_request, metrics.observe)),
    }


async def _answer(scope: Any, _receive: Any, send: Any) -> None:
    if record := scope.get("record"):
        record.operation, record.name, record.cost, record.plan_was_cached = "query", "GalleryPage", 61, True
        record.statements = 2
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


async def _compare(applications: dict[str, Application]) -> dict[str, float]:
    """The median of interleaved rounds, in µs."""
    seconds: dict[str, list[float]] = {name: [] for name in applications}
    for _ in range(ROUNDS):
        for name, application in applications.items():
            began = time.process_time()
            await _ask(application)
            seconds[name].append(time.process_time() - began)
    return {name: median(rounds) / REQUESTS * 1e6 for name, rounds in seconds.items()}


async def _ask(application: Application) -> None:
    async def send(_message: Any) -> None:
        pass

    for _ in range(REQUESTS):
        scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": HEADERS}
        await application(scope, None, send)


@contextmanager
def _standard_error(path: str | None) -> Iterator[None]:
    """To a file, or (None) through a pipe to a program that reads it."""
    reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) if path is None else None
    with reader.stdin if reader and reader.stdin else open(path or os.devnull, "ab") as taken:  # noqa: PTH123  (both)
        kept = os.dup(2)
        os.dup2(taken.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
    if reader:
        reader.wait()


if __name__ == "__main__":
    main()
