"""How large variables may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.parsing import require_at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.limits import Limits

MAX_NESTING = 32
MAX_LISTS = 40
"""As many full lists make the most values in all: each is small, and together they could fill a body."""


def require_bounded(variables: Mapping[str, Any], limits: Limits) -> None:
    """LimitExceeded at the first list or object that is too long or too deep, and where there are too many values."""
    if len(variables) <= limits.list_items and not any(isinstance(value, dict | list) for value in variables.values()):
        return  # as most are: nothing in them is long or deep
    level: list[Any] = [variables]
    most = limits.list_items * MAX_LISTS
    levels = values = 0
    while level := [value for value in level if isinstance(value, dict | list)]:
        levels += 1
        require_at_most(MAX_NESTING, levels, "The variables nest {actual} levels or more; {limit} are allowed.")
        for value in level:
            _require_short(value, limits)
            values += len(value)
            require_at_most(most, values, "The variables hold {actual} values or more; {limit} are allowed.")
        level = [one for value in level for one in (value.values() if isinstance(value, dict) else value)]


def _require_short(value: dict[str, Any] | list[Any], limits: Limits) -> None:
    if len(value) <= limits.list_items:
        return
    kind, parts = ("An object", "keys") if isinstance(value, dict) else ("A list", "items")
    message = f"{kind} in the variables has {{actual}} {parts}; {{limit}} are allowed."
    require_at_most(limits.list_items, len(value), message)
