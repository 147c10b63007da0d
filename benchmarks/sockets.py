"""What a flood on a websocket costs the server: CPU until the client is refused, for several kinds of frames.

sockets.py [ROUNDS]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson
import uvloop
from websockets.frames import Frame, Opcode

from engine.limits import Limits
from engine.messages import TOO_MANY
from services.listening import listening
from services.newsroom import Newsroom
from services.websocket import opened, signed_in

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FRAMES = 10_000


def _said(*messages: Any) -> list[Frame]:
    return [Frame(Opcode.TEXT, orjson.dumps(message)) for message in messages]


KINDS: dict[str, list[Frame]] = {
    "pings": _said({"type": "ping"}) * FRAMES,
    "pings before the beginning": _said({"type": "ping"}) * FRAMES,
    "refused operations": _said(
        *({"id": str(n), "type": "subscribe", "payload": {"query": f"{{ nothing{n} }}"}} for n in range(FRAMES))
    ),
    "operations": _said(
        *({"id": str(n), "type": "subscribe", "payload": {"query": "{ hello }"}} for n in range(FRAMES))
    ),
    "operations given up": _said(
        *(
            {"id": "1", "type": kind, "payload": {"query": "subscription { news }"}}
            for kind in ("subscribe", "complete") * (FRAMES // 2)
        )
    ),
    "PING frames": [Frame(Opcode.PING, b"")] * FRAMES,
    "PONG frames": [Frame(Opcode.PONG, b"")] * FRAMES,
    "continuation frames": [Frame(Opcode.TEXT, b"", fin=False), *[Frame(Opcode.CONT, b"", fin=False)] * FRAMES],
}


def main(rounds: int) -> None:
    """Print the median of the rounds for each kind, in ms of the server's CPU."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    url = here.recv()
    for kind, frames in KINDS.items():
        sent = b"".join(frame.serialize(mask=True) for frame in frames)
        costs = [asyncio.run(flood(here, url, sent, begins="before" not in kind)) for _ in range(rounds)]
        print(f"{FRAMES:,} {kind}: {statistics.median(costs):.1f} ms (most {max(costs):.1f})")
    process.terminate()


async def flood(server: Connection, url: str, sent: bytes, *, begins: bool) -> float:
    """Send all at once; what the server spent, in ms of CPU."""
    async with signed_in(url) if begins else opened(url) as socket:
        before = await spent(server)
        socket.connection.transport.write(sent)
        *_, (code, _reason) = await socket.rest()
        if code != TOO_MANY:
            raise RuntimeError(f"The flood was not refused: {code}.")
        await socket.connection.wait_closed()
    return await spent(server) - before


async def spent(server: Connection) -> float:
    """What the server has spent so far, in ms of CPU."""
    server.send(None)
    return float(await asyncio.to_thread(server.recv))


def serve(tester: Connection) -> None:
    """Serve a newsroom, and tell what it has spent whenever that is asked."""
    uvloop.run(_serve(tester))


async def _serve(tester: Connection) -> None:
    with TemporaryDirectory() as folder:
        async with listening(Newsroom(Limits()), Path(folder)) as port:
            tester.send(f"ws://127.0.0.1:{port}/graphql")
            await _tell(tester)


async def _tell(tester: Connection) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await loop.run_in_executor(None, tester.recv)
        await asyncio.sleep(0.05)
        used = resource.getrusage(resource.RUSAGE_SELF)
        tester.send((used.ru_utime + used.ru_stime) * 1000)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
