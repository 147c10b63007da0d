"""Tables of medians, and their place in RESULTS.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from load import Measurement
from overhead import ENDPOINT, EXECUTION
from repository import Cost
from results import BEGIN, END, engine_table, repository_table, server_table, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    rounds = [_round(100, 200), _round(50, 500), _round(90, 100)]  # 0.5, 0.1, 0.9; of the medians it would be 0.45

    assert server_table("SQLite", {"Q1": rounds}).splitlines() == [
        "| SQLite | req/s | ratio | CPU µs a request | ratio | p50 ms | p99 ms | RSS MiB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| Q1 | 90 / 200 | 0.50 | 10 / 10 | 1.00 | 1.00 / 1.00 | 2.0 / 2.0 | 64 / 64 |",
    ]


def test_what_the_engine_adds_is_the_median_of_the_rounds_own_differences() -> None:
    rounds = {ENDPOINT: [1_400.0, 1_900.0, 1_500.0], EXECUTION: [1_300.0, 1_200.0, 1_450.0]}  # of the medians: 200

    assert engine_table({"SQLite": {"Q1": rounds}}).splitlines() == [
        "| database | query | request, CPU µs | graphql-core and resolvers | what the engine adds |",
        "| --- | --- | --- | --- | --- |",
        "| SQLite | Q1 | 1,500 | 1,300 | 100 |",
    ]


def test_the_repository_comes_first_and_is_compared_to_each_way() -> None:
    ways = {"driver": [Cost(cpu=50, wall=100)], "repository": [Cost(cpu=75, wall=110)]}

    assert repository_table({"PostgreSQL": ways}).splitlines()[2:] == [
        "| PostgreSQL | repository | 75 | 110 | 1.00 | 1.00 |",
        "| PostgreSQL | driver | 50 | 100 | 1.50 | 1.10 |",
    ]


def test_what_is_written_by_hand_stays(tmp_path: Path) -> None:
    document = tmp_path / "RESULTS.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    write("new", document)

    assert document.read_text() == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def _round(product: float, limit: float) -> dict[str, Measurement]:
    return {
        name: Measurement(per_second, cpu=10, p50=1, p99=2, memory=64)
        for name, per_second in (("product", product), ("limit", limit))
    }
