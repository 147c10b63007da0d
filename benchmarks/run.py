"""`./dev bench`: on both databases the server against the hand-written limit, and in process what its layers add."""

from __future__ import annotations

import argparse
import os
import sys

import results
from comparison import compare_engine, compare_repository, compare_servers
from databases import postgresql, sqlite
from queries import QUERIES

DATABASES = {"PostgreSQL": postgresql, "SQLite": sqlite}
DESIGNS, ROUNDS, SECONDS = 100_000, 7, 3


def main() -> None:
    """Measure, print, and write RESULTS.md where everything was measured in full."""
    options = _options()
    core = _leave_a_core_to_the_servers()
    tables, engines, costs = [], {}, {}
    for name in options.databases:
        with DATABASES[name](options.designs) as loaded:
            print(loaded.engine, file=sys.stderr)
            measured = compare_servers(
                loaded, options.queries, core=core, rounds=options.rounds, seconds=options.seconds
            )
            tables.append(results.server_table(loaded.engine, measured))
            engines[loaded.engine] = compare_engine(loaded, core, options.rounds)
            costs[loaded.engine] = compare_repository(loaded, core)
    how = f"{options.designs:,} designs; {options.rounds} interleaved rounds of {options.seconds} s"
    report = "\n\n".join(
        [f"{results.machine()}\n* {how}", *tables, results.engine_table(engines), results.repository_table(costs)]
    )
    print(report)
    if _in_full(options):
        results.write(report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--designs", type=int, default=DESIGNS, help="how many designs to load (%(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds for each query and server (%(default)s)")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="length of a round (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="two rounds of one second")
    parser.add_argument(
        "--queries", type=lambda text: text.split(","), default=list(QUERIES), help="such as Q1,Q4 (all)"
    )
    parser.add_argument("--database", choices=["both", *map(str.lower, DATABASES)], default="both")
    options = parser.parse_args()
    if unknown := set(options.queries) - set(QUERIES):
        parser.error(f"there is no query {', '.join(sorted(unknown))}; there are {', '.join(QUERIES)}")
    if options.quick:
        options.rounds, options.seconds = 2, 1
    options.databases = [name for name in DATABASES if options.database in ("both", name.lower())]
    return options


def _in_full(options: argparse.Namespace) -> bool:
    """Whether nothing was left out or made shorter."""
    enough = options.designs >= DESIGNS and options.rounds >= ROUNDS and options.seconds >= SECONDS
    return enough and len(options.databases) == len(DATABASES) and len(options.queries) == len(QUERIES)


def _leave_a_core_to_the_servers() -> int:
    """Move this process, and with it PostgreSQL and the load, to the other cores."""
    first, *others = sorted(os.sched_getaffinity(0))
    if not others:
        sys.exit("The benchmark needs two cores: one for the server, one for the load and the database.")
    os.sched_setaffinity(0, others)
    return first


if __name__ == "__main__":
    main()
