"""The reference queries as one would write them by hand: a statement, and the answer made of its rows."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from db.filters import Every, Test
from db.repositories.designs import DesignList
from db.scope import Sight
from db.search import search_filter
from graph.design_lists import DesignListing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from graph.cursors import Cursors

    Fetch = Callable[..., Awaitable[Sequence[Sequence[Any]]]]

CARD = "d.id, d.title, i.key, d.style, d.colour, d.like_count, c.id, c.name"
WHOLE = (
    "d.id, d.title, d.description, i.key, d.style, d.colour, d.fabric, d.occasion, d.featured, d.view_count, "
    "d.like_count, c.id, c.name, u.id, u.display_name"
)
DESIGNS = "FROM designs d JOIN categories c ON c.id = d.category_id LEFT JOIN images i ON i.id = d.cover_image_id"
MAKERS = "LEFT JOIN users u ON u.id = d.created_by_id"
VISIBLE = "WHERE d.status = 'PUBLISHED' AND d.deleted_at IS NULL"
NEWEST = "ORDER BY d.created_at DESC, d.id DESC"


class ByHand:
    """Q1 to Q4. A page's rows begin with the id and end with the instant by which they are ordered."""

    def __init__(self, fetch: Fetch, cursors: Cursors, media: str, *, on_sqlite: bool) -> None:
        self._fetch = fetch
        self._cursors = cursors
        self._media = media
        at = "replace(d.created_at, '.000000+', '+')" if on_sqlite else "d.created_at"  # as JSON has it
        at_place = "?{}" if on_sqlite else "${}"
        category, style, word = (at_place.format(number) for number in (1, 2, 3))
        self._gallery = f"SELECT {CARD}, u.id, u.display_name, {at} {DESIGNS} {MAKERS} {VISIBLE} {NEWEST}"
        self._point = f"SELECT {CARD} {DESIGNS} {VISIBLE} AND d.id = {at_place.format(1)}"
        self._big = f"SELECT {WHOLE}, {at} {DESIGNS} {MAKERS} {VISIBLE} {NEWEST}"
        self._search = (
            f"SELECT {CARD}, {at} {DESIGNS} {VISIBLE} AND d.category_id = {category}"
            f" AND d.style_folded = {style} AND d.search_text LIKE {word} {NEWEST}"
        )

    @property
    def operations(self) -> Mapping[str, Callable[[dict[str, Any]], Awaitable[bytes]]]:
        """The operations by the names that the queries give them."""
        return {"Gallery": self.gallery, "Point": self.point, "Big": self.big, "Search": self.search}

    async def gallery(self, variables: dict[str, Any]) -> bytes:
        """Q1."""
        size, media = variables["first"], self._media
        rows = await self._fetch(limited(self._gallery, size))
        nodes = [
            {
                "id": f"Design_{row[0]}",
                "title": row[1],
                "imageUrl": media + row[2] if row[2] else None,
                "style": row[3],
                "colour": row[4],
                "likeCount": row[5],
                "category": {"id": f"Category_{row[6]}", "name": row[7]},
                "createdBy": {"id": f"User_{row[8]}", "displayName": row[9]} if row[8] else None,
            }
            for row in rows[:size]
        ]
        return self._page(EVERYTHING, nodes, rows)

    async def point(self, variables: dict[str, Any]) -> bytes:
        """Q2."""
        rows = await self._fetch(self._point, variables["id"][7:])
        return orjson.dumps({"data": {"design": self._cards(rows)[0] if rows else None}})

    async def big(self, variables: dict[str, Any]) -> bytes:
        """Q3."""
        size, media = variables["first"], self._media
        rows = await self._fetch(limited(self._big, size))
        nodes = [
            {
                "id": f"Design_{row[0]}",
                "title": row[1],
                "description": row[2],
                "imageUrl": media + row[3] if row[3] else None,
                "style": row[4],
                "colour": row[5],
                "fabric": row[6],
                "occasion": row[7],
                "featured": row[8] == 1,
                "viewCount": row[9],
                "likeCount": row[10],
                "createdAt": row[15],
                "category": {"id": f"Category_{row[11]}", "name": row[12]},
                "createdBy": {"id": f"User_{row[13]}", "displayName": row[14]} if row[13] else None,
            }
            for row in rows[:size]
        ]
        return self._page(EVERYTHING, nodes, rows)

    async def search(self, variables: dict[str, Any]) -> bytes:
        """Q4."""
        category, style, word = variables["category"][9:], variables["style"], variables["word"]
        rows = await self._fetch(limited(self._search, 20), category, style, f"%{word}%")
        return self._page(found(category, style, word), self._cards(rows[:20]), rows)

    def _cards(self, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        media = self._media
        return [
            {
                "id": f"Design_{row[0]}",
                "title": row[1],
                "imageUrl": media + row[2] if row[2] else None,
                "style": row[3],
                "colour": row[4],
                "likeCount": row[5],
                "category": {"id": f"Category_{row[6]}", "name": row[7]},
            }
            for row in rows
        ]

    def _page(self, identity: bytes, nodes: list[dict[str, Any]], rows: Sequence[Sequence[Any]]) -> bytes:
        cursor = None
        if nodes:
            last = rows[len(nodes) - 1]
            cursor = self._cursors.write(identity, (last[-1], last[0]))
        page_info = {"hasNextPage": len(rows) > len(nodes), "endCursor": cursor}
        return orjson.dumps({"data": {"designs": {"nodes": nodes, "pageInfo": page_info}}})


def _identity(designs: DesignList) -> bytes:
    """What the product's cursors are bound to."""
    return DesignListing(designs, datetime.now(UTC), Sight.PUBLIC).identity


EVERYTHING = _identity(DesignList())


@cache
def found(category: str, style: str, word: str) -> bytes:
    """The identity of a search; remembered, because by hand one would have named the list more cheaply."""
    condition = Every((Test("category", "eq", category), Test("style", "eq", style), search_filter((word,))))
    return _identity(DesignList(condition))


@cache
def limited(sql: str, size: int) -> str:
    """The statement for a page and one row more. The limit is a literal, so that PostgreSQL keeps its plan."""
    return f"{sql} LIMIT {size + 1}"
