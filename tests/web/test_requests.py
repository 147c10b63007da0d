"""Around every request: its id, its line in the log, and an answer where the code has a fault."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from engine.record import Record
from logs import QuickLines
from services.process import Process, studiograph
from web.requests import Requests, observe_operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

    from web.requests import Message, Receive, Scope, Send

OWN_ID = re.compile(r"[0-9a-f]{32}")
NOT_IDS = ["", "a b", "a/b", "ü", "a,b", "é" * 3, "x" * 65, "<script>", '"', "a\tb"]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server of its own process, whose log can be read."""
    with studiograph(tmp_path_factory.mktemp("serving"), "serve", "--empty", "--port", "0") as process:
        yield process


@pytest.fixture(scope="module")
def client(serving: Process) -> Iterator[httpx2.Client]:
    """A client of it."""
    with serving.client() as opened:
        yield opened


@pytest.mark.parametrize("given", ["a", "A.b_c-9", "0" * 64])
def test_a_harmless_id_of_the_client_is_kept(client: httpx2.Client, given: str) -> None:
    assert client.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", NOT_IDS)
def test_any_other_id_is_replaced(client: httpx2.Client, given: str) -> None:
    answered = client.get("/health", headers={b"X-Request-ID": given.encode()}).headers["x-request-id"]
    assert OWN_ID.fullmatch(answered)


def test_every_answer_has_an_id_of_its_own(client: httpx2.Client) -> None:
    answers = [
        *(client.get("/graphql", params={"query": "{ __typename }"}) for _ in range(2)),
        client.post("/graphql", content=b"null", headers={"content-type": "application/json"}),
        client.get("/nothing"),
        client.delete("/health"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 400, 404, 405]
    assert len({OWN_ID.fullmatch(answer.headers["x-request-id"]) for answer in answers} - {None}) == len(answers)


def test_each_request_is_one_line_of_the_log(serving: Process, client: httpx2.Client) -> None:
    client.get("/health?a=b", headers={"X-Request-ID": "the-one"})
    line = serving.wait_for("request", request_id="the-one")
    assert line.pop("milliseconds") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "studiograph.web",
        "request_id": "the-one",
        "method": "GET",
        "path": "/health",
        "status": 200,
        "statements": 0,
    }


def test_the_line_of_an_operation_says_which_and_what_it_cost(serving: Process, client: httpx2.Client) -> None:
    query = "query Gallery { designs { totalCount nodes { id } } }"
    client.post("/graphql", json={"query": query}, headers={"X-Request-ID": "asked"})
    line = serving.wait_for("request", request_id="asked")
    assert line.pop("cost") > 0
    told = {name: line.get(name) for name in ("status", "statements", "operation", "name", "codes")}
    assert told == {"status": 200, "statements": 2, "operation": "query", "name": "Gallery", "codes": None}

    client.post("/graphql", json={"query": "{ nothing }"}, headers={"X-Request-ID": "refused"})
    line = serving.wait_for("request", request_id="refused")
    assert (line["codes"], line["statements"]) == (["GRAPHQL_VALIDATION_FAILED"], 0)


def test_no_more_of_a_name_than_can_be_read_stands_in_the_log(serving: Process, client: httpx2.Client) -> None:
    query = f"query {'N' * 5_000} {{ __typename }}"
    client.post("/graphql", json={"query": query}, headers={"X-Request-ID": "named"})
    assert serving.wait_for("request", request_id="named")["name"] == "N" * 100


@pytest.mark.parametrize(("level", "lines"), [("DEBUG", 1), ("INFO", 1), ("WARNING", 0), ("ERROR", 0)])
def test_a_log_of_warnings_has_no_line_for_each_request(
    level: str, lines: int, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("studiograph.of-the-test").setLevel(level)
    QuickLines("studiograph.of-the-test").write("request", {"path": "/"})
    assert len(capfd.readouterr().err.splitlines()) == lines


def test_an_operation_of_a_websocket_is_told_of_like_a_request() -> None:
    seen: list[tuple[Scope, int, float]] = []
    record = Record("subscription", "News")
    observe_operation([lambda *told: seen.append(told)], record, 1.5, "of-the-socket")
    scope = {"type": "websocket", "method": "GET", "path": "/graphql", "headers": []}
    assert seen == [({**scope, "record": record, "request_id": "of-the-socket"}, 101, 1.5)]


async def test_a_websocket_has_an_id_too() -> None:
    scope: Scope = {"type": "websocket", "headers": [(b"x-request-id", b"of-the-test")]}
    asked: list[Scope] = []

    async def ask(scope: Scope, *_: object) -> None:
        asked.append(scope)

    await Requests(ask)(scope, _receive_nothing, _send_nowhere)
    assert [one["request_id"] for one in asked] == ["of-the-test"]


def test_what_was_asked_and_sent_does_not_stand_in_the_log(serving: Process, client: httpx2.Client) -> None:
    where = {"search": "hush-hush"}
    query = "query($where: DesignWhere) { designs(where: $where) { totalCount } }"
    client.post("/graphql", json={"query": query, "variables": {"where": where}}, headers={"X-Request-ID": "private"})
    client.get("/graphql", params={"query": '{ designs(where: {search: "hush-hush"}) { totalCount } }'})
    client.get("/health?token=hush-hush", headers={"Authorization": "Bearer hush-hush", "X-Request-ID": "last"})
    serving.wait_for("request", request_id="last")
    assert "hush" not in serving.messages()


def test_a_fault_is_answered_with_the_id_under_which_it_is_logged() -> None:
    answer = _client(_breaks).get("/", headers={"X-Request-ID": "broken"})
    message = "Something went wrong on our side. Quote broken when you report it."
    error = {"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": "broken"}}
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "broken")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"errors": [error]}


def test_a_fault_after_the_answer_has_begun_cuts_it_off() -> None:
    with pytest.raises(ZeroDivisionError):
        _client(_breaks_half_way).get("/")


def _client(application: object) -> TestClient:
    return TestClient(Requests(application))  # type: ignore[arg-type]  # an ASGI application is a plain function


async def _receive_nothing() -> Message:
    return {}


async def _send_nowhere(_message: Message) -> None:
    pass


async def _breaks(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ZeroDivisionError


async def _breaks_half_way(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ZeroDivisionError
