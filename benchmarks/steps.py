"""Requests that are asked of the product, and the statements that it runs for them: recorded in process."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from auth.keys import derive_key
from contestants import SECRET
from engine.limits import Limits
from engine.request import Request
from graph.cursors import Cursors
from graph.schema import build_schema
from recording import BEGIN, COMMIT
from services.contexts import a_context
from services.engine import an_engine

if TYPE_CHECKING:
    from pathlib import Path

    from engine.schema import Schema
    from recording import RecordingDatabase, Run


@dataclass(frozen=True, slots=True)
class Step:
    """A request, what it runs, and how many milliseconds it takes in process, without HTTP and without a worker."""

    body: bytes
    runs: list[Run]
    took: float

    @property
    def statements(self) -> int:
        """How many statements that are, BEGIN and COMMIT left out."""
        return sum(one is not BEGIN and one is not COMMIT for one in self.runs)


class Author:
    """Asks in process, as the server would; cursors are those that the server gives."""

    def __init__(self, db: RecordingDatabase, folder: Path) -> None:
        self._db = db
        self._folder = folder
        self._engine: Schema = an_engine(build_schema(), Limits())
        self._cursors = Cursors(derive_key(SECRET.encode(), "cursors"))

    async def step(self, query: str, **variables: Any) -> tuple[Step, Any]:
        """A request with its statements, and its data; RuntimeError where the answer tells of errors."""
        self._db.taken()
        context = a_context(self._db, self._folder)
        context.parts = replace(context.parts, cursors=self._cursors, throttles_log_ins=False)  # RATE_LIMIT=off
        began = time.perf_counter()
        answer = await self._engine.execute(Request(query, variables), context)
        took = (time.perf_counter() - began) * 1_000
        if answer.errors:
            raise RuntimeError(f"The answer has errors: {answer.errors}")
        body = orjson.dumps({"query": query, "variables": variables})
        return Step(body, self._db.taken(), took), answer.data
