"""What those who run the server ask it."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from db import migrations
from services.at_once import at_once
from services.postgresql import PostgreSQL
from services.process import until
from services.server import Server
from settings import Settings
from web.health import KEPT_SECONDS, PATIENCE_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

READY = (200, {"status": "ready"})
UNREACHABLE = "database: it cannot be reached"
NOT_MIGRATED = "database: it is not at the revision of this version; run `studiograph migrate up`"
NOT_WRITABLE = "storage: The media folder cannot be written: File exists."


def test_health_says_that_the_process_answers(server: Server) -> None:
    response = server.client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_info_says_what_runs_here_and_since_when(server: Server) -> None:
    about = server.client.get("/info").json()
    assert 0 <= about.pop("uptimeSeconds") < 60
    assert about == {"name": "Studiograph", "version": "0.1.0", "environment": "development"}


def test_is_ready_where_all_is_well(server: Server) -> None:
    assert _ready(server) == READY


def test_is_not_ready_before_the_database_is_migrated(server: Server, database_url: str) -> None:
    migrations.downgrade(database_url, migrations.BASE)
    assert _ready(server) == _unavailable(NOT_MIGRATED)
    migrations.upgrade(database_url)
    _becomes(server, READY)


def test_is_not_ready_where_the_storage_cannot_be_written(server: Server, settings: Settings) -> None:
    media = settings.data_dir / "media"
    assert _ready(server) == READY
    media.rmdir()
    media.touch()  # a file in the folder's place: root may write to any folder
    _becomes(server, _unavailable(NOT_WRITABLE))
    media.unlink()
    _becomes(server, READY)


async def test_many_who_ask_at_once_and_soon_again_make_it_look_once(server: Server, settings: Settings) -> None:
    media = settings.data_dir / "media"
    answers = await at_once([partial(_ready, server)] * 20)
    media.rmdir()
    media.touch()
    assert [*answers, _ready(server)] == [READY] * 21


def test_is_not_ready_while_postgresql_is_stopped_and_says_all_that_is_wrong(tmp_path: Path) -> None:
    with ExitStack() as running, ExitStack() as postgresql_running:
        postgresql = PostgreSQL().start()
        postgresql_running.callback(postgresql.stop)
        url = postgresql.create("studio")
        migrations.upgrade(url)
        server = Server(Settings(data_dir=tmp_path, database_url=url)).start()
        running.callback(server.stop)

        assert _ready(server) == READY
        postgresql.restart()
        _becomes(server, READY)
        postgresql_running.close()
        (tmp_path / "media").rmdir()
        (tmp_path / "media").touch()
        _becomes(server, _unavailable(UNREACHABLE, NOT_WRITABLE))
        assert server.client.get("/health").status_code == 200


def _ready(server: Server) -> tuple[int, Any]:
    response = server.client.get("/ready")
    return response.status_code, response.json()


def _becomes(server: Server, answer: tuple[int, Any]) -> None:
    """What is answered now may have been found two seconds ago."""
    until(lambda: _ready(server) == answer, lambda: str(_ready(server)), seconds=KEPT_SECONDS + PATIENCE_SECONDS)


def _unavailable(*problems: str) -> tuple[int, Any]:
    return 503, {"status": "unavailable", "problems": [*problems]}
