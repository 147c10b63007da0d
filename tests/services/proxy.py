"""A network between us and a server that can be made to fail: real TCP connections, in threads."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

CHUNK = 65_536
LOOPBACK = "127.0.0.1"


class Proxy:
    """Passes connections on to a port of loopback, until told otherwise."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listening.getsockname()[1]
        self._delay = 0.0
        self._swallows = False
        self._open: set[socket.socket] = set()
        self._in_thread(self._accept, self._listening)

    def pass_on(self) -> None:
        """Let through what comes; connections of which bytes are lost stay dead."""
        self._delay, self._swallows = 0.0, False
        if self._listening.fileno() == -1:
            self._listening = socket.create_server((LOOPBACK, self.port))
            self._in_thread(self._accept, self._listening)

    def delay(self, seconds: float) -> None:
        """Hold everything up for so long, each way."""
        self._delay = seconds

    def swallow(self) -> None:
        """Take everything and pass on nothing: neither side hears that the other has gone."""
        self._swallows = True

    def refuse(self) -> None:
        """End every connection and accept no new one."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # close alone does not wake up who accepts
        self._listening.close()
        for end in list(self._open):
            _end(end)

    def stop(self) -> None:
        """End everything."""
        self.refuse()

    def _in_thread(self, work: object, *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()  # type: ignore[arg-type]  # callables, all

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                self._open.add(near)
                self._in_thread(self._connect, near)

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection((LOOPBACK, self._target))
        except OSError:
            _end(near)
            return
        self._open.add(far)
        lost = threading.Event()
        self._in_thread(self._pump, near, far, lost)
        self._in_thread(self._pump, far, near, lost)

    def _pump(self, source: socket.socket, sink: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                time.sleep(self._delay)
                if self._swallows:
                    lost.set()
                if not lost.is_set():
                    sink.sendall(data)
        if not (lost.is_set() or self._swallows):
            _end(sink)
        _end(source)
        self._open.discard(source)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
