"""Views of designs: counted in memory, written every few seconds."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

import structlog

from db.database import Database, Transaction
from engine.rates import address_key
from rules.access import Viewer

EVERY_SECONDS = 5.0
KEPT = timedelta(hours=2)
"""How long it is known who has looked at what: a view may be written in the hour after its own."""
MOST = 50_000
"""Views that memory holds at most, about 15 MB; what comes while they cannot be written is not counted."""

log = structlog.get_logger("studiograph.views")


class View(NamedTuple):
    """Somebody looks at a design, within an hour."""

    design: str
    viewer: str
    hour: datetime


class ViewCounts:
    """What this process has seen since it last wrote; a crash may lose it: the views of 5 seconds.

    That a view counts once, the database makes sure of, for all processes and after a restart too. Who looked is kept
    for two hours and as a keyed hash only: no address and no name is stored.
    """

    def __init__(self, db: Database, key: bytes, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._key = key[:64]
        self._clock = clock
        self._views: set[View] = set()
        self._left_out = 0

    def viewer(self, viewer: Viewer | None, address: str) -> str:
        """By what somebody is known: the account or, of the anonymous, the address; as a hash.

        What a browser says of itself does not count: whoever makes that up would count as often as they like.
        """
        known_by = f"user {viewer.id}" if viewer else f"address {address_key(address)}"
        return blake2b(known_by.encode(), key=self._key, digest_size=16).hexdigest()

    def note(self, design_id: str, viewer: str, now: datetime) -> None:
        """Somebody looks at a design."""
        view = View(design_id, viewer, now.replace(minute=0, second=0, microsecond=0))
        if len(self._views) < MOST:
            self._views.add(view)
        elif view not in self._views:
            self._left_out += 1

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Write what was noted every 5 seconds, and at the end."""
        writing = asyncio.create_task(self._write_on())
        try:
            yield
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            await self.write()
            if self._views:
                log.error("views are lost", lost=len(self._views))

    async def write(self) -> None:
        """Write what was noted, in one transaction; what cannot be written is kept for the next time, and logged."""
        views = frozenset(self._views)
        if not views:
            return
        try:
            async with self._db.transaction() as tx:
                await _write(tx, views, self._clock())
        except Exception:
            log.exception("views could not be written", kept=len(views))
        else:
            self._views -= views
        if self._left_out:
            log.error("views were left out: memory holds no more", left_out=self._left_out)
            self._left_out = 0

    async def _write_on(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.write()


async def _write(tx: Transaction, views: frozenset[View], now: datetime) -> None:
    designs = {row.id: row for row in await tx.designs.locked_for_counting({view.design for view in views})}
    new = await tx.design_views.admit([view for view in views if view.design in designs], now=now)
    await tx.design_views.add_views(Counter((design, hour.date()) for design, hour in new), now=now)
    for design, count in Counter(design for design, _ in new).items():
        await tx.designs.add_interest(designs[design], views=count)
    await tx.design_views.forget_viewers(now - KEPT)
