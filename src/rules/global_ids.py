"""The ids that clients see: a type, and the id of its row."""

from __future__ import annotations

import re

GLOBAL_ID = re.compile(
    r"([A-Z][A-Za-z]*)_((?<!SpecificationValue_)[0-9a-f]{32}|(?<=SpecificationValue_)[0-9a-f]{64})", re.ASCII
)
"""The value of an item has no row: that of the item and that of the specification stand for it."""


def row_id(type_name: str, given: str) -> str | None:
    """The row's own id; None when the global id is of another type or none at all, so that nothing is found by it."""
    match = GLOBAL_ID.fullmatch(given)
    return match[2] if match and match[1] == type_name else None
