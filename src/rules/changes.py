"""What a change did, for the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PRIVATE = "(private)"


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], private: Collection[str] = ()
) -> list[dict[str, str | None]]:
    """The fields of `after` that differ from `before`, as texts, by name; of `private` ones only that they do."""
    changed = sorted(name for name, value in after.items() if before.get(name) != value)
    return [
        {"field": name, "before": PRIVATE, "after": PRIVATE}
        if name in private
        else {"field": name, "before": _text(before.get(name)), "after": _text(after[name])}
        for name in changed
    ]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
