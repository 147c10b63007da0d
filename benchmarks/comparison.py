"""Comparisons: servers under load in interleaved rounds; in process repository and driver, engine and execution."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import httpx2
import orjson

from contestants import contestants
from load import measure
from queries import QUERIES, draw_sample
from repository import Cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contestants import Contestant
    from databases import Loaded
    from load import Measurement

CHECKED = 64
WARM_UP_SECONDS = 1
REPOSITORY_ROUNDS = 60
IN_ENGINE = ("Q1", "Q2")
"""The queries that the engine is measured with: a page, and almost nothing."""


def compare_servers(
    loaded: Loaded, queries: Sequence[str], *, core: int, rounds: int, seconds: int
) -> dict[str, list[dict[str, Measurement]]]:
    """For each query and round what each server did. Every round visits them in another order, so drift cancels."""
    sample = asyncio.run(draw_sample(loaded.url))
    bodies = {query: QUERIES[query].bodies(sample) for query in queries}
    with TemporaryDirectory() as folder, contestants(loaded, core) as servers:
        files = {query: Path(folder, query) for query in queries}
        for query, file in files.items():
            file.write_bytes(b"\n".join(bodies[query]) + b"\n")
            require_same_answers(query, servers, bodies[query][:CHECKED])
            for server in servers:
                measure(server, file, WARM_UP_SECONDS)
        return _rounds(servers, files, rounds, seconds)


def compare_repository(loaded: Loaded, core: int) -> dict[str, list[Cost]]:
    """What each way to read Q1's page costs, measured in a process of its own."""
    ways = _measured_in_process("repository.py", core, loaded.url, REPOSITORY_ROUNDS)
    return {way: [Cost(**cost) for cost in costs] for way, costs in ways.items()}


def compare_engine(loaded: Loaded, core: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    """For each query the CPU of a request and of its execution, in µs, measured in a process of its own."""
    return {query: _measured_in_process("overhead.py", core, loaded.url, query, rounds) for query in IN_ENGINE}


def require_same_answers(query: str, servers: Sequence[Contestant], bodies: Sequence[bytes]) -> None:
    """Ask each server the same; RuntimeError where an answer is an error, or differs in a byte."""
    with httpx2.Client(headers={"content-type": "application/json"}, timeout=30) as client:
        for body in bodies:
            answers = {server.name: client.post(server.url, content=body).content for server in servers}
            if len(set(answers.values())) > 1 or any(b'"errors"' in answer for answer in answers.values()):
                told = "\n".join(f"{name}: {answer[-2_000:].decode()}" for name, answer in answers.items())
                raise RuntimeError(f"{query}: the answers to {body.decode()} are errors, or differ:\n{told}")


def _measured_in_process(program: str, core: int, *arguments: object) -> dict[str, list[Any]]:
    """What a program of this folder prints, on the core of the servers."""
    command = ["taskset", "--cpu-list", str(core), sys.executable, str(Path(__file__).with_name(program))]
    finished = subprocess.run([*command, *map(str, arguments)], stdout=subprocess.PIPE, check=True)
    measured: dict[str, list[Any]] = orjson.loads(finished.stdout)
    return measured


def _rounds(
    servers: Sequence[Contestant], files: Mapping[str, Path], rounds: int, seconds: int
) -> dict[str, list[dict[str, Measurement]]]:
    rng = Random(1)  # noqa: S311  (no secret)
    measured: dict[str, list[dict[str, Measurement]]] = {query: [] for query in files}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for query, file in files.items():
            order = rng.sample(servers, len(servers))
            measured[query].append({server.name: measure(server, file, seconds) for server in order})
    return measured
