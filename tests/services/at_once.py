"""Requests that really are under way together."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Result = TypeVar("Result")


async def at_once(asks: Sequence[Callable[[], Result]]) -> list[Result]:
    """What each of these gives, each called in a thread of its own."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(len(asks)) as threads:
        return await asyncio.gather(*(loop.run_in_executor(threads, ask) for ask in asks))
