"""For those who run the server: is it up, can it serve, what is it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from starlette.responses import JSONResponse
from starlette.routing import Route

from db import migrations
from storage.storage import StorageUnavailable

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from db.database import Database
    from storage.storage import Storage

VERSION = "0.1.0"

log = structlog.get_logger("studiograph.web")


@dataclass(frozen=True)
class Health:
    """Answers about this server."""

    db: Database
    storage: Storage
    environment: str
    started: float = field(default_factory=time.monotonic)

    def routes(self) -> list[BaseRoute]:
        """/health, /ready and /info."""
        return [Route("/health", self.health), Route("/ready", self.ready), Route("/info", self.info)]

    async def health(self, _request: Request) -> JSONResponse:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _request: Request) -> JSONResponse:
        """It can serve: 200, or 503 with the name of what is wrong."""
        problems = [problem for problem in (await self._database(), await self._storage()) if problem]
        body = {"status": "unavailable", "problems": problems} if problems else {"status": "ready"}
        return JSONResponse(body, status_code=503 if problems else 200)

    async def info(self, _request: Request) -> JSONResponse:
        """What runs here, and since when."""
        uptime = round(time.monotonic() - self.started)
        about = {"name": "Studiograph", "version": VERSION, "environment": self.environment, "uptimeSeconds": uptime}
        return JSONResponse(about)

    async def _database(self) -> str | None:
        try:
            current = await migrations.current(self.db)
        except Exception:
            log.warning("database unreachable", exc_info=True)
            return "database: it cannot be reached"
        if current != migrations.head():
            return "database: it is not at the revision of this version; run `studiograph migrate up`"
        return None

    async def _storage(self) -> str | None:
        try:
            await self.storage.check()
        except StorageUnavailable as problem:
            return f"storage: {problem}"
        return None
