"""In process: what the engine adds to graphql-core's execution, from the body of a POST to the bytes of its answer.

overhead.py DATABASE_URL QUERY ROUNDS prints the costs as JSON.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson
import uvloop

from db.database import open_database
from engine.execution import Execution
from engine.http import Endpoint
from engine.limits import Limits
from engine.persisted import Documents
from engine.rates import ProcessRates
from engine.record import Record
from engine.schema import Schema
from engine.streams import Streams
from graph.caller import caller_of
from graph.context import Context
from graph.schema import build_schema
from queries import QUERIES, draw_sample
from repository import settle_memory
from services.contexts import a_context

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from typing import TypeAlias

    from graphql import GraphQLSchema

    from engine.plans import Plan
    from graph.context import Parts
    from repository import Call

    Scope: TypeAlias = MutableMapping[str, Any]

CALLS = 500
ENDPOINT, EXECUTION = "endpoint", "execution"
HEADERS = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"accept", b"*/*")]
LIMITS = Limits()


async def compare(url: str, query: str, rounds: int) -> dict[str, list[float]]:
    """The CPU of a request, in µs, round by round: all of it, and what of it is graphql-core and the resolvers."""
    bodies = QUERIES[query].bodies(await draw_sample(url))
    async with open_database(url, 1) as db:
        with TemporaryDirectory() as folder:
            parts = a_context(db, Path(folder)).parts
            core = build_schema()
            schema = Schema(core, LIMITS, Rates(), Documents(), introspection=False)
            timed: Any = Timed(core)
            schema._execution = timed  # noqa: SLF001  (it is measured where it stands)
            call = _endpoint(schema, parts, bodies)
            settle_memory()
            return _costs([await _cost(call, timed) for _ in range(rounds)])


class Timed:
    """The execution, and a count of the CPU that it takes."""

    def __init__(self, core: GraphQLSchema) -> None:
        self._execution = Execution(core)
        self.seconds = 0.0

    async def run(self, plan: Plan, variables: Mapping[str, Any], context: Any, event: object = None) -> Any:
        """As ever, with a clock beside it."""
        began = time.thread_time()
        result = await self._execution.run(plan, variables, context, event)
        self.seconds += time.thread_time() - began
        return result


class Rates(ProcessRates):
    """Counts, and forgets at once: what is measured is asked for more often than anybody may."""

    def __init__(self) -> None:
        super().__init__(clock=iter(range(10**12)).__next__)


def _endpoint(schema: Schema, parts: Parts, bodies: list[bytes]) -> Call:
    endpoint = Endpoint(schema, lambda scope: _context(parts, scope), Streams(1))
    sent = cycle(bodies)

    async def call() -> None:
        messages: Any = iter([{"type": "http.request", "body": next(sent)}])

        async def receive() -> MutableMapping[str, Any]:
            return next(messages)

        async def send(message: Mapping[str, Any]) -> None:
            assert message.get("status", 200) == 200  # noqa: S101  (a refusal would be fast)

        await endpoint(_scope(), receive, send)

    return call


async def _cost(call: Call, timed: Timed) -> tuple[float, float]:
    timed.seconds, began = 0.0, time.thread_time()
    for _ in range(CALLS):
        await call()
    return (time.thread_time() - began) / CALLS * 1e6, timed.seconds / CALLS * 1e6


def _costs(rounds: list[tuple[float, float]]) -> dict[str, list[float]]:
    return {ENDPOINT: [total for total, _ in rounds], EXECUTION: [execution for _, execution in rounds]}


def _scope() -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "headers": HEADERS,
        "request_id": "measured",
        "record": Record(),
    }


def _context(parts: Parts, scope: Scope) -> Context:
    return Context(parts, datetime.now(UTC), scope["request_id"], caller_of(scope, parts.cookies), scope["record"])


if __name__ == "__main__":
    url, query, rounds = sys.argv[1:]
    sys.stdout.buffer.write(orjson.dumps(uvloop.run(compare(url, query, int(rounds)))))
