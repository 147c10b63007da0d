"""`studiograph …` as a process of its own, as people run it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from db.database import open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")

SOURCE = Path(__file__).parents[2] / "src"
SECRET = "A4b9_kept-only-for-tests_Zq81xWe27"  # noqa: S105
SECONDS = 60.0


@contextmanager
def studiograph(folder: Path, *arguments: str, **settings: str) -> Iterator[Process]:
    """Run a command with its data in `folder`; whatever is left of it is ended with the block."""
    process = Process(folder, arguments, settings)
    try:
        yield process
        process.stop()
    finally:
        process.kill()


class Process:
    """A running command, the processes below it, and what it logs."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], settings: dict[str, str]) -> None:
        self._log = folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with self._log.open("wb") as log:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "cli", *arguments],
                env=environment(folder, **settings),
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self.pid = self._popen.pid

    def url(self) -> str:
        """Where `serve` answers."""
        return str(self.wait_for("serving")["url"])

    def client(self) -> httpx2.Client:
        """A client of `serve`; answers when the first server process is up."""
        return httpx2.Client(base_url=self.url(), timeout=SECONDS)

    def logged(self) -> list[dict[str, Any]]:
        """Every line logged so far; raises where one is no JSON."""
        return [json.loads(line) for line in self.messages().splitlines()]

    def messages(self) -> str:
        """Whatever it wrote to standard error."""
        return self._log.read_text(encoding="utf-8")

    def wait_for(self, event: str, **named: Any) -> dict[str, Any]:
        """The first line with this event and these values."""

        def found() -> dict[str, Any] | None:
            lines = (line for line in self.logged() if line["event"] == event)
            return next((line for line in lines if named.items() <= line.items()), None)

        return until(found, lambda: f"nothing logged {event!r}: {self.messages()[-3000:]}")

    def servers(self, number: int = 1) -> list[int]:
        """The process ids of the servers among the children, as soon as there are so many."""
        return self._children(number, lambda child, started: child in started)

    def workers(self) -> list[int]:
        """The process ids of the other children, as soon as there is one."""
        self.servers()
        return self._children(1, lambda child, started: child not in started)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the command itself."""
        self._popen.send_signal(number)

    def stop(self) -> int:
        """End it in good order; the exit code."""
        self.signal(signal.SIGTERM)
        return self.exit_code()

    def exit_code(self, seconds: float = SECONDS) -> int:
        """Wait for the end of the command itself."""
        return self._popen.wait(seconds)

    def kill(self) -> None:
        """End the command and every process below it at once, as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait(SECONDS)

    def _children(self, number: int, wanted: Callable[[int, set[int]], bool]) -> list[int]:
        def found() -> list[int]:
            started = {int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", self.messages())}
            children = [child for child in children_of(self.pid) if wanted(child, started)]
            return children if len(children) >= number else []

        return until(found, lambda: f"there are no {number} such children: {self.messages()[-3000:]}")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The variables of a process with its data in `folder` and these settings, and none of the machine's own."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("STUDIOGRAPH_")}
    chosen = {"data_dir": f"{folder}/data"} | settings
    given = {f"STUDIOGRAPH_{name.upper()}": value for name, value in chosen.items()}
    return {**outer, "PYTHONPATH": str(SOURCE), **given}


def let_happen(folder: Path, kind: str) -> None:
    """Record an event in the SQLite database that a process has in `folder`."""

    async def record() -> None:
        db = open_database(f"sqlite:///{folder}/data/studiograph.sqlite3", 1)
        async with db.transaction() as tx:
            await tx.events.record(kind, None, now=datetime.now(UTC))
        await db.close()

    asyncio.run(record())


def children_of(parent: int) -> list[int]:
    """The living Studiograph processes that `parent` started, without multiprocessing's own."""
    stats = ((path, _stat(path)) for path in Path("/proc").glob("[0-9]*"))
    return [int(path.name) for path, (state, above) in stats if above == parent and state != "Z" and _is_ours(path)]


def is_alive(pid: int) -> bool:
    """Whether a process is there and not only waiting to be noticed as ended."""
    return _stat(Path(f"/proc/{pid}"))[0] not in ("", "Z", "X")


def until(look: Callable[[], Result | None], complaint: Callable[[], str], seconds: float = SECONDS) -> Result:
    """Look again and again until there is something to see; AssertionError with the complaint when it takes longer."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(complaint())
        time.sleep(0.02)
    return seen


def _stat(process: Path) -> tuple[str, int]:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return fields[0], int(fields[1])


def _is_ours(process: Path) -> bool:
    try:
        return b"spawn_main" in (process / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
