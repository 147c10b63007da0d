"""Pages and facets of 100,000 items over HTTP beside the same statements on the bare driver, on both databases.

About two minutes where the items are loaded already, else ten; it writes its part of RESULTS.md.
"""

from __future__ import annotations

import os
import sys
from statistics import median
from typing import TYPE_CHECKING

import uvloop

import results
from asking import connected
from contestants import contestants
from databases import ITEMS, postgresql, sqlite
from item_results import Round, told
from item_script import is_facet, is_filter, plans, write_questions
from replaying import bare, replayed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from item_script import Question
    from replaying import Bare
    from steps import Step

NUMBER, ROUNDS = 100_000, 9
BEGIN = "<!-- from here: written by benchmarks/items.py -->"


def main() -> None:
    """Measure, print, and write RESULTS.md."""
    core, *others = sorted(os.sched_getaffinity(0))
    if not others:
        sys.exit("The benchmark needs two cores: one for the server, one for the load and the database.")
    os.sched_setaffinity(0, others)
    parts = [f"{results.machine()}\n* {NUMBER:,} items; {ROUNDS} rounds"]
    for database in (postgresql, sqlite):
        with database(NUMBER, ITEMS) as loaded:
            questions = uvloop.run(write_questions(loaded))
            with contestants(loaded, core, ["product"]) as [product]:
                rounds = uvloop.run(_measure(product.url, loaded.url, questions))
            parts.append(told(loaded.engine, questions, rounds, uvloop.run(plans(loaded.url, questions))))
    report = "\n\n".join(parts)
    print(report)
    results.write(report, begin=BEGIN)


async def _measure(url: str, database: str, questions: Mapping[str, Question]) -> dict[str, list[Round]]:
    """Every round asks every question; one more before them only warms both."""
    rounds: dict[str, list[Round]] = {name: [] for name in questions}
    async with bare(database) as driver:
        for number in range(ROUNDS + 1):
            for name, question in questions.items():
                measured = await _round(url, driver, question)
                if number:
                    rounds[name].append(measured)
    return rounds


async def _round(url: str, driver: Bare, question: Question) -> Round:
    async with connected(url) as client:  # anew each time: the server closes what is idle
        by_http = [await client.ask(step.body) for step in question.steps]
    by_hand = [[await replayed(driver, [run]) for run in step.runs] for step in question.steps]
    parts = [_part(step, took) for step, took in zip(question.steps, by_hand, strict=True)]
    return Round(median(by_http), median(map(sum, by_hand)), median(parts))


def _part(step: Step, took: Sequence[float]) -> float:
    """How long the filter took, or the slowest facet."""
    facets = [one for run, one in zip(step.runs, took, strict=True) if is_facet(run)]
    return max(facets) if facets else sum(one for run, one in zip(step.runs, took, strict=True) if is_filter(run))


if __name__ == "__main__":
    main()
