"""The bounds of a websocket, on connections of a client's own making."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.client import connect
from websockets.frames import Frame, Opcode

from services.listening import listening

if TYPE_CHECKING:
    from pathlib import Path

    from web.requests import Receive, Scope, Send

TOO_MANY = (4429, "Too many messages at once: 100 a second are read.")
UPGRADE = (
    b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
BEGUN, MORE = Frame(Opcode.TEXT, b"", fin=False), Frame(Opcode.CONT, b"", fin=False)
PING, PONG = Frame(Opcode.PING, b"?"), Frame(Opcode.PONG, b"?")
END = {"type": "websocket.disconnect", "code": 1005}


@pytest.mark.parametrize("frame", [PING, PONG, MORE], ids=["pings", "pongs", "continuations"])
async def test_closes_where_frames_that_are_no_messages_come_too_fast(tmp_path: Path, frame: Frame) -> None:
    async with listening(_echo, tmp_path) as port, connect(f"ws://127.0.0.1:{port}/", proxy=None) as websocket:
        websocket.transport.write(_sent(BEGUN, *[frame] * 10_000))
        await asyncio.wait_for(websocket.wait_closed(), 5)
    assert (websocket.close_code, websocket.close_reason) == TOO_MANY


@pytest.mark.parametrize("frame", [PING, PONG, MORE], ids=["pings", "pongs", "continuations"])
async def test_takes_two_hundred_at_once(tmp_path: Path, frame: Frame) -> None:
    said = Frame(Opcode.CONT if frame is MORE else Opcode.TEXT, b"still here")
    begun = [BEGUN] if frame is MORE else []
    async with listening(_echo, tmp_path) as port, connect(f"ws://127.0.0.1:{port}/", proxy=None) as websocket:
        websocket.transport.write(_sent(*begun, *[frame] * 199, said))
        assert await websocket.recv() == "still here"


async def test_messages_are_not_counted_here(tmp_path: Path) -> None:
    async with listening(_echo, tmp_path) as port, connect(f"ws://127.0.0.1:{port}/", proxy=None) as websocket:
        websocket.transport.write(_sent(*[Frame(Opcode.TEXT, b"a message")] * 1_000))
        assert [await websocket.recv() for _ in range(1_000)] == ["a message"] * 1_000


async def test_cuts_off_who_pings_and_reads_nothing(tmp_path: Path) -> None:
    said, heard = asyncio.Event(), asyncio.Queue[object]()

    async def say_much(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": b"a" * 30_000_000})
        said.set()
        await receive()
        heard.put_nowait(await receive())

    async with listening(say_much, tmp_path) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)  # whose reader takes 128 kB and no more
        writer.write(UPGRADE)
        await said.wait()
        writer.write(_sent(PING))
        assert await asyncio.wait_for(heard.get(), 5) == END
        writer.close()


@pytest.mark.parametrize("sent", [b"\xff\xff\xff", b"\x8a\x80\0\0\0\0" * 1_000], ids=["rubbish", "a flood"])
async def test_cuts_off_who_cannot_wait_for_the_handshake(
    tmp_path: Path, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    asked, heard = asyncio.Event(), asyncio.Queue[object]()

    async def hesitate(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        asked.set()
        heard.put_nowait(await receive())

    async with listening(hesitate, tmp_path) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(UPGRADE)
        await asked.wait()
        writer.write(sent)
        assert await reader.read() == b""
        assert await asyncio.wait_for(heard.get(), 5) == {**END, "code": 1006}
        writer.close()
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


async def _echo(_scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (given := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": given["text"]})


def _sent(*frames: Frame) -> bytes:
    return b"".join(frame.serialize(mask=True) for frame in frames)
