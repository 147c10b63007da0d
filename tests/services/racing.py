"""Requests on connections of their own that are all released at one moment."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from threading import Barrier
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from services.at_once import at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = 20 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 1
SECONDS = 60.0


@dataclass(frozen=True)
class Ask:
    """What one of them asks."""

    query: str
    variables: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


async def race(asks: Sequence[Ask], *urls: str) -> list[Any]:
    """What `answer` is in each one's data; every answer is a 200 without errors. The servers get them in turn."""
    barrier = Barrier(len(asks), timeout=SECONDS)
    places = enumerate(asks)
    return await at_once([partial(_send, urls[place % len(urls)], ask, barrier) for place, ask in places])


def _send(url: str, ask: Ask, barrier: Barrier) -> Any:
    address = urlsplit(url)
    body = json.dumps({"query": ask.query, "variables": ask.variables})
    with closing(HTTPConnection(address.netloc, timeout=SECONDS)) as connection:
        connection.connect()
        barrier.wait()
        connection.request("POST", "/graphql", body, {"content-type": "application/json", **ask.headers})
        response = connection.getresponse()
        answer = json.loads(response.read())
    assert (response.status, answer.get("errors")) == (200, None)
    return answer["data"]["answer"]
