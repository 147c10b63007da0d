"""The servers that are compared: each one process tree, alone on the first core."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from databases import Loaded

START_SECONDS = 30.0
TICKS = os.sysconf("SC_CLK_TCK")
BENCHMARKS = Path(__file__).parent
SECRET = secrets.token_hex(32)
COMMANDS = {"product": ["-m", "cli", "serve", "--port"], "limit": [str(BENCHMARKS / "limit.py")]}


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it takes queries."""
        return f"http://127.0.0.1:{self.port}/graphql"

    def cpu_seconds(self) -> float:
        """What its processes have spent so far, in user and kernel mode."""
        return sum(_ticks(pid) for pid in _tree(self.process.pid)) / TICKS

    def memory(self) -> float:
        """The resident memory of its processes in MiB; pages that they share count for each."""
        return sum(_resident(pid) for pid in _tree(self.process.pid)) / 1024


@contextmanager
def contestants(loaded: Loaded, core: int, names: Sequence[str] = tuple(COMMANDS)) -> Iterator[list[Contestant]]:
    """The product and the limit, or those named, over the same database, as long as the block lasts."""
    commands = {name: COMMANDS[name] for name in names}
    ports = {name: _free_port() for name in commands}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for name, command in commands.items():
            pinned = ["taskset", "--cpu-list", str(core), sys.executable, *command, str(ports[name])]
            running.append(subprocess.Popen(pinned, env=_production(loaded.url, loaded.folder)))
        yield [
            _listening(Contestant(name, ports[name], process)) for name, process in zip(commands, running, strict=True)
        ]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(START_SECONDS)


def _production(url: str, folder: Path) -> dict[str, str]:
    """The environment of a server as it would be in production."""
    return os.environ | {
        "STUDIOGRAPH_ENVIRONMENT": "production",
        "STUDIOGRAPH_SECRET": SECRET,
        "STUDIOGRAPH_DATA_DIR": str(folder),
        "STUDIOGRAPH_DATABASE_URL": url,
        "STUDIOGRAPH_PUBLIC_URL": "https://studio.example",
        "STUDIOGRAPH_LOG_LEVEL": "warning",
        "STUDIOGRAPH_RATE_LIMIT": "off",  # one address asks for all
    }


def _listening(contestant: Contestant) -> Contestant:
    """The contestant, as soon as it takes connections."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", contestant.port)) == 0:
                return contestant
        if contestant.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The {contestant.name} did not start; the lines above may say why.")
        time.sleep(0.05)


def _tree(pid: int) -> Iterator[int]:
    """A process and what its main thread started, and so on."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _tree(int(child))


def _ticks(pid: int) -> int:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
