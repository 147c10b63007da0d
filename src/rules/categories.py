"""What a category may be, and where in the tree it may hang."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.checking import LARGEST, camel_case, optional, place, slug, text
from rules.refusals import CONFLICT, IN_USE, OUT_OF_RANGE, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.checking import Check

MAX_LEVELS = 8
CHECKS: dict[str, Check] = {
    "name": text(least=1, most=200),
    "slug": slug,
    "description": text(most=10_000, lines=True),
    "parent_id": optional,
    "position": place,
}
BLANK: dict[str, Any] = {"description": None, "parent_id": None}
"""A new category, as far as nothing is said."""


def require_place(way: Sequence[str], levels: int, category: str | None = None) -> None:
    """Refuse to hang a branch of so many levels where the tree would become a ring or too deep.

    `way` leads from the root to the new parent; `category` is the branch's own id, where it is there already.
    """
    path = ("input", "parentId")
    if category in way:
        raise Refusal(CONFLICT, "A category cannot hang below itself: choose another parent.", *path)
    if len(way) + levels > MAX_LEVELS:
        message = "The tree would get deeper than {max} levels: choose a parent further up."
        raise Refusal(OUT_OF_RANGE, message, *path, min=1, max=MAX_LEVELS)


def behind(last: int | None) -> int:
    """The place behind the last one; None: there is nobody."""
    return 0 if last is None else min(last + 1, LARGEST)


def require_unused(users: int) -> None:
    """Refuse to delete what something hangs on."""
    if users:
        message = (
            "{count} categories, designs and items are in it, or have values of its specifications, "
            "deleted ones among them: move them first, and clear those values."
        )
        raise Refusal(IN_USE, message, "id", count=users)


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know, and ids that they can ask for."""
    return {camel_case(name): _told(name, value) for name, value in columns.items()}


def _told(name: str, value: Any) -> Any:
    return f"Category_{value}" if name == "parent_id" and value else value
