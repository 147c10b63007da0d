"""Every answer has a request id: the client's own where it is harmless, else a new one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from structlog.testing import capture_logs

from services.server import Server
from web.requests import Requests

if TYPE_CHECKING:
    from settings import Settings

NEW = re.compile(r"[0-9a-f]{32}")
PATHS = {
    "/": 200,
    "/graphql?query={__typename}": 200,
    "/graphql": 400,
    "/health": 200,
    "/ready": 200,
    "/info": 200,
    "/schema.graphql": 200,
    "/media/designs/nowhere.jpg": 404,
    "/nowhere": 404,
}
HARMLESS = ("a", "A-Z.a_z-0.9", "0", "x" * 64, "..", "01a1fbf25d8e723fb1296cd4fb185634")
HARMFUL = ("", "x" * 65, "a b", "a\tb", "a/b", "a,b", '{"a":1}', "a%0ab", "ä", "아이디", "<script>", "a;b", "$(a)")


@pytest.mark.parametrize(("path", "status"), PATHS.items())
def test_every_path_answers_with_the_request_id(path: str, status: int, endpoint: Server) -> None:
    response = endpoint.client.get(path, headers={"x-request-id": "of-the-test"})
    assert (response.status_code, response.headers.get_list("x-request-id")) == (status, ["of-the-test"])
    fresh = endpoint.client.get(path).headers["x-request-id"]
    assert NEW.fullmatch(fresh)


@pytest.mark.parametrize("request_id", HARMLESS)
def test_a_harmless_request_id_is_kept(request_id: str, endpoint: Server) -> None:
    assert _answered(endpoint, request_id.encode()) == request_id


@pytest.mark.parametrize("request_id", HARMFUL)
def test_any_other_request_id_is_replaced(request_id: str, endpoint: Server) -> None:
    assert NEW.fullmatch(_answered(endpoint, request_id.encode()))


def test_no_two_requests_get_the_same_id(endpoint: Server) -> None:
    assert len({_answered(endpoint, b"") for _ in range(50)}) == 50


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_refused_host_and_a_preflight_get_an_id_too(settings: Settings) -> None:
    guarded = settings.model_copy(update={"allowed_hosts": ("studio.example",), "cors_origins": ("http://front",)})
    asked = {"origin": "http://front", "access-control-request-method": "POST", "host": "studio.example"}
    server = Server(guarded).start()
    try:
        refused = server.client.get("/health")
        preflight = server.client.options("/graphql", headers=asked)
    finally:
        server.stop()
    assert (refused.status_code, preflight.status_code) == (400, 200)
    assert [bool(NEW.fullmatch(one.headers["x-request-id"])) for one in (refused, preflight)] == [True, True]


async def test_a_fault_outside_graphql_is_masked_and_logged() -> None:
    fault = RuntimeError("SELECT secret")
    response, logged = await _broken_by(fault)
    message = "Something went wrong on our side. Quote of-the-test when you report it."
    extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": "of-the-test"}
    assert (response.status_code, response.headers["x-request-id"]) == (500, "of-the-test")
    assert response.json() == {"errors": [{"message": message, "extensions": extensions}]}
    assert logged[0] == {
        "event": "fault",
        "log_level": "error",
        "request_id": "of-the-test",
        "path": "/health",
        "exc_info": fault,
    }


async def test_an_outage_outside_graphql_is_told_as_one() -> None:
    response, logged = await _broken_by(ConnectionError("gone"))
    message = "The server cannot reach its data just now, or is too busy. Try again soon."
    extensions = {"code": "UNAVAILABLE", "requestId": "of-the-test"}
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json() == {"errors": [{"message": message, "extensions": extensions}]}
    assert logged[0] == {
        "event": "unavailable",
        "log_level": "warning",
        "request_id": "of-the-test",
        "path": "/health",
        "problem": "gone",
    }


async def _broken_by(error: Exception) -> tuple[httpx2.Response, list[Any]]:
    """What is answered, and logged, where `error` ends a request for a page."""

    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise error

    transport = httpx2.ASGITransport(Requests(broken))
    async with httpx2.AsyncClient(transport=transport, base_url="http://studio") as client:
        with capture_logs() as logged:
            response = await client.get("/health", headers={"x-request-id": "of-the-test"})
    return response, list(logged)


def _answered(endpoint: Server, request_id: bytes) -> str:
    headers = [(b"x-request-id", request_id), (b"accept", b"*/*")]
    return endpoint.client.get("/health", headers=headers).headers["x-request-id"]
