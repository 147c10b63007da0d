"""What a resolver knows of its request."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from db.database import Database
from graph.cursors import Cursors
from storage.storage import Storage


@dataclass(slots=True)
class Context:
    """One for each request."""

    db: Database
    storage: Storage
    cursors: Cursors
    now: datetime
    request_id: str
    accept_language: str = ""
    _batches: dict[Hashable, DataLoader[str, Any]] = field(default_factory=dict)

    async def batched(self, load: Callable[..., Awaitable[Mapping[str, Any]]], *shape: Hashable, key: str) -> Any:
        """What `load(context, *shape, keys)` finds for the key; called once for all keys of a list."""
        batch = self._batches.get((load, shape))
        if batch is None:

            async def load_all(keys: list[str]) -> Sequence[Any]:
                found = await load(self, *shape, keys)
                return [found[one] for one in keys]

            batch = self._batches[load, shape] = DataLoader(load_all)
        return await batch.load(key)


Info: TypeAlias = strawberry.Info[Context, None]
