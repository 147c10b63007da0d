"""The load: wrk over 16 connections that stay open."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from services.debian import program

if TYPE_CHECKING:
    from contestants import Contestant

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Answered:
    """What wrk saw: latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """One contestant under one load: latencies in milliseconds, CPU in µs for each request, memory in MiB."""

    per_second: float
    cpu: float
    p50: float
    p99: float
    memory: float


def measure(contestant: Contestant, bodies: Path, seconds: int) -> Measurement:
    """Load a contestant with the bodies in a file, one a line; RuntimeError where an answer failed."""
    before = contestant.cpu_seconds()
    answered = _wrk(contestant.url, bodies, seconds)
    spent = contestant.cpu_seconds() - before
    if answered.errors or not answered.requests:
        raise RuntimeError(f"{contestant.name}: {answered.errors} of {answered.requests} requests failed.")
    return Measurement(
        per_second=answered.requests / answered.seconds,
        cpu=spent / answered.requests * 1e6,
        p50=answered.p50,
        p99=answered.p99,
        memory=contestant.memory(),
    )


def _wrk(url: str, bodies: Path, seconds: int) -> Answered:
    wrk = program("wrk", "wrk")
    how = ["--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "10s"]
    command = [str(wrk.path), *how, "--script", str(SCRIPT), url, "--", str(bodies)]
    output = subprocess.run(command, env=wrk.env, capture_output=True, text=True, check=True).stdout
    return Answered(**orjson.loads(output.splitlines()[-1]))
