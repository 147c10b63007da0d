"""What uvicorn leaves open on a websocket: bounds to frames that are no messages, and to what is not read."""

from __future__ import annotations

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from engine.message_rate import MessageRate
from engine.messages import Closing

MESSAGES = (Opcode.TEXT, Opcode.BINARY)
"""The frames that begin a message: who reads messages counts those."""


class PacedFrames(ServerProtocol):
    """Counts the frames that no reader of messages sees: pings, pongs and continuations."""

    def __init__(self, max_size: int, logger: logging.Logger) -> None:
        super().__init__(max_size=max_size, logger=logger)
        self._rate = MessageRate()

    def recv_frame(self, frame: Frame) -> None:
        """Take a frame, or close and throw away what follows it: a piece may hold forty thousand of them."""
        try:
            if frame.opcode not in MESSAGES:
                self._rate.count()
        except Closing as closing:
            self.fail(closing.code, closing.reason)
            self.parser_exc = closing  # where uvicorn looks for the end
        else:
            super().recv_frame(frame)


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """A websocket that keeps and reads no more than so many bytes for a client that does not read, or does not go."""

    parting_bytes = 65_536
    """So many are read after we have closed it."""
    unread_bytes = 1_000_000
    """So many may wait to be sent when a ping is answered: pongs are not held back, as messages are."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.logger = logging.getLogger("uvicorn.websocket")  # apart from the server's own, which is worth reading
        self.conn = PacedFrames(self.config.ws_max_size, self.logger)
        self._parting_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Cut off who goes on talking: uvicorn would read for ten seconds more."""
        self._parting_bytes += len(data) if self.close_sent else 0
        if self._parting_bytes > self.parting_bytes:
            self.transport.abort()
        else:
            super().data_received(data)

    def handle_ping(self) -> None:
        """Answer a ping, unless the client reads nothing."""
        if self.transport.get_write_buffer_size() > self.unread_bytes:
            self.transport.abort()
        else:
            super().handle_ping()

    def handle_parser_exception(self) -> None:
        """Say why it ends; before the handshake is over, a websocket has no words for it."""
        if self.conn.close_sent is None:
            self.transport.abort()
        else:
            super().handle_parser_exception()
