"""What a page of another site can make a browser send is not run."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from graphql import build_schema

from engine.http import Endpoint
from engine.streams import Streams
from services.answers import refusal
from services.engine import Anyone, an_engine

LIMIT = 1_000_000
JSON = ("application/json", b'{"query": "mutation { b }"}')
PARTS = (("operations", '{"query": "mutation { b }"}'), ("map", "{}"))
FORM = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in PARTS)
FILES = ("multipart/form-data; boundary=x", f"{FORM}--x--\r\n".encode())
ASKED = {"cookie": (True, JSON), "files": (False, FILES), "cookie and files": (True, FILES)}
ORIGINS = ("https://front.example", "HTTP://Other.example:8080/", "https://studio.example:443/path", "app://phone")
PREFLIGHT = {
    "x-studiograph-csrf": "1",
    "apollo-require-preflight": "true",
    "x-apollo-operation-name": "CreateDesign",
    "X-Studiograph-CSRF": "0",
}
NO_PREFLIGHT: tuple[dict[str, str], ...] = (
    {},
    {"x-studiograph-csrf": ""},
    {"x-studiograph-csrf": " "},
    {"x-apollo-operation-name": "", "apollo-require-preflight": ""},
    {"x-studiograph-csrf-": "1", "csrf": "1"},
    {"x-requested-with": "XMLHttpRequest"},
    {"origin": "http://studio", "referer": "http://studio/"},
)
OURS = (
    ("studio", "http://studio"),
    ("studio", "https://studio"),
    ("Studio", "http://STUDIO"),
    ("studio:80", "http://studio"),
    ("studio", "https://studio:443"),
    ("studio:8000", "http://studio:8000"),
    ("[::1]:8000", "http://[::1]:8000"),
    ("studio", "https://front.example"),
    ("studio", "https://FRONT.example:443"),
    ("studio", "http://other.example:8080"),
    ("inner:8000", "https://studio.example"),
    ("studio", "app://phone"),
)
THEIRS = (
    ("studio", "null"),
    ("studio", "https://evil.example"),
    ("studio", "http://studio.evil.example"),
    ("studio", "http://evilstudio"),
    ("studio", "http://studio:8000"),
    ("studio:8000", "http://studio"),
    ("studio:443", "http://studio:80"),
    ("studio", "http://studio@evil.example"),
    ("studio", "http://evil.example/studio"),
    ("studio", "studio"),
    ("studio", "//studio"),
    ("studio", "file://"),
    ("studio", "app://studio"),
    ("studio", "http://front.example"),
    ("studio", "https://front.example.evil.example"),
    ("studio", "https://other.example:8080"),
    ("studio", "app://phones"),
    ("studio", "http://studio, http://evil.example"),
    ("", "http://"),
    ("null", "null"),
)
NO_HEADER = "A request with files or a cookie needs the header `x-studiograph-csrf: 1`."
NO_ORIGIN = "The `Origin` header names another site than this one. Send the request from here or an allowed origin."


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("headers", NO_PREFLIGHT)
async def test_without_a_preflight_header_it_is_refused(headers: dict[str, str], asked: str) -> None:
    assert await _seen(asked, headers) == (403, refusal("CSRF_PREVENTION", NO_HEADER), [])


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("header", PREFLIGHT.items())
async def test_with_a_preflight_header_it_is_run(header: tuple[str, str], asked: str) -> None:
    assert await _seen(asked, dict([header])) == (200, {"data": {"b": 1}}, ["ran"])


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(("host", "origin"), THEIRS)
async def test_from_another_origin_it_is_refused(host: str, origin: str, asked: str) -> None:
    headers = {"host": host, "origin": origin, "x-studiograph-csrf": "1"}
    assert await _seen(asked, headers) == (403, refusal("CSRF_PREVENTION", NO_ORIGIN), [])


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(("host", "origin"), OURS)
async def test_from_our_own_or_an_allowed_origin_it_is_run(host: str, origin: str, asked: str) -> None:
    headers = {"host": host, "origin": origin, "x-studiograph-csrf": "1"}
    assert await _seen(asked, headers) == (200, {"data": {"b": 1}}, ["ran"])


@pytest.mark.parametrize(
    "origins", [("http://studio", "https://evil.example"), ("https://evil.example", "http://studio")]
)
async def test_of_several_origins_each_must_be_known(origins: tuple[str, str]) -> None:
    headers = [("host", "studio"), ("x-studiograph-csrf", "1"), *(("origin", origin) for origin in origins)]
    assert await _seen("cookie", headers) == (403, refusal("CSRF_PREVENTION", NO_ORIGIN), [])


@pytest.mark.parametrize("hosts", [("studio", "evil.example"), ("evil.example", "studio")])
async def test_of_several_hosts_none_is_ours(hosts: tuple[str, str]) -> None:
    named = [("host", host) for host in hosts]
    headers = [*named, ("x-studiograph-csrf", "1"), ("origin", "http://evil.example")]
    assert await _seen("cookie", headers) == (403, refusal("CSRF_PREVENTION", NO_ORIGIN), [])


async def test_json_without_a_cookie_is_run_from_anywhere() -> None:
    ran: list[str] = []
    async with _client(ran, by_cookie=False) as client:
        headers = {"content-type": "application/json", "origin": "https://evil.example"}
        response = await client.post("/graphql", content=JSON[1], headers=headers)
    assert (response.status_code, response.json(), ran) == (200, {"data": {"b": 1}}, ["ran"])


async def test_reading_by_get_with_a_cookie_needs_no_header() -> None:
    async with _client([], by_cookie=True) as client:
        response = await client.get("/graphql", params={"query": "{ a }"}, headers={"origin": "https://evil.example"})
    assert (response.status_code, response.json()) == (200, {"data": {"a": None}})


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_what_a_form_can_send_is_refused_with_a_cookie_too(kind: str) -> None:
    ran: list[str] = []
    async with _client(ran, by_cookie=True) as client:
        response = await client.post("/graphql", content=JSON[1], headers={"content-type": kind})
    assert (response.status_code, response.json(), ran) == (403, refusal("CSRF_PREVENTION", NO_HEADER), [])


def _client(ran: list[str], *, by_cookie: bool) -> httpx2.AsyncClient:
    """A client of an endpoint that keeps count of the mutations that ran."""

    def change(*_: Any) -> int:
        ran.append("ran")
        return 1

    core = build_schema("type Query { a: Int } type Mutation { b: Int }")
    assert core.mutation_type
    core.mutation_type.fields["b"].resolve = change
    endpoint: Any = Endpoint(an_engine(core), lambda _scope: Anyone(by_cookie=by_cookie), Streams(1), origins=ORIGINS)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(endpoint), base_url="http://studio")


async def _seen(asked: str, headers: Any) -> tuple[int, Any, list[str]]:
    """The status, the answer and what ran."""
    by_cookie, (kind, body) = ASKED[asked]
    ran: list[str] = []
    async with _client(ran, by_cookie=by_cookie) as client:
        sent = httpx2.Headers([("content-type", kind), *httpx2.Headers(headers).multi_items()])
        response = await client.post("/graphql", content=body, headers=sent)
    return response.status_code, response.json(), ran
