"""What the entries of a list ask for one by one, read for all of them at once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, TypeAlias

Load: TypeAlias = Callable[[list[Any]], Awaitable[Mapping[Any, Any]]]
"""Finds something for each of the keys."""


class Batches:
    """The batches of one request: a key is asked for once, and the keys of one turn of the event loop together."""

    def __init__(self) -> None:
        self._batches: dict[Hashable, _Batch] = {}

    def get(self, name: Hashable, load: Load, key: Hashable) -> Awaitable[Any]:
        """What `load` finds for the key; `name` tells its batch from others."""
        batch = self._batches.get(name)
        if batch is None:
            batch = self._batches[name] = _Batch(load)
        return batch.get(key)

    def forget(self) -> None:
        """Read anew from now on."""
        self._batches.clear()

    def release(self) -> None:
        """End what is still being read: nobody waits for it any more."""
        for batch in self._batches.values():
            batch.release()


class _Batch:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._found: dict[Hashable, asyncio.Future[Any]] = {}
        self._waiting: list[Hashable] = []
        self._reading: set[asyncio.Task[None]] = set()

    def get(self, key: Hashable) -> Awaitable[Any]:
        if key not in self._found:
            loop = asyncio.get_running_loop()
            self._found[key] = loop.create_future()
            if not self._waiting:
                loop.call_soon(self._begin)
            self._waiting.append(key)
        return asyncio.shield(self._found[key])  # of several fields that wait one may be cancelled, and not the others

    def release(self) -> None:
        for task in self._reading:
            task.cancel()
        for found in self._found.values():
            found.cancel()
        self._waiting.clear()

    def _begin(self) -> None:
        keys, self._waiting = self._waiting, []
        if keys:
            task = asyncio.ensure_future(self._read(keys))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, keys: list[Hashable]) -> None:
        waiting = [self._found[key] for key in keys]
        try:
            found = await self._load(keys)
            answers = [found[key] for key in keys]
        except Exception as error:  # noqa: BLE001  (whatever it is belongs to those who wait)
            for future in waiting:
                if not future.done():
                    future.set_exception(error)
        else:
            for future, answer in zip(waiting, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
