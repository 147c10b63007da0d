"""The bounds of a request's head and body, on a connection of a client's own making."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.client import connect

from services.listening import listening
from web.connections import BoundedHttp

if TYPE_CHECKING:
    from pathlib import Path

    from web.requests import Receive, Scope, Send

LIMIT = BoundedHttp.head_bytes
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large"
TOO_SLOW = b"HTTP/1.1 408 Request Timeout"
ANSWERED = b"HTTP/1.1 200 OK"
QUICK, SLOW = b"GET /quick HTTP/1.1\r\nhost: a\r\n\r\n", b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n"


class Impatient(BoundedHttp):
    """A connection that does not make a test wait."""

    head_seconds = pace_seconds = 0.2
    pace_bytes = 1_000


POST = b"POST /%b HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n"
LAST_POST = POST.replace(b"host", b"connection: close\r\nhost")
TOLD_TO_GO_ON = (
    TOO_SLOW + b"\r\ncontent-type: text/plain\r\ncontent-length: 81\r\nconnection: close\r\n\r\n"
    b"The body of a request has to end, or to go on by 1,000 bytes within 0.2 seconds.\n"
)
HEADS = {
    "one header": b"GET / HTTP/1.1\r\nhost: a\r\nx: %b\r\n\r\n" % (b"v" * LIMIT),
    "one header that has no end": b"GET / HTTP/1.1\r\nhost: a\r\nx: %b" % (b"v" * 20 * LIMIT),
    "one name that has no end": b"GET / HTTP/1.1\r\nhost: a\r\n%b" % (b"n" * 20 * LIMIT),
    "many headers": b"GET / HTTP/1.1\r\nhost: a\r\n%b\r\n" % (b"name: value\r\n" * (LIMIT // 9 + 1)),
    "a URL": b"GET /%b HTTP/1.1\r\nhost: a\r\n\r\n" % (b"u" * LIMIT),
    "a URL that has no end": b"GET /%b" % (b"u" * 20 * LIMIT),
}


@pytest.mark.parametrize("piece", [997, 1_000_000])
@pytest.mark.parametrize("head", HEADS)
async def test_refuses_a_head_that_is_too_large(tmp_path: Path, head: str, piece: int) -> None:
    async with listening(_count, tmp_path) as port:
        answer = await _told(port, *_cut(HEADS[head], piece))
    assert answer == (
        TOO_LARGE + b"\r\ncontent-type: text/plain\r\ncontent-length: 60\r\nconnection: close\r\n\r\n"
        b"The URL and the headers of a request may have 65,536 bytes.\n"
    )


@pytest.mark.parametrize("piece", [997, 1_000_000])
async def test_takes_a_head_of_just_the_size_and_any_body(tmp_path: Path, piece: int) -> None:
    head, body = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 300000\r\n", b"b" * 300_000
    counted = sum(map(len, (b"/", b"host", b"a", b"connection", b"close", b"content-length", b"300000", b"x")))
    filling = b"x: %b\r\n\r\n" % (b"v" * (LIMIT - counted))
    async with listening(_count, tmp_path) as port:
        answer = await _told(port, *_cut(head + filling + body, piece))
    assert answer.startswith(ANSWERED)
    assert answer.endswith(b"\r\n\r\n300000\n")


async def test_counts_each_request_of_a_connection_for_itself(tmp_path: Path) -> None:
    half = b"GET /quick HTTP/1.1\r\nhost: a\r\nx: %b\r\n\r\n" % (b"v" * (LIMIT * 2 // 3))
    async with listening(_count, tmp_path) as port:
        answer = await _told(port, half, half, half.replace(b"host: a", b"host: a\r\nconnection: close"))
    assert answer.count(ANSWERED) == 3


@pytest.mark.parametrize("begun", [b"", b"GET /", QUICK[:-2], b"\r\n", QUICK[:9]])
async def test_a_client_that_does_not_come_to_the_point_is_told_to_go(tmp_path: Path, begun: bytes) -> None:
    async with listening(_count, tmp_path, Impatient) as port:
        assert (await _told(port, begun)).startswith(TOO_SLOW)


async def test_bytes_now_and_then_win_no_time(tmp_path: Path) -> None:
    async with listening(_count, tmp_path, Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        reading = asyncio.create_task(reader.read())
        for byte in b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"v" * 10_000:
            writer.write(bytes([byte]))
            if (await asyncio.wait([reading], timeout=0.01))[0]:
                break
        writer.close()
        assert reading.done()
        assert (await reading).startswith(TOO_SLOW)


async def test_line_ends_between_requests_win_no_time_either(tmp_path: Path) -> None:
    async with listening(_count, tmp_path, Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(QUICK)
        assert (await reader.readline()).startswith(ANSWERED)
        await reader.readuntil(b"\r\n\r\n0\n")
        writer.write(b"\r\n")
        assert TOO_SLOW in await reader.read()
        writer.close()


async def test_a_slow_answer_is_not_cut_off_by_the_head_after_it(tmp_path: Path) -> None:
    async with listening(_count, tmp_path, Impatient) as port:
        answer = await _told(port, SLOW + QUICK[:9])
    assert answer.startswith(ANSWERED)
    assert answer.endswith(b"within 0.2 seconds.\n")


async def test_a_body_that_does_not_go_on_is_refused_and_its_reader_told(tmp_path: Path) -> None:
    heard: list[str] = []

    async def read(_scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"too late"})

    async with listening(read, tmp_path, Impatient) as port:
        assert await _told(port, POST % (b"", 100) + b"{") == TOLD_TO_GO_ON
    assert heard == ["http.request", "http.disconnect"]


async def test_bytes_of_a_body_now_and_then_win_no_time(tmp_path: Path) -> None:
    async with listening(_count, tmp_path, Impatient) as port:
        assert await _told_slowly(port, 0.01, POST % (b"", 10_000), *[b"b"] * 10_000) == TOLD_TO_GO_ON


async def test_a_body_that_keeps_its_pace_may_take_long(tmp_path: Path) -> None:
    pieces = [b"b" * 2_000] * 10
    async with listening(_count, tmp_path, Impatient) as port:
        answer = await _told_slowly(port, Impatient.pace_seconds / 2, LAST_POST % (b"", 20_000), *pieces)
    assert answer.startswith(ANSWERED)
    assert answer.endswith(b"\r\n\r\n20000\n")


async def test_a_body_that_we_do_not_read_is_waited_for(tmp_path: Path) -> None:
    async def read_late(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(Impatient.pace_seconds * 3)
        await _count(scope, receive, send)

    async with listening(read_late, tmp_path, Impatient) as port:
        answer = await _told(port, LAST_POST % (b"", 1_000_000), b"b" * 1_000_000)
    assert answer.startswith(ANSWERED)
    assert answer.endswith(b"\r\n\r\n1000000\n")


async def test_a_slow_answer_to_a_body_that_is_whole_is_not_cut_off(tmp_path: Path) -> None:
    async with listening(_count, tmp_path, Impatient) as port:
        answer = await _told_slowly(port, 0.01, LAST_POST % (b"slow", 2), b"b", b"b")
    assert answer.startswith(ANSWERED)
    assert answer.endswith(b"\r\n\r\n2\n")


async def test_a_body_waits_its_turn_behind_a_slow_answer(tmp_path: Path) -> None:
    async with listening(_count, tmp_path, Impatient) as port:
        answer = await _told(port, SLOW + POST % (b"", 100) + b"{")
    assert answer.startswith(ANSWERED)
    assert answer.endswith(b"\r\n\r\n0\n" + TOLD_TO_GO_ON)


@pytest.mark.parametrize(("body", "length"), [(b"all", 1), (b"al", 1), (b"all", 500)])
async def test_an_answer_that_did_not_wait_for_the_body_is_all(tmp_path: Path, body: bytes, length: int) -> None:
    async def answer_early(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
        await send({"type": "http.response.body", "body": body, "more_body": len(body) < 3})
        while (await receive())["type"] != "http.disconnect":
            pass

    async with listening(answer_early, tmp_path, Impatient) as port:
        answer = await _told_slowly(port, 0.01, POST % (b"", length * 1_000), *[b"b" * length] * 1_000)
    assert answer.startswith(ANSWERED)
    assert answer.endswith(b"\r\n\r\n" + body)


async def test_a_websocket_is_no_head_that_takes_long(tmp_path: Path) -> None:
    async with listening(_greet_late, tmp_path, Impatient) as port, connect(f"ws://127.0.0.1:{port}/") as websocket:
        assert [message async for message in websocket] == ["late"]


async def _greet_late(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    await asyncio.sleep(Impatient.head_seconds * 2)
    await send({"type": "websocket.send", "text": "late"})
    await send({"type": "websocket.close"})


async def _count(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of the body, /slow after longer than a head may take."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(Impatient.head_seconds * 2)
    told = b"%d\n" % length
    headers = [(b"content-length", b"%d" % len(told))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


def _cut(sent: bytes, length: int) -> list[bytes]:
    return [sent[begin : begin + length] for begin in range(0, len(sent), length)]


async def _told(port: int, *pieces: bytes) -> bytes:
    """All that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0)
    received = await reader.read()
    writer.close()
    return received


async def _told_slowly(port: int, seconds: float, *pieces: bytes) -> bytes:
    """The same, with so many seconds after each piece, and no more pieces once the server has closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(_until_cut_off(reader))
    for piece in pieces:
        writer.write(piece)
        if (await asyncio.wait([reading], timeout=seconds))[0]:
            break
    received = await reading
    writer.close()
    return received


async def _until_cut_off(reader: asyncio.StreamReader) -> bytes:
    """Whoever is still sending when the connection is closed may find it reset; what came before came all the same."""
    received = b""
    with suppress(ConnectionResetError):
        while piece := await reader.read(65_536):
            received += piece
    return received
