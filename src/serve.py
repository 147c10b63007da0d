"""`serve`: one parent that minds the processes which do the work, and starts them again when they die."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import structlog

from db import migrations
from db.database import open_database
from demo.studio import found_studio
from logs import configure_logs
from mail.links import AT_HOME
from rules.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import SpawnProcess

    import uvicorn

    from settings import Settings
    from web.requests import Requests

GRACE_SECONDS = 5
"""So long a server process waits for what is under way; websockets, spans and the database need some time besides."""
END_SECONDS = 9
"""After so long a process is killed that has not ended by itself."""
EARLY_SECONDS = 10
EARLY_DEATHS = 5
BACKLOG = 2048

spawn = multiprocessing.get_context("spawn")
log = structlog.get_logger("studiograph.serve")


async def prepare(settings: Settings, *, with_demo: bool, tell: Callable[[str], None]) -> str | None:
    """Make the database ready in development; in production only look at it. What is in the way, or None.

    `tell` is given what the person at the terminal has to know: the one-time password of a first admin.
    """
    from admins import FIRST, create_first_admin  # noqa: PLC0415  (the parent has no use for most of it)
    from app import utc_now  # noqa: PLC0415

    try:
        settings.signing_key  # noqa: B018  (made now, by one process, or not at all)
    except OSError as error:
        return f"The secret in STUDIOGRAPH_DATA_DIR can be neither read nor made: {error.strerror}."
    async with open_database(settings.database_url, 1) as db:
        if settings.in_development:
            await asyncio.to_thread(migrations.upgrade, settings.database_url)
            async with db.transaction() as tx:
                await found_studio(tx, utc_now(), with_demo=with_demo)
                is_new = not await tx.users.count()
            with suppress(Refusal):  # another server that starts has made the same admin
                if is_new:
                    password = await create_first_admin(db, utc_now())
                    tell(f"Log in as {FIRST} with the one-time password {password} (you will be asked for another).")
        elif await migrations.current(db) != migrations.head():
            return "The database is not at the revision of this version. Run: studiograph migrate up"
    return None


def listen(host: str, port: int) -> socket.socket:
    """The socket that every server process answers on; OSError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening


def serve_until_stopped(settings: Settings, listening: socket.socket, workers: int) -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    log.info("serving", url=_url(listening), workers=workers)
    with TemporaryDirectory(prefix="studiograph-metrics-") as figures:
        answering = [partial(_start, answer_requests, settings, listening, figures)] * workers
        delivering = partial(_start, deliver_events, settings, _home(listening))
        return _Minder([*answering, delivering], partial(_forget, Path(figures))).mind()


def answer_requests(settings: Settings, listening: socket.socket, figures: str) -> None:
    """A server process: answers requests on the socket it is given; `figures` is the folder of the run's metrics."""
    _end_with_parent()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures  # before prometheus_client is imported: it looks only then
    from app import create_app  # noqa: PLC0415  (the parent has no use for these)
    from web.connections import GracefulServer  # noqa: PLC0415

    configure_logs(settings.log_level)
    application = create_app(settings, home=_home(listening))
    _settle_memory()
    GracefulServer(server_config(application, settings), application.end_streams).run(sockets=[listening])


def _settle_memory() -> None:
    """What is here after the start stays: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def server_config(application: Requests, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the application."""
    import uvicorn  # noqa: PLC0415  (the parent has no use for it)

    from web.connections import BoundedHttp  # noqa: PLC0415
    from web.sockets import BoundedWebSocket  # noqa: PLC0415

    return uvicorn.Config(
        application,
        loop="uvloop",
        http=BoundedHttp,
        ws=BoundedWebSocket,
        ws_max_size=settings.frame_limit,
        ws_ping_interval=20,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def deliver_events(settings: Settings, home: str = AT_HOME) -> None:
    """A worker process: delivers events until SIGTERM. `home`: where links in mails lead without a PUBLIC_URL."""
    _end_with_parent()
    from work import run_worker  # noqa: PLC0415  (the parent has no use for it)

    configure_logs(settings.log_level)
    asyncio.run(run_worker(settings, home))


@dataclass
class _Child:
    """A process, and how to start it again."""

    start: Callable[[], SpawnProcess]
    process: SpawnProcess
    began: float
    early_deaths: int = 0

    def revive(self) -> bool:
        """Start it again; False when it has died again and again soon after its start."""
        early = time.monotonic() - self.began < EARLY_SECONDS
        self.early_deaths = self.early_deaths + 1 if early else 0
        if self.early_deaths > EARLY_DEATHS:
            return False
        log.error("a process died and is started again", exit_code=self.process.exitcode)
        self.process, self.began = self.start(), time.monotonic()
        return True


class _Minder:
    """The children, each with the function that starts it; `bury` is told the process ids of those that die."""

    def __init__(self, starts: list[Callable[[], SpawnProcess]], bury: Callable[[int], None]) -> None:
        self._starts = starts
        self._bury = bury
        self._stopping = False

    def mind(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        children = [_Child(start, start(), time.monotonic()) for start in self._starts]
        healthy = True
        while healthy and not self._stopping:
            wait([child.process.sentinel for child in children], timeout=0.5)
            dead = [child for child in children if child.process.exitcode is not None]
            for child in dead:
                self._bury(child.process.pid or 0)
            healthy = self._stopping or all(child.revive() for child in dead)
        if not healthy:
            log.error("a process dies whenever it is started: see its fault above, or run `studiograph doctor`")
        _end([child.process for child in children])
        return 0 if healthy else 1

    def _stop(self, _number: int, _frame: Any) -> None:
        self._stopping = True


def _start(run: Callable[..., None], *arguments: Any) -> SpawnProcess:
    child = spawn.Process(target=run, args=arguments)
    child.start()
    return child


def _end(children: list[SpawnProcess]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + END_SECONDS
    for child in children:
        child.join(max(0.0, deadline - time.monotonic()))
    late = [child for child in children if child.exitcode is None]
    for child in late:
        log.error("a process did not end in time and is killed", pid=child.pid)
        child.kill()
        child.join()


def _forget(figures: Path, process_id: int) -> None:
    """What a dead process had in use is free; what it counted stays counted."""
    for path in figures.glob(f"gauge_live*_{process_id}.db"):
        path.unlink(missing_ok=True)


def _home(listening: socket.socket) -> str:
    """Where a browser on this machine finds what answers there."""
    host, port = listening.getsockname()[:2]
    return f"http://localhost:{port}" if ip_address(host).is_unspecified else _url(listening)


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, and that one ends us

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
