"""Studiograph itself, served over real HTTP from a thread of the test's process."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx2

from app import create_app, utc_now
from serve import server_config
from web.connections import GracefulServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from settings import Settings

START_SECONDS = 10.0


class Server:
    """A server on a free port of loopback."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.signing_key = settings.signing_key
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        application = create_app(settings, clock)
        self._server = GracefulServer(server_config(application, settings), application.end_streams)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self.client = httpx2.Client(base_url=self.url, timeout=30)

    def start(self) -> Server:
        """Serve; raises RuntimeError when it does not start."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The server did not start.")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Answer what is under way, then end."""
        self.client.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def ask(self, query: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = self.answer(query, headers, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def answer(self, query: str, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        request = {"query": query, "variables": variables}
        body: dict[str, Any] = self.client.post("/graphql", json=request, headers=headers).json()
        return body
