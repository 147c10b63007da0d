"""`studiograph serve` as real processes: what it answers, how it ends, and what it does when something dies."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from db.events import FILE_DISCARDED
from serve import EARLY_DEATHS, _Minder, _start
from services.accounts import a_member
from services.mailed_links import ASK_RESET
from services.process import SECRET, is_alive, let_happen, studiograph, until
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from db.database import Database
    from services.accounts import Account
    from services.process import Process

MOST_SECONDS_TO_END = 10
QUERY = b'{"query": "{ designs { totalCount } }"}'
SUBSCRIPTION = "subscription { designPublished { id } }"
CALENDAR = {"query": "{ viewer { calendarUrl } }"}
LINK = r"(https?://.*?(?:/calendar/|token=))sg"
KEEP_ALIVE = b"3\r\n:\n\n\r\n"
"""A comment of an event stream, as a chunk."""
ANSWER = b'{"data":{"designs":{"totalCount":0}}}'


on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # what a link says does not depend on it


@dataclass(frozen=True)
class Asking:
    """Staff who ask for links."""

    folder: Path
    database_url: str
    staff: Account

    def serving(self, *arguments: str, **told: str) -> AbstractContextManager[Process]:
        """The command, on any free port."""
        told = {"database_url": self.database_url, "secret": SECRET, **told}
        return studiograph(self.folder, "serve", "--empty", "--port", "0", *arguments, **told)

    def links(self, serving: Process) -> list[str]:
        """What the server's link and the worker's begin with, as far as their tokens."""
        reset = {"query": ASK_RESET, "variables": {"email": "nari@example.com"}}
        with serving.client() as client:
            told, _ = (client.post("/graphql", json=asked, headers=self.staff.headers) for asked in (CALENDAR, reset))
        letters = self.folder / "data" / "mail"
        (letter,) = until(lambda: list(letters.glob("*.eml")), lambda: "no mail was written")
        body = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",))
        assert body
        return re.findall(LINK, told.text) + re.findall(LINK, body.get_content())


@pytest.fixture
async def asking(db: Database, database_url: str, tmp_path: Path) -> Asking:
    """Nari, who can be mailed to."""
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, secret=SECRET)
    staff = await a_member(settings, db, "nari", role="STAFF", email="nari@example.com")
    return Asking(tmp_path, database_url, staff)


def test_one_command_answers_and_logs_lines_of_json(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, serving.client() as client:
        assert client.get("/ready").json() == {"status": "ready"}
        assert client.get("/graphql", params={"query": "{ designs { totalCount } }"}).content == ANSWER
        assert serving.stop() == 0
        lines = serving.logged()
    assert [line for line in lines if not {"event", "level", "logger", "timestamp"} <= line.keys()] == []


def test_under_load_all_is_answered_and_what_is_open_for_long_is_ended_in_good_order(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, ExitStack() as opened:
        requests = [opened.enter_context(half_sent(serving)) for _ in range(20)]
        sockets = [opened.enter_context(following(serving)) for _ in range(3)]
        streams = [opened.enter_context(streaming(serving)) for _ in range(3)]
        began = time.monotonic()
        serving.signal(signal.SIGTERM)
        serving.wait_for("Shutting down")
        for client, rest in requests:
            client.sendall(rest)

        assert [_received(client).partition(b"\r\n\r\n")[2] for client, _ in requests] == [ANSWER] * 20
        assert [_told(socket) for socket in sockets] == [([], 1001)] * 3
        assert {_received(stream).replace(KEEP_ALIVE, b"") for stream in streams} == {b"0\r\n\r\n"}  # no chunk is cut
        assert serving.exit_code() == 0
        assert time.monotonic() - began < MOST_SECONDS_TO_END
        assert [line for line in serving.logged() if line["level"] in ("error", "critical")] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_before_the_end(tmp_path: Path, number: signal.Signals) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, half_sent(serving) as (client, rest):
        began = time.monotonic()
        serving.signal(number)
        serving.wait_for("Shutting down")
        client.sendall(rest)

        head, _, body = _received(client).partition(b"\r\n\r\n")
        assert (head.splitlines()[0], body) == (b"HTTP/1.1 200 OK", ANSWER)
        assert serving.exit_code() == 0
        assert time.monotonic() - began < MOST_SECONDS_TO_END


def test_ctrl_c_in_a_terminal_ends_it_without_a_traceback(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, serving.client() as client:
        client.get("/health")
        serving.workers()
        os.killpg(serving.pid, signal.SIGINT)  # a terminal sends it to every process in its foreground
        assert serving.exit_code() == 0
        assert [line for line in serving.logged() if line["level"] in ("error", "critical")] == []


def test_a_client_that_never_finishes_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, half_sent(serving):
        began = time.monotonic()
        assert serving.stop() == 0
        assert time.monotonic() - began < MOST_SECONDS_TO_END


def test_the_worker_is_started_again_when_it_dies_and_works(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving:
        (worker,) = serving.workers()
        os.kill(worker, signal.SIGKILL)

        serving.wait_for("a process died and is started again", exit_code=-signal.SIGKILL)
        until(lambda: serving.workers() != [worker], lambda: "there is no new worker")
        let_happen(tmp_path, FILE_DISCARDED)  # of no file: that cannot be done
        assert serving.wait_for("delivery failed")["kind"] == FILE_DISCARDED


@on_one_database
@pytest.mark.parametrize(("host", "name"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "localhost")])  # noqa: S104  (for a test)
async def test_links_lead_to_where_it_listens(asking: Asking, host: str, name: str) -> None:
    with asking.serving("--host", host) as serving:
        home = f"http://{name}:{urlsplit(serving.url()).port}"
        assert asking.links(serving) == [f"{home}/calendar/", f"{home}/reset?token="]


@on_one_database
async def test_links_lead_to_its_public_url_where_it_is_told(asking: Asking) -> None:
    home = "https://api.example.com"
    with asking.serving(public_url=home) as serving:
        assert asking.links(serving) == [f"{home}/calendar/", f"{home}/reset?token="]


def test_a_server_is_started_again_when_it_dies_and_serves(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, serving.client() as client:
        (server,) = serving.servers()
        os.kill(server, signal.SIGKILL)

        assert client.get("/health").status_code == 200  # it waited in the socket's queue
        assert serving.servers() != [server]


def test_its_processes_end_by_themselves_when_it_is_killed(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0", "--workers", "2") as serving:
        children = [*serving.servers(2), *serving.workers()]
        serving.signal(signal.SIGKILL)

        assert serving.exit_code() == -signal.SIGKILL
        until(lambda: not any(map(is_alive, children)), lambda: f"one of {children} is still there")


def test_each_of_two_servers_answers(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0", "--workers", "2") as serving:
        for server in serving.servers(2):
            os.kill(server, signal.SIGSTOP)
            with serving.client() as client:
                assert client.get("/health").json() == {"status": "ok"}  # the other one
            os.kill(server, signal.SIGCONT)


def test_a_port_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with studiograph(tmp_path, "serve", "--empty", "--port", str(port)) as serving:
            assert serving.exit_code() == 1
            reason = f"Cannot listen on 127.0.0.1, port {port} (Address already in use)"
            assert serving.messages() == f"{reason}: choose others with --host and --port.\n"


def test_production_serves_only_a_migrated_database(tmp_path: Path) -> None:
    production = {"environment": "production", "secret": SECRET}
    with studiograph(tmp_path, "migrate", "up", **production) as migrating:
        assert migrating.exit_code() == 0
    with studiograph(tmp_path, "serve", "--port", "0", **production) as serving, serving.client() as client:
        assert client.get("/ready").json() == {"status": "ready"}
    with studiograph(tmp_path, "migrate", "down", "--revision", "base", **production) as migrating:
        assert migrating.exit_code() == 0
    with studiograph(tmp_path, "serve", "--port", "0", **production) as serving:
        assert serving.exit_code() == 1
        assert serving.messages() == (
            "The database is not at the revision of this version. Run: studiograph migrate up\n"
        )


def test_production_does_not_start_without_a_secret(tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--port", "0", environment="production") as serving:
        assert serving.exit_code() == 1
        assert serving.messages() == (
            'STUDIOGRAPH_SECRET is missing; make one with: python3 -c "import secrets; print(secrets.token_hex(32))"\n'
        )
    assert not (tmp_path / "data").exists()


@contextmanager
def half_sent(serving: Process) -> Iterator[tuple[socket.socket, bytes]]:
    """A query of which the server has only the first half, and its second half."""
    address = urlsplit(serving.url())
    middle = len(QUERY) // 2
    head = f"POST /graphql HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(QUERY)}\r\n"
    head += "Content-Type: application/json\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection((address.hostname, address.port or 80), timeout=60) as client:
        client.sendall(head.encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 100")  # the application has begun to read the body
        client.sendall(QUERY[:middle])
        yield client, QUERY[middle:]


@contextmanager
def following(serving: Process) -> Iterator[ClientConnection]:
    """A websocket on which a subscription is followed."""
    address = f"ws{serving.url().removeprefix('http')}/graphql"
    with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], compression=None) as socket:
        socket.send('{"type": "connection_init"}')
        assert socket.recv() == '{"type":"connection_ack"}'
        socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}}))
        socket.send('{"type": "ping"}')
        assert socket.recv() == '{"type":"pong"}'
        yield socket


@contextmanager
def streaming(serving: Process) -> Iterator[socket.socket]:
    """An event stream, of which the server has sent the head."""
    address = urlsplit(serving.url())
    query = urlencode({"query": SUBSCRIPTION})
    head = f"GET /graphql?{query} HTTP/1.1\r\nHost: {address.netloc}\r\nAccept: text/event-stream\r\n\r\n"
    with socket.create_connection((address.hostname, address.port or 80), timeout=60) as client:
        client.sendall(head.encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        yield client


def _told(socket: ClientConnection) -> tuple[list[str | bytes], int | None]:
    """All messages until the end of a websocket, and the code with which it closed."""
    return list(socket), socket.close_code


def _received(client: socket.socket) -> bytes:
    received = b""
    while part := client.recv(10_000):
        received += part
    return received


def test_a_process_that_dies_whenever_it_is_started_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # pytest keeps its own handlers
    buried: list[int] = []
    assert _Minder([partial(_start, os._exit, 3)], buried.append).mind() == 1
    assert len(set(buried)) == EARLY_DEATHS + 1


def test_a_secret_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / "secret").mkdir(parents=True)
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving:
        assert serving.exit_code() == 1
        assert serving.messages() == (
            "The secret in STUDIOGRAPH_DATA_DIR can be neither read nor made: Is a directory.\n"
        )
