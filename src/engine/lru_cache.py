"""What is kept of what was made, within bounds: what was used longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

Value = TypeVar("Value")


class LruCache(Generic[Value]):
    """At most `count` values, of at most `size` bytes in all."""

    def __init__(self, count: int, size: int) -> None:
        self._count = count
        self._size = size
        self._free = size
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    @property
    def size(self) -> int:
        """How many bytes are taken."""
        return self._size - self._free

    def get(self, key: Hashable) -> Value | None:
        """The value of that key, if it is still here."""
        if found := self._values.get(key):
            self._values.move_to_end(key)
            return found[0]
        return None

    def add(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a new value of so many bytes; one larger than all the room takes nobody's place."""
        if size > self._size:
            return
        self._values[key] = value, size
        self._free -= size
        while self._free < 0 or len(self._values) > self._count:
            _, (_, freed) = self._values.popitem(last=False)
            self._free += freed
