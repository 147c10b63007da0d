"""What is asked of a collection: pages that are filtered by two specifications and ordered by one, and facets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.database import open_database
from demo.benchmark_set import FABRICS
from recording import RecordingDatabase
from steps import Author

if TYPE_CHECKING:
    from databases import Loaded
    from steps import Step

PAGE, LONGEST = 20, 100
FAR = 500
"""The page that is as fast as the first one."""
PAGE_OF_ITEMS = """query ($where: ItemWhere!, $first: Int!, $after: String) {
    items(first: $first, after: $after, where: $where, orderBy: [
        {field: SPECIFICATION, direction: ASC, specificationKey: "value"}
    ]) {
        nodes { id name category { id name } colour: specification(key: "colour") { display }
                weight: specification(key: "weight") { display } value: specification(key: "value") { display } }
        pageInfo { hasNextPage endCursor }
    }
}"""
FACETS = """query ($where: ItemWhere!, $fields: [String!]!) {
    items(where: $where) { facets(fields: $fields) { field values { value label count selected } } }
}"""
WALK = """query ($where: ItemWhere!, $first: Int!, $after: String) {
    items(first: $first, after: $after, where: $where, orderBy: [
        {field: SPECIFICATION, direction: ASC, specificationKey: "value"}
    ]) { pageInfo { endCursor } }
}"""
COUNT = "query ($where: ItemWhere!) { items(where: $where) { totalCount } }"
FIELDS = ["spec:material", "spec:colour", "spec:size"]
WEIGHTS = range(500, 1_100, 100)
"""Grams; more than that weigh nine items in ten, or still more."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Requests that are alike but for their values, and how many items the first of them matches."""

    name: str
    steps: list[Step]
    matches: int

    @property
    def statements(self) -> int:
        """How many statements a request runs at most."""
        return max(step.statements for step in self.steps)

    @property
    def parts(self) -> dict[str, tuple[int, ...]]:
        """Where the statements are that are looked at one by one, by what they do; in every step the same."""
        texts = [run.sql for run in self.steps[0].runs]
        if self.query is FACETS:
            counting = [place for place, text in enumerate(texts) if "GROUP BY" in text]
            return {f"facet of {field}": (place,) for field, place in zip(FIELDS, counting, strict=True)}
        chosen = [place for place, text in enumerate(texts) if any(mark in text for mark in CHOOSING)]
        return {f"filter of {self.name}": tuple(chosen)}


async def write_questions(loaded: Loaded) -> list[Question]:
    """Recorded on the database itself: nothing here writes."""
    async with RecordingDatabase(open_database(loaded.url, 2)) as db:
        author = Author(db, loaded.folder)
        far = [await _far(author, where) for where in WIDE]
        return [
            await _asked(author, "page 1", PAGE_OF_ITEMS, WIDE),
            Question(f"page {FAR}", far, await _count(author, WIDE[0])),
            await _asked(author, "page 1 of a filter that few meet", PAGE_OF_ITEMS, RARE),
            await _asked(author, "page 1 of a filter that none meets", PAGE_OF_ITEMS, UNMET),
            await _asked(author, "page 1 of two filters that many meet, but none both", PAGE_OF_ITEMS, APART),
            await _asked(author, "three facets", FACETS, WIDE),
        ]


async def _asked(author: Author, name: str, query: str, conditions: list[dict[str, Any]]) -> Question:
    more: dict[str, Any] = {"fields": FIELDS} if query is FACETS else {"first": PAGE}
    steps = [(await author.step(query, where=where, **more))[0] for where in conditions]
    return Question(name, steps, await _count(author, conditions[0]))


async def _far(author: Author, where: dict[str, Any]) -> Step:
    """The page with the cursor to which longer pages lead."""
    after = None
    for rows in [LONGEST] * ((FAR - 1) * PAGE // LONGEST) + [(FAR - 1) * PAGE % LONGEST]:
        _, data = await author.step(WALK, where=where, first=rows, after=after)
        after = data["items"]["pageInfo"]["endCursor"]
    step, data = await author.step(PAGE_OF_ITEMS, where=where, first=PAGE, after=after)
    if len(data["items"]["nodes"]) < PAGE:
        raise RuntimeError(f"There is no page {FAR}.")
    return step


async def _count(author: Author, where: dict[str, Any]) -> int:
    _, data = await author.step(COUNT, where=where)
    count: int = data["items"]["totalCount"]
    return count


def _both(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"and": [{"specification": condition} for condition in conditions]}


def _of(material: str) -> dict[str, Any]:
    return {"key": "material", "eq": material}


WIDE = [_both(_of(one), {"key": "weight", "gt": str(least)}) for one, least in zip(FABRICS, WEIGHTS, strict=True)]
RARE = [_both(_of(one), {"key": "weight", "gte": "5000", "lte": "5016"}) for one in FABRICS]
UNMET = [_both(_of(one), {"key": "weight", "gt": "20000"}) for one in FABRICS]
APART = [_both({"key": "year", "lt": str(year)}, {"key": "made", "from": f"{year}-01-01"}) for year in range(1940, 1980, 5)]
