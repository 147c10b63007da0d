"""What may be written of people, rooms and equipment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rules.checking import camel_case, needed, text
from rules.weekly_hours import weekly_hours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.checking import Check


def own_hours(value: Sequence[Mapping[str, Any]] | None, path: tuple[str, ...]) -> list[dict[str, str]] | None:
    """Hours of its own; null: it has none, and follows the studio's."""
    return None if value is None else weekly_hours(value, path)


CHECKS: dict[str, Check] = {
    "name": text(least=1, most=200),
    "kind": needed,
    "active": needed,
    "weekly_hours": own_hours,
}
BLANK: dict[str, Any] = {"active": True, "weekly_hours": None}
"""A new resource, as far as nothing is said."""


def is_the_studio(kind: str) -> bool:
    """Whether it is the one that stands for the studio itself, which nobody sees or changes."""
    return kind == "STUDIO"


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know, lists as JSON."""
    return {camel_case(name): _told(value) for name, value in columns.items()}


def _told(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, list) else value
