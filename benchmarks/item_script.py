"""What is asked of a collection: pages that are filtered by two specifications and ordered by one, and facets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.database import open_database
from demo.benchmark_set import FABRICS
from plans import plan
from recording import RecordingDatabase
from steps import Author

if TYPE_CHECKING:
    from databases import Loaded
    from recording import Run
    from steps import Step

FIRST, FAR, FACETS = "page 1", "page 500", "three facets"
RARE, UNMET, APART = "a filter that few meet", "a filter that none meets", "two filters, and no item meets both"
PAGE, BEFORE, STRIDE = 20, 499 * 20, 100
"""Items on a page, those before page 500, and how many of them are walked over at a time."""
ORDER = 'orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: "value"}]'
SPECIFICATIONS = " ".join(
    f'{key}: specification(key: "{key}") {{ display }}' for key in ("material", "weight", "value")
)
CARDS = f"""query ($where: ItemWhere!, $first: Int!, $after: String) {{
    items(first: $first, after: $after, where: $where, {ORDER}) {{
        nodes {{ id name category {{ id name }} {SPECIFICATIONS} }}
        pageInfo {{ hasNextPage endCursor }}
    }}
}}"""
WALK = f"""query ($where: ItemWhere!, $first: Int!, $after: String) {{
    items(first: $first, after: $after, where: $where, {ORDER}) {{ pageInfo {{ endCursor }} }}
}}"""
COUNT = "query ($where: ItemWhere!) { items(where: $where) { totalCount } }"
COUNTS = """query ($where: ItemWhere!) {
    items(where: $where) {
        facets(fields: ["spec:material", "spec:colour", "spec:size"]) { field values { value label count selected } }
    }
}"""


@dataclass(frozen=True, slots=True)
class Question:
    """Requests that are alike but for their values, and how many items the first of them matches."""

    steps: list[Step]
    matches: int

    @property
    def statements(self) -> int:
        """How many statements a request runs at most."""
        return max(step.statements for step in self.steps)


def is_filter(run: Run) -> bool:
    """Whether this finds the items of a page, or before that those of a condition that few meet."""
    return f"LIMIT {PAGE + 1}" in run.sql or "numbers_0" in run.sql


def is_facet(run: Run) -> bool:
    """Whether this counts the values of a specification."""
    return "GROUP BY" in run.sql


async def write_questions(loaded: Loaded) -> dict[str, Question]:
    """By what is asked; recorded on the database itself, as nothing here writes."""
    async with RecordingDatabase(open_database(loaded.url, 2)) as db:
        author = Author(db, loaded.folder)
        questions = {name: await _question(author, CARDS, name) for name in (FIRST, RARE, UNMET, APART)}
        far = [await _far(author, where) for where in CONDITIONS[FIRST]]
        questions[FAR] = Question(far, questions[FIRST].matches)
        questions[FACETS] = await _question(author, COUNTS, FACETS)
        return questions


async def plans(url: str, questions: dict[str, Question]) -> dict[str, str]:
    """How the statements are run that find pages, and one that counts."""
    found = {}
    for name in (FIRST, FAR, RARE):
        runs = [next(run for run in step.runs if f"LIMIT {PAGE + 1}" in run.sql) for step in questions[name].steps]
        found[f"The statement of {name}"] = await plan(url, runs)
    counts = [[run for run in step.runs if is_facet(run)] for step in questions[FACETS].steps]
    for place, name in enumerate(("a specification that is filtered by, too", "another specification")):
        found[f"The facet of {name}"] = await plan(url, [several[place] for several in counts])
    return found


async def _question(author: Author, query: str, name: str) -> Question:
    more = {"first": PAGE} if query is CARDS else {}
    steps = [(await author.step(query, where=where, **more))[0] for where in CONDITIONS[name]]
    _, data = await author.step(COUNT, where=CONDITIONS[name][0])
    return Question(steps, data["items"]["totalCount"])


async def _far(author: Author, where: dict[str, Any]) -> Step:
    """The page behind BEFORE items, by the cursors of longer pages."""
    after = None
    for begin in range(0, BEFORE, STRIDE):
        _, data = await author.step(WALK, where=where, first=min(STRIDE, BEFORE - begin), after=after)
        after = data["items"]["pageInfo"]["endCursor"]
    step, data = await author.step(CARDS, where=where, first=PAGE, after=after)
    if len(data["items"]["nodes"]) < PAGE:
        raise RuntimeError(f"There is no {FAR}.")
    return step


def _both(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"and": [{"specification": condition} for condition in conditions]}


def _pairs() -> list[dict[str, Any]]:
    """One in three items are of two fabrics, as `material` asks."""
    return [
        {"key": "material", "in": [one, other]} for one, other in zip(FABRICS, FABRICS[1:] + FABRICS[:1], strict=True)
    ]


YEARS = ("1945", "1950", "1955", "1960", "1965", "1970")
CONDITIONS: dict[str, list[dict[str, Any]]] = {
    FIRST: [_both(pair, {"key": "weight", "gt": str(4_000 + place)}) for place, pair in enumerate(_pairs())],
    RARE: [_both(pair, {"key": "weight", "gte": "5000", "lte": "5008"}) for pair in _pairs()],
    UNMET: [_both(pair, {"key": "weight", "gt": "20000"}) for pair in _pairs()],
    APART: [
        _both({"key": "year", "lt": str(year)}, {"key": "made", "from": f"{year}-01-01"})
        for year in range(1945, 1975, 5)
    ],
}
CONDITIONS[FACETS] = CONDITIONS[FIRST]
