"""For those who run the server: is it up, can it serve, what is it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from starlette.responses import JSONResponse
from starlette.routing import Route

from db import migrations
from storage.storage import StorageUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from db.database import Database
    from storage.storage import Storage

VERSION = "0.1.0"
KEPT_SECONDS = 2
"""So long an answer of /ready holds: many may ask, one looks."""
PATIENCE_SECONDS = 5

log = structlog.get_logger("studiograph.web")


class Findings:
    """What was found when somebody last looked, for all who ask within the next seconds."""

    def __init__(self) -> None:
        self._looking = asyncio.Lock()
        self._hold_until = 0.0
        self._problems: list[str] = []

    async def problems(self, *looks: Callable[[], Awaitable[str | None]]) -> list[str]:
        """What is wrong; all that there is to look at is looked at together."""
        async with self._looking:
            if time.monotonic() > self._hold_until:
                found = await asyncio.gather(*(look() for look in looks))
                self._problems = [problem for problem in found if problem]
                self._hold_until = time.monotonic() + KEPT_SECONDS
            return self._problems


@dataclass(frozen=True)
class Health:
    """Answers about this server."""

    db: Database
    storage: Storage
    environment: str
    started: float = field(default_factory=time.monotonic)
    findings: Findings = field(default_factory=Findings)

    def routes(self) -> list[BaseRoute]:
        """/health, /ready and /info."""
        return [Route("/health", self.health), Route("/ready", self.ready), Route("/info", self.info)]

    async def health(self, _request: Request) -> JSONResponse:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _request: Request) -> JSONResponse:
        """It can serve: 200, or 503 with the name of what is wrong."""
        problems = await self.findings.problems(self._database, self._storage)
        body = {"status": "unavailable", "problems": problems} if problems else {"status": "ready"}
        return JSONResponse(body, status_code=503 if problems else 200)

    async def info(self, _request: Request) -> JSONResponse:
        """What runs here, and since when."""
        uptime = round(time.monotonic() - self.started)
        about = {"name": "Studiograph", "version": VERSION, "environment": self.environment, "uptimeSeconds": uptime}
        return JSONResponse(about)

    async def _database(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                current = await migrations.current(self.db)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what keeps us from the database)
            log.warning("database unreachable", error=f"{type(error).__name__}: {error}")
            return "database: it cannot be reached"
        if current != migrations.head():
            return "database: it is not at the revision of this version; run `studiograph migrate up`"
        return None

    async def _storage(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.storage.check()
        except StorageUnavailable as problem:
            return f"storage: {problem}"
        except TimeoutError:
            return "storage: it does not answer"
        return None
