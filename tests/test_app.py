"""What create_app puts around everything: which hosts it serves, and which pages of others may ask."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from services.process import SECRET
from services.server import Server
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

FRONTEND = "https://shop.example"
QUERY = {"query": "{ __typename }"}


def test_serves_only_the_hosts_it_is_known_by(database_url: str, tmp_path: Path) -> None:
    with _serving(database_url, tmp_path, public_url="https://studio.example") as server:
        status = {
            host: server.client.get("/health", headers={"host": host}).status_code
            for host in ("studio.example", "localhost", "127.0.0.1:8000", "evil.example", "studio.example.evil.example")
        }
    assert status == {
        "studio.example": 200,
        "localhost": 200,
        "127.0.0.1:8000": 200,
        "evil.example": 400,
        "studio.example.evil.example": 400,
    }


def test_pages_of_an_allowed_origin_may_ask(database_url: str, tmp_path: Path) -> None:
    with _serving(database_url, tmp_path, cors_origins=FRONTEND) as server:
        asked = {"origin": FRONTEND, "access-control-request-method": "POST"}
        preflight = server.client.options(
            "/graphql", headers=asked | {"access-control-request-headers": "content-type,x-request-id"}
        )
        answer = server.client.post("/graphql", json=QUERY, headers={"origin": FRONTEND})
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, FRONTEND)
    assert (answer.json(), answer.headers["access-control-allow-origin"]) == (
        {"data": {"__typename": "Query"}},
        FRONTEND,
    )
    exposed = "x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after"
    assert answer.headers["access-control-expose-headers"] == exposed


@pytest.mark.parametrize("origins", ["", FRONTEND])
def test_pages_of_others_may_not(database_url: str, tmp_path: Path, origins: str) -> None:
    with _serving(database_url, tmp_path, cors_origins=origins) as server:
        answer = server.client.post("/graphql", json=QUERY, headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


@contextmanager
def _serving(database_url: str, folder: Path, **given: str) -> Iterator[Server]:
    settings = {"environment": "production", "secret": SECRET, "data_dir": folder, "database_url": database_url}
    server = Server(Settings.model_validate(settings | given)).start()
    try:
        yield server
    finally:
        server.stop()
