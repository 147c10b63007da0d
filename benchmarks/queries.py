"""The reference queries, each with many bodies: one body alone would measure caches."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Executable, select

from db.database import open_database
from db.repositories.designs import Designs
from demo.benchmark_set import GARMENTS, STYLES

if TYPE_CHECKING:
    from collections.abc import Callable

BODIES = 512
CARD = "id title imageUrl style colour likeCount category { id name }"
WHOLE = (
    "id title description imageUrl style colour fabric occasion featured viewCount likeCount createdAt "
    "category { id name } createdBy { id displayName }"
)
PAGE_INFO = "pageInfo { hasNextPage endCursor }"


@dataclass(frozen=True, slots=True)
class Sample:
    """What there is to ask for in a loaded database: global ids."""

    designs: list[str]
    categories: list[str]


@dataclass(frozen=True, slots=True)
class Query:
    """A reference query; `variables` draws those of one body."""

    title: str
    operation_name: str
    document: str
    variables: Callable[[Sample, Random], dict[str, Any]]

    def bodies(self, sample: Sample) -> list[bytes]:
        """Bodies of HTTP requests, the same ones every time for the same sample."""
        rng = Random(self.operation_name)  # noqa: S311  (no secret)
        return [self._body(self.variables(sample, rng)) for _ in range(BODIES)]

    def _body(self, variables: dict[str, Any]) -> bytes:
        body = {"operationName": self.operation_name, "query": self.document, "variables": variables}
        return orjson.dumps(body)


QUERIES = {
    "Q1": Query(
        "a gallery page: 20 designs with category and maker",
        "Gallery",
        "query Gallery($first: Int!) { designs(first: $first) "
        f"{{ nodes {{ {CARD} createdBy {{ id displayName }} }} {PAGE_INFO} }} }}",
        lambda _sample, _rng: {"first": 20},
    ),
    "Q2": Query(
        "one design by its id, with category",
        "Point",
        f"query Point($id: ID!) {{ design(by: {{ id: $id }}) {{ {CARD} }} }}",
        lambda sample, rng: {"id": rng.choice(sample.designs)},
    ),
    "Q3": Query(
        "100 designs, 12 fields and two relations",
        "Big",
        f"query Big($first: Int!) {{ designs(first: $first) {{ nodes {{ {WHOLE} }} {PAGE_INFO} }} }}",
        lambda _sample, _rng: {"first": 100},
    ),
    "Q4": Query(
        "20 designs of one category and style whose texts hold a word",
        "Search",
        "query Search($category: ID!, $style: String!, $word: String!) { designs(first: 20, "
        "where: { category: { id: $category }, style: { eq: $style }, search: $word }) "
        f"{{ nodes {{ {CARD} }} {PAGE_INFO} }} }}",
        lambda sample, rng: {
            "category": rng.choice(sample.categories),
            "style": rng.choice(STYLES),
            "word": rng.choice(GARMENTS),
        },
    ),
}


async def draw_sample(url: str) -> Sample:
    """The ids of every visible design and of every category in the database."""
    async with open_database(url, 1) as db:
        rows = await db.read().connection.all(_visible)
    return Sample(sorted(f"Design_{row.id}" for row in rows), sorted({f"Category_{row.category_id}" for row in rows}))


def _visible() -> Executable:
    table = Designs.source.table
    shown = select(table.c.id, table.c.category_id)
    return shown.where(table.c.status == "PUBLISHED", table.c.deleted_at.is_(None))
