"""An ASGI application of the test's own, served over real connections as `serve` does it, in the test's event loop."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from serve import server_config
from settings import Settings
from web.connections import BoundedHttp, GracefulServer
from web.requests import Requests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from web.requests import Application


@asynccontextmanager
async def listening(
    application: Application, folder: Path, connections: type[BoundedHttp] = BoundedHttp
) -> AsyncIterator[int]:
    """The port of loopback on which it answers; the settings are those of development, with their data in `folder`."""
    config = server_config(Requests(application, ()), Settings(data_dir=folder))
    config.http, config.lifespan = connections, "off"
    with socket.create_server(("127.0.0.1", 0)) as opened:
        server = GracefulServer(config, lambda: None)
        serving = asyncio.create_task(server.serve([opened]))
        yield opened.getsockname()[1]
        server.should_exit = True
        await serving
