"""Following what is published as clients do: over a websocket, and as an event stream."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from services.accounts import a_member, an_account
from services.design_mutations import CREATE, done
from services.rows import a_category
from services.websocket import INIT, complete, opened, refused, signed_in, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

FOLLOW = "subscription { designPublished { title } }"
ASKING, EVENTS = {"query": FOLLOW}, {"accept": "text/event-stream"}
VIEWER = "{ viewer { user { username } } }"
LOG_OUT = "mutation { logOut { userErrors { code } } }"
ENDED = "These credentials do not hold, or no longer: refresh the session or log in."


class Studio:
    """Somebody publishes, one design after the other."""

    def __init__(self, server: Server, staff: Account, category: str) -> None:
        self.server = server
        self.url = server.url.replace("http", "ws", 1) + "/graphql"
        self._staff = staff
        self._category = category
        self._titles: list[str] = []

    def publish(self) -> str:
        """Publish one more design; its title."""
        self._titles.append(f"Hanbok {len(self._titles)}")
        design = {"title": self._titles[-1], "categoryId": self._category, "status": "PUBLISHED"}
        return str(done(self.server, CREATE, self._staff, input=design)["title"])

    async def publish_until(self, heard: Any) -> Any:
        """Publish until somebody has heard of it: nobody says when they begin to listen. What was heard."""
        hearing = asyncio.ensure_future(heard)
        async with asyncio.timeout(20):
            while not hearing.done():
                await asyncio.to_thread(self.publish)
                await asyncio.wait([hearing], timeout=0.1)
        return hearing.result()

    def is_one_of_them(self, data: Any) -> bool:
        """Whether it is what is told of a design that was published."""
        return data in [{"designPublished": {"title": title}} for title in self._titles]


@pytest.fixture
async def studio(server: Server, db: Database) -> Studio:
    category = a_category()
    async with db.transaction() as tx:
        await tx.categories.add([category])
    return Studio(server, await an_account(server, db, role="STAFF"), f"Category_{category['id']}")


async def events(response: httpx2.Response) -> AsyncIterator[tuple[str, Any]]:
    """The events of a stream: each one's name and data."""
    name = ""
    async for line in response.aiter_lines():
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            yield name, json.loads(value or "null")


async def test_follows_over_a_websocket_as_whoever_signed_in(studio: Studio, db: Database) -> None:
    member = await a_member(studio.server, db)
    async with signed_in(studio.url, member.headers["authorization"]) as socket:
        await socket.ask(VIEWER, "who")
        viewer = [await socket.hear(), await socket.hear()]
        await socket.ask(FOLLOW, "new")
        first = await studio.publish_until(socket.hear())
    assert viewer == [told("who", viewer={"user": {"username": "mina"}}), complete("who")]
    assert studio.is_one_of_them(first["payload"]["data"])


async def test_a_cookie_signs_in_for_our_own_pages_only(studio: Studio, db: Database) -> None:
    member = await a_member(studio.server, db)
    token = member.headers["authorization"].removeprefix("Bearer ")
    cookie = {"cookie": f"studiograph_access={token}"}
    async with signed_in(studio.url, origin=studio.server.url, headers=cookie) as socket:
        await socket.ask(VIEWER)
        assert await socket.hear() == told("1", viewer={"user": {"username": "mina"}})
    async with opened(studio.url, origin="https://evil.example", headers=cookie) as socket:
        await socket.say(INIT)
        assert [code for code, _ in await socket.rest()] == [4403]


async def test_a_message_above_a_megabyte_is_not_taken(studio: Studio) -> None:
    async with signed_in(studio.url) as socket:
        await socket.say({"type": "ping", "payload": {"x": "x" * 1_000_000}})
        assert [code for code, _ in await socket.rest()] == [1009]


async def test_follows_as_an_event_stream(studio: Studio) -> None:
    async with (
        httpx2.AsyncClient(base_url=studio.server.url, timeout=30) as client,
        client.stream("POST", "/graphql", json=ASKING, headers=EVENTS) as response,
    ):
        stream = events(response)
        name, body = await studio.publish_until(anext(stream))
        assert (name, studio.is_one_of_them(body["data"])) == ("next", True)


async def test_who_logs_out_follows_no_longer(studio: Studio, db: Database) -> None:
    member = await a_member(studio.server, db)
    async with signed_in(studio.url, member.headers["authorization"]) as socket:
        await socket.ask(FOLLOW, "new")
        await studio.publish_until(socket.hear())
        assert studio.server.ask(LOG_OUT, headers=member.headers) == {"logOut": {"userErrors": []}}
        studio.publish()
        *_, error, end = await socket.rest()
    assert error == refused("new", "UNAUTHENTICATED", ENDED)
    assert end == (4403, ENDED)


async def test_a_server_that_stops_says_so_on_websockets_and_ends_event_streams(studio: Studio) -> None:
    async with (
        signed_in(studio.url) as socket,
        httpx2.AsyncClient(base_url=studio.server.url, timeout=30) as client,
        client.stream("POST", "/graphql", json=ASKING, headers=EVENTS) as response,
    ):
        await socket.ask(FOLLOW)
        stream = events(response)
        await asyncio.gather(studio.publish_until(anext(stream)), socket.hear())
        stopping = asyncio.create_task(asyncio.to_thread(studio.server.stop))
        *_, end = await socket.rest()
        names = {name async for name, _ in stream}
        await stopping
    assert end == (1001, "The server stops: connect again.")
    assert names <= {"next"}
