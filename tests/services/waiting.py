"""Waiting in the event loop for what tells nobody of itself; a thread waits with `services.process.until`."""

from __future__ import annotations

import asyncio
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10.0


async def until_it_holds(holds: Callable[[], Any], seconds: float = SECONDS) -> None:
    """Look again and again, with `await` where it takes one; TimeoutError when it takes longer."""
    async with asyncio.timeout(seconds):
        while not (await held if isawaitable(held := holds()) else held):  # noqa: ASYNC110  (what is waited for has no event)
            await asyncio.sleep(0.005)
