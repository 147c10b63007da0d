"""What the database's tests are given besides: a look past our own code, and processes that begin at one moment."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
import pytest

from services.process import SECONDS, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    Look: TypeAlias = Callable[[str, str], Coroutine[Any, Any, list[tuple[Any, ...]]]]
    Together: TypeAlias = Callable[..., list[tuple[int, str]]]


@pytest.fixture
def look() -> Look:
    """Run one statement at an address through the bare driver; its rows."""
    return _look


@pytest.fixture
def together(tmp_path: Path) -> Together:
    """Run `work` in three processes that wait for each other after their `imports`; exit code and errors of each."""

    def run(imports: str, work: str, *arguments: str) -> list[tuple[int, str]]:
        program = f"import sys\n{imports}\nprint('ready', flush=True)\nsys.stdin.read()\n{work}"
        held, release = os.pipe()
        processes = [_started(program, arguments, tmp_path, held) for _ in range(3)]
        os.close(held)
        ready = [process.stdout and process.stdout.readline() for process in processes]
        os.close(release)
        errors = [process.communicate(timeout=SECONDS)[1] for process in processes]
        assert ready == ["ready\n"] * 3, errors
        return [(process.returncode, error) for process, error in zip(processes, errors, strict=True)]

    return run


async def _look(url: str, statement: str) -> list[tuple[Any, ...]]:
    if url.startswith("sqlite"):
        driver = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        found = driver.execute(statement).fetchall()
        driver.close()
        return found
    connection = await asyncpg.connect(url)
    records = await connection.fetch(statement)
    await connection.close()
    return [tuple(record) for record in records]


def _started(program: str, arguments: tuple[str, ...], folder: Path, standard_input: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environment(folder),
        stdin=standard_input,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
