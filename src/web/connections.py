"""What uvicorn leaves open: bounds to the head and the body of a request, and the end of what is open for long."""

from __future__ import annotations

import asyncio
import time
from itertools import chain
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

PARTING_SECONDS = 1
"""So long a client that is refused may go on sending: cut off at once, it would not read why."""
STREAM_SECONDS = 1
"""So long open websockets have to say goodbye before they are cut off."""
REFUSED = "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"


class HeadTooLarge(Exception):
    """Ends the parsing of a request."""


class BoundedHttp(HttpToolsProtocol):
    """A connection on which the head of a request may take so many bytes and seconds, and its body keeps a pace."""

    head_bytes = 65_536
    head_seconds = 10.0
    pace_bytes = 20_000
    """So many bytes of a body, or its end, have to come within `pace_seconds`."""
    pace_seconds = 10.0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = self._in_body = False
        self._body_bytes = 0
        """So many came since the body was last looked at."""
        self._is_over = False
        """Whether nothing is read here any more: refused, or a websocket's now."""
        self._counted = self._counted_bytes = self._known_bytes = 0
        """So many headers are counted, so many bytes they have, and so many were known with the URL a piece ago."""
        self._silent_bytes = 0
        """Of whole pieces in which nothing came to its end: the parser keeps them, and tells us when it is too late."""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """The time begins."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse a piece, then see whether the head or the body that it leaves unfinished is still within its bounds."""
        if self._is_over:
            return
        super().data_received(data)
        if self._is_over or self.transport.is_closing():
            return
        if self._in_body:
            self._body_bytes += len(data)
            self._expect_body()
        elif self._in_head and self._unfinished(len(data)) > self.head_bytes:
            self._refuse_size()
        elif self._in_head or self._is_idle():
            self._expect_head()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head = True
        self._counted = self._counted_bytes = self._known_bytes = self._silent_bytes = 0

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head = False
        self._stop_timer()
        if self._size() > self.head_bytes:
            raise HeadTooLarge
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole."""
        self._in_body = False
        self._stop_timer()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the websocket."""
        self._is_over = True
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """The answer to what cannot be parsed, or was too large to go on with."""
        if self.headers is not None and self._size() > self.head_bytes:
            self._refuse_size()
        else:
            super().send_400_response(msg)

    def _unfinished(self, piece: int) -> int:
        """The bytes of a head that is not whole yet, after a piece of so many."""
        before, size = self._known_bytes, self._size()
        self._known_bytes = size
        self._silent_bytes = self._silent_bytes + piece if size == before else 0
        return size + self._silent_bytes

    def _size(self) -> int:
        """The bytes of the URL and of the headers that are whole."""
        fresh = self.headers[self._counted :]
        self._counted += len(fresh)
        self._counted_bytes += sum(map(len, chain.from_iterable(fresh)))
        return len(self.url) + self._counted_bytes

    def _is_idle(self) -> bool:
        """Whether something came that begins no request, and uvicorn's own timer is off for it."""
        return self.timeout_keep_alive_task is None and not self._is_answering()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not (self.cycle.response_complete or self.cycle.disconnected)

    def _expect_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self._time_is_up)

    def _expect_body(self, counted: int = 0) -> None:
        if self._timer is None:
            self._body_bytes = counted
            self._timer = self.loop.call_later(self.pace_seconds, self._look_at_body)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_up(self) -> None:
        self._timer = None
        if self._is_answering():
            self._expect_head()  # it is the request before it that takes so long
        elif not self.transport.is_closing():
            self._refuse("408 Request Timeout", f"A request has to begin within {self.head_seconds:g} seconds.\n")

    def _look_at_body(self) -> None:
        self._timer = None
        if self.flow.read_paused or self.pipeline:
            self._expect_body(self.pace_bytes)  # it is we who do not read, perhaps until just before the next look
        elif self._body_bytes >= self.pace_bytes and self._is_answering():
            self._expect_body()
        elif self.cycle.response_started:
            self.transport.close()
        else:
            self._refuse_pace()

    def _refuse_pace(self) -> None:
        self.cycle.disconnected = True  # what is said of this body is not sent any more
        pace = f"{self.pace_bytes:,} bytes within {self.pace_seconds:g} seconds"
        self._refuse("408 Request Timeout", f"The body of a request has to end, or to go on by {pace}.\n")

    def _refuse_size(self) -> None:
        text = f"The URL and the headers of a request may have {self.head_bytes:,} bytes.\n"
        self._refuse("431 Request Header Fields Too Large", text)

    def _refuse(self, status: str, text: str) -> None:
        self._is_over = True
        self._stop_timer()
        if self._is_answering():  # another request: its answer must not be mixed up with this one
            self.transport.close()
            return
        self.transport.write(REFUSED.format(status=status, length=len(text), text=text).encode())
        self.transport.write_eof()
        self._timer = self.loop.call_later(PARTING_SECONDS, self.transport.close)


class GracefulServer(uvicorn.Server):
    """Ends what is open for long before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let websockets say that we go away (uvicorn would say that we restart) and event streams end."""
        self._end_streams()
        deadline = time.monotonic() + STREAM_SECONDS
        while self._open_sockets() and time.monotonic() < deadline:  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)

    def _open_sockets(self) -> bool:
        sockets = (one for one in self.server_state.connections if isinstance(one, WebSocketsSansIOProtocol))
        return any(not socket.close_sent for socket in sockets)
