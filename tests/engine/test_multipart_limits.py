"""Files have bounds, and none outlives the answer, however the request ends."""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import uvicorn

from services.answers import refusal
from services.describing import FIELD_LIMIT, described, describing, describing_client
from services.forms import (
    MANY,
    ONE,
    ONE_MAP,
    ONE_OPERATION,
    UNNAMED,
    answered,
    asking,
    code_of,
    field,
    file,
    form,
    in_pieces,
    left_in,
    post,
    scope,
    sent_headers,
)
from services.process import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    import httpx2

FILE_LIMIT = 24_000_000
TENTH = 12_000_000
"""Of all files together."""
BODY_LIMIT = 122_100_000


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an endpoint that says which files it was given."""
    async with describing_client(tmp_path) as opened:
        yield opened


async def test_a_file_of_the_largest_size_is_taken(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    data = os.urandom(FILE_LIMIT)
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0", data)))
    assert (response.json(), left_in(tmp_path)) == ({"data": {"describe": described(data)}}, [])


async def test_a_file_one_byte_larger_is_refused(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0", bytes(FILE_LIMIT + 1))))
    assert _refused_as_too_large(response) == "The file 0 is larger than 24,000,000 bytes."
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("name", ["operations", "map"])
@pytest.mark.parametrize("over", [0, 1])
async def test_a_field_has_a_largest_size(name: str, over: int, client: httpx2.AsyncClient, tmp_path: Path) -> None:
    fields: dict[str, Any] = {
        "operations": {"query": ONE, "variables": {"file": None}},
        "map": {"0": ["variables.file"]},
    }
    parts = {key: orjson.dumps(value) for key, value in fields.items()}
    parts[name] = parts[name].ljust(FIELD_LIMIT + over)
    response = await post(client, form(*(field(*part) for part in parts.items()), file("0")))
    if over:
        assert _refused_as_too_large(response) == f"`{name}` is larger than 1,000,000 bytes."
    else:
        assert response.json() == {"data": {"describe": described()}}
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("number", [10, 11])
async def test_ten_files_are_taken_and_no_eleventh(number: int, client: httpx2.AsyncClient, tmp_path: Path) -> None:
    operations = asking(MANY, files=[None] * number)
    named = field("map", {str(place): [f"variables.files.{place}"] for place in range(number)})
    response = await post(client, form(operations, named, *(file(str(place)) for place in range(number))))
    if number > 10:
        assert _refused_as_too_large(response) == "A request carries at most 10 files."
    else:
        assert response.json() == {"data": {"describeAll": [described()] * number}}
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("part", [field("a", 1), file("a"), file("0"), ONE_MAP])
async def test_of_2000_parts_only_the_first_are_read(part: bytes, tmp_path: Path) -> None:
    pieces = in_pieces(form(ONE_OPERATION, ONE_MAP, file("0"), *([part] * 2_000)), 1_000)
    _, body = await answered(describing(tmp_path), pieces)
    assert body == refusal("BAD_USER_INPUT", UNNAMED)
    assert (len(list(pieces)) > 80, left_in(tmp_path)) == (True, [])


async def test_a_body_of_too_large_a_length_is_not_read(tmp_path: Path) -> None:
    pieces = in_pieces(form(ONE_OPERATION, ONE_MAP, file("0")), 10)
    status, body = await answered(describing(tmp_path), pieces, (b"content-length", str(BODY_LIMIT + 1).encode()))
    assert (status, body) == (413, refusal("PAYLOAD_TOO_LARGE", "The body is larger than 122,100,000 bytes."))
    assert (next(pieces)[:6], left_in(tmp_path)) == (b"--of-t", [])


@pytest.mark.parametrize("begun", [b"", form(ONE_OPERATION, ONE_MAP, file("0"))])
async def test_what_is_around_the_parts_has_an_end(begun: bytes, tmp_path: Path) -> None:
    def too_much() -> Iterator[bytes]:
        yield begun
        for _ in range(200):
            yield b"\r\n" * 500_000

    status, body = await answered(describing(tmp_path), too_much())
    assert (status, body["errors"][0]["message"]) == (413, "The body is larger than 122,100,000 bytes.")
    assert left_in(tmp_path) == []


async def test_without_a_preflight_header_nothing_is_read(tmp_path: Path) -> None:
    pieces = in_pieces(form(ONE_OPERATION, ONE_MAP, file("0")), 10)
    status, body = await answered(describing(tmp_path), pieces, (b"x-studiograph-csrf", b""), preflight=False)
    message = "A request with files or a cookie needs the header `x-studiograph-csrf: 1`."
    assert (status, body) == (403, refusal("CSRF_PREVENTION", message))
    assert (next(pieces)[:6], left_in(tmp_path)) == (b"--of-t", [])


async def test_a_refused_document_leaves_nothing(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    response = await post(client, form(asking("mutation { nothing }"), ONE_MAP, file("0")))
    assert (code_of(response), left_in(tmp_path)) == ("GRAPHQL_VALIDATION_FAILED", [])


async def test_a_fault_leaves_nothing(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    operations = asking("mutation ($file: Upload) { fail(file: $file) }")
    response = await post(client, form(operations, ONE_MAP, file("0")))
    assert (code_of(response), left_in(tmp_path)) == ("INTERNAL_SERVER_ERROR", [])


async def test_a_request_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    sent = asyncio.Event()
    messages = iter([{"type": "http.request", "body": _cut(), "more_body": True}])

    async def receive() -> dict[str, Any]:
        if message := next(messages, None):
            return message
        sent.set()
        return await asyncio.Future()

    task = asyncio.ensure_future(describing(tmp_path)(scope(), receive, None))
    await sent.wait()
    assert len(left_in(tmp_path)) == 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_in(tmp_path) == []


def test_a_client_that_goes_within_a_file_leaves_nothing(tmp_path: Path) -> None:
    with _served(describing(tmp_path)) as port:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(_head(FILE_LIMIT) + _cut())
            until(
                lambda: [path for path in left_in(tmp_path) if path.is_file() and path.stat().st_size],
                lambda: "no file",
            )
        until(lambda: not left_in(tmp_path), lambda: f"left: {left_in(tmp_path)}")


def test_ten_large_files_take_no_memory(tmp_path: Path) -> None:
    operations = asking("mutation ($files: [Upload!]!) { weigh(files: $files) }", files=[None] * 10)
    named = field("map", {str(place): [f"variables.files.{place}"] for place in range(10)})
    chunk, begun = os.urandom(60_000), _rss()
    grown = []

    def parts() -> Iterator[bytes]:
        yield operations + named
        for place in range(10):
            yield file(str(place), b"")[:-2]
            for _ in range(TENTH // len(chunk)):
                yield chunk
                grown.append(_rss() - begun)
            yield b"\r\n"
        yield form()

    with _served(describing(tmp_path)) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/graphql", parts(), sent_headers(), encode_chunked=True)
        answer = orjson.loads(connection.getresponse().read())
        connection.close()
    assert answer == {"data": {"weigh": 10 * TENTH}}
    assert max(grown) < 20_000_000
    assert left_in(tmp_path) == []


def _cut() -> bytes:
    """A request that ends within its file."""
    return ONE_OPERATION + ONE_MAP + file("0", bytes(200_000))[:-100]


def _head(length: int) -> bytes:
    lines = [f"{name}: {value}" for name, value in sent_headers().items()]
    return "\r\n".join(["POST /graphql HTTP/1.1", "host: studio", f"content-length: {length}", *lines, "", ""]).encode()


def _refused_as_too_large(response: httpx2.Response) -> str:
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]) == (413, {"code": "PAYLOAD_TOO_LARGE"})
    return str(error["message"])


def _rss() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def _served(application: Callable[..., Any]) -> Iterator[int]:
    """The port of loopback on which an application answers."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until(lambda: server.started, lambda: "The server did not start.")
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
