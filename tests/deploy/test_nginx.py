"""deploy/nginx.conf under the real nginx: in front of Studiograph, and of a server that tells what it was sent."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import httpx2
import pytest

from services import debian
from services.process import until
from services.websocket import complete, signed_in, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.server import Server

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
QUERY = {"query": "{ designs { totalCount } }"}
on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def telling() -> Iterator[str]:
    """The address of a server that answers with the headers it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        serving.join()


@on_sqlite
def test_queries_pass_with_their_ids(server: Server) -> None:
    with _nginx(server.url.removeprefix("http://")) as client:
        answer = client.post("/graphql", json=QUERY, headers={"X-Request-ID": "through-nginx"})
        assert (answer.status_code, answer.json()) == (200, {"data": {"designs": {"totalCount": 0}}})
        assert answer.headers["x-request-id"] == "through-nginx"
        assert re.fullmatch("[0-9a-f]{32}", client.get("/health").headers["x-request-id"])


@on_sqlite
def test_long_answers_are_compressed_and_the_same(server: Server) -> None:
    with _nginx(server.url.removeprefix("http://")) as client:
        answer = client.get("/schema.graphql", headers={"accept-encoding": "gzip"})
        assert (answer.headers["content-encoding"], answer.text) == (
            "gzip",
            server.client.get("/schema.graphql").text,
        )


@on_sqlite
async def test_websockets_and_event_streams_pass(server: Server) -> None:
    with _nginx(server.url.removeprefix("http://")) as client:
        async with signed_in(str(client.base_url.join("/graphql")).replace("http", "ws")) as socket:
            await socket.ask("{ designs { totalCount } }")
            assert [await socket.hear() for _ in range(2)] == [told("1", designs={"totalCount": 0}), complete("1")]
        stream = client.post("/graphql", json=QUERY, headers={"accept": "text/event-stream"})
        assert stream.text == 'event: next\ndata: {"data":{"designs":{"totalCount":0}}}\n\nevent: complete\ndata:\n\n'


@on_sqlite
def test_a_body_that_is_too_large_is_refused_by_studiograph_itself(server: Server) -> None:
    with _nginx(server.url.removeprefix("http://")) as client:
        refused = client.post("/graphql", json={"query": "#" * 2_000_000})
        assert refused.json()["errors"][0]["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}


def test_studiograph_is_told_who_asks_and_not_what_they_claim(telling: str) -> None:
    claims = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "gopher", "Host": "studio.example:81"}
    with _nginx(telling) as client:
        told = client.get("/", headers=claims | {"X-Request-ID": "me"}).json()
    assert {name: told.get(name) for name in ("x-forwarded-for", "x-forwarded-proto", "host", "x-request-id")} == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
        "host": "studio.example:81",
        "x-request-id": "me",
    }


@contextmanager
def _nginx(upstream: str) -> Iterator[httpx2.Client]:
    """An nginx in front of `host:port`, and a client of it."""
    port = _free_port()
    with TemporaryDirectory(prefix="studiograph-nginx-") as folder:
        Path(folder).chmod(0o755)  # its workers run as nobody
        text = CONFIGURATION.read_text(encoding="utf-8").replace("studiograph:8000", upstream)
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/tmp/", f"{folder}/"))  # noqa: S108
        program = debian.program("nginx", "nginx")
        command: list[str | Path] = [program.path, "-e", "stderr", "-c", configuration]
        tested = subprocess.run([*command, "-t"], env=program.env, capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        with subprocess.Popen([*command, "-g", "daemon off;"], env=program.env) as nginx:
            try:
                until(lambda: _listens(port), lambda: "nginx does not listen")
                with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                    yield client
            finally:
                nginx.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
