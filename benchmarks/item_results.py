"""What was measured of a collection, beside what it was to be."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from item_script import FACETS, FAR, FIRST
from results import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from item_script import Question

    Rounds = Mapping[str, Sequence["Round"]]


class Round(NamedTuple):
    """Medians of one question's requests, in milliseconds: over HTTP, by hand, and what of that its `part` takes.

    The part is the filter of a page, or the slowest of facets.
    """

    http: float
    by_hand: float
    part: float


def told(engine: str, questions: Mapping[str, Question], rounds: Rounds, plans: Mapping[str, str]) -> str:
    """Of one database: what was asked for, what was to be reached, and how statements are run."""
    head = (engine, "matches", "statements", "product / by hand, p50", "ratio", "filter, or slowest facet")
    asked = [
        (name, f"{questions[name].matches:,}", str(questions[name].statements), *_cells(rounds[name]))
        for name in questions
    ]
    targets = [(target.name, f"{target.most:g}{target.unit}", *target.reached(rounds)) for target in TARGETS]
    most = {name: questions[name].statements for name in (FIRST, FAR, FACETS)}
    targets.append(("statements", "5", str(max(most.values())), _held(max(most.values()), 5)))
    reached = table((engine, "at most", "measured", ""), targets)
    run = "\n\n".join(f"{name}:\n\n```\n{text}\n```" for name, text in plans.items())
    return f"{table(head, asked)}\n\n{reached}\n\n{run}"


class Target(NamedTuple):
    """What a median of the rounds is to be at most."""

    name: str
    most: float
    unit: str
    figures: Callable[[Rounds], list[float]]

    def reached(self, rounds: Rounds) -> tuple[str, str]:
        """The figure, and whether it is low enough."""
        figure = median(self.figures(rounds))
        return f"{figure:.2f}{self.unit}", _held(figure, self.most)


def _cells(rounds: Sequence[Round]) -> tuple[str, str, str]:
    http, by_hand, part = (median(figures) for figures in zip(*rounds, strict=True))
    ratio = median(one.http / one.by_hand for one in rounds)
    return f"{http:.2f} / {by_hand:.2f} ms", f"{ratio:.2f}", f"{part:.2f} ms"


def _held(figure: float, most: float) -> str:
    return "held" if figure <= most else "**missed**"


def _times(rounds: Rounds, figure: Callable[[Round], float]) -> list[float]:
    """How many times as long page 500 takes as page 1, in each round."""
    return [figure(far) / figure(first) for far, first in zip(rounds[FAR], rounds[FIRST], strict=True)]


TARGETS = (
    Target("page 1 over HTTP, p50", 10, " ms", lambda rounds: [one.http for one in rounds[FIRST]]),
    Target("page 500 over HTTP, p50", 10, " ms", lambda rounds: [one.http for one in rounds[FAR]]),
    Target("filter of page 1, in the database", 3, " ms", lambda rounds: [one.part for one in rounds[FIRST]]),
    Target("slowest facet, in the database", 60, " ms", lambda rounds: [one.part for one in rounds[FACETS]]),
    Target("page 500 / page 1 over HTTP", 1.5, "", lambda rounds: _times(rounds, lambda one: one.http)),
    Target("filter of page 500 / of page 1", 1.5, "", lambda rounds: _times(rounds, lambda one: one.part)),
)
