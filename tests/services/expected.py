"""What a list of designs must hold, worked out in plain Python from the gallery's rows."""

from __future__ import annotations

import operator
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from services.gallery import Gallery, RowValues

TEXTS = {
    "title": "title",
    "style": "style",
    "colour": "colour",
    "fabric": "fabric",
    "occasion": "occasion",
    "season": "season",
    "designerName": "designer_name",
    "collectionName": "collection_name",
}
ORDER_KEYS = {
    "CREATED_AT": lambda row: row["created_at"],
    "PUBLISHED_AT": lambda row: row["published_at"],
    "TITLE": lambda row: folded(row["title"]),
    "LIKE_COUNT": lambda row: row["like_count"],
    "VIEW_COUNT": lambda row: row["view_count"],
    "TRENDING": lambda row: row["trending_score"],
}
COMPARISONS = {"eq": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def folded(text: str) -> str:
    """The text without regard to case and to how its characters are composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def expected_ids(gallery: Gallery, where: Mapping[str, Any], order_by: Sequence[Mapping[str, str]] = ()) -> list[str]:
    """The global ids of the designs that the public sees, in order."""
    visible = (row for row in gallery.designs if row["status"] == "PUBLISHED" and row["deleted_at"] is None)
    chosen = [row for row in visible if matches(gallery, where, row)]
    return [f"Design_{row['id']}" for row in ordered(chosen, order_by)]


def ordered(designs: Sequence[RowValues], order_by: Sequence[Mapping[str, str]]) -> list[RowValues]:
    """The designs by these keys, then by id in the direction of the first one."""
    keys = order_by or [{"field": "CREATED_AT", "direction": "DESC"}]
    found = sorted(designs, key=lambda row: str(row["id"]), reverse=keys[0]["direction"] == "DESC")
    for key in reversed(keys):
        found.sort(key=ORDER_KEYS[key["field"]], reverse=key["direction"] == "DESC")
    return found


def matches(gallery: Gallery, where: Mapping[str, Any], design: RowValues) -> bool:
    """Whether all conditions hold; a null counts as left out."""
    given = {name: value for name, value in where.items() if value is not None}
    descend = given.pop("includeDescendants", False)
    if category := given.pop("category", None):
        given["branch"] = _branch(gallery, category, descend=descend)
    return all(_holds(gallery, name, value, design) for name, value in given.items())


def finds(search: str, design: RowValues) -> bool:
    """Whether every word of the search is somewhere in one of the design's texts."""
    texts = [folded(text) for text in (design["description"], *(design[name] for name in TEXTS.values())) if text]
    return all(any(word in text for text in texts) for word in folded(search).split())


def _holds(gallery: Gallery, name: str, value: Any, design: RowValues) -> bool:
    conditions = {
        "and": lambda: all(matches(gallery, part, design) for part in value),
        "or": lambda: any(matches(gallery, part, design) for part in value),
        "not": lambda: not matches(gallery, value, design),
        "branch": lambda: design["category_id"] in value,
        "deleted": lambda: (design["deleted_at"] is not None) is value,
        "status": lambda: design["status"] in value,
        "featured": lambda: design["featured"] is value,
        "search": lambda: finds(value, design),
        "likeCount": lambda: _compares(design["like_count"], value),
        "createdAt": lambda: _compares(design["created_at"], {how: _instant(then) for how, then in value.items()}),
    }
    return conditions[name]() if name in conditions else _reads(design[TEXTS[name]], value)


def _branch(gallery: Gallery, by: Mapping[str, str], *, descend: bool) -> set[str]:
    named = (row["id"] for row in gallery.categories if by in ({"id": f"Category_{row['id']}"}, {"slug": row["slug"]}))
    branch = set(named)
    while descend and (below := {row["id"] for row in gallery.categories if row["parent_id"] in branch} - branch):
        branch |= below
    return branch


def _reads(text: str | None, conditions: Mapping[str, Any]) -> bool:
    tests = {
        "eq": lambda value: text is not None and folded(text) == folded(value),
        "ne": lambda value: text is None or folded(text) != folded(value),
        "in": lambda value: text is not None and folded(text) in map(folded, value),
        "contains": lambda value: text is not None and folded(value) in folded(text),
        "startsWith": lambda value: text is not None and folded(text).startswith(folded(value)),
        "isNull": lambda value: (text is None) is value,
    }
    return all(tests[how](value) for how, value in conditions.items() if value is not None)


def _compares(number: Any, conditions: Mapping[str, Any]) -> bool:
    given = {how: value for how, value in conditions.items() if value is not None}
    among = given.pop("in", [number])
    return number in among and all(COMPARISONS[how](number, value) for how, value in given.items())


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text.upper())
