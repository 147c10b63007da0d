"""A bucket of a real S3 server: what the contract does not say."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.applications import Starlette

from services.process import until
from storage.opening import open_storage
from storage.storage import StorageUnavailable, Ticket, Upload, incoming_key
from web.media import media_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from services.s3 import S3
    from storage.storage import Storage

KEY = "designs/2026/03/20260309_0195.webp"
BYTES = b"RIFF pretend"
UNREACHABLE = "The S3 storage cannot be reached."
NO_BUCKET = "The S3 storage has no such bucket."


async def test_a_ticket_is_refused_as_soon_as_it_is_too_old(bucket: str) -> None:
    ticket = await _ticket(bucket, timedelta(seconds=3))
    with httpx2.Client(trust_env=False) as client:

        def answer() -> int:
            return client.put(ticket.url, content=BYTES, headers=ticket.headers).status_code

        assert answer() == 200
        assert until(lambda: answer() == 403, lambda: "it is honoured for longer than it says", seconds=10)


async def test_a_ticket_of_a_bucket_with_a_name_of_its_own(bucket: str) -> None:
    """Where a bucket is addressed as a host, the host is signed too; no name server need know it here."""
    ticket = await _ticket(f"{bucket}&addressing=virtual".replace("127.0.0.1", "localhost"), timedelta(minutes=1))
    host = urlsplit(ticket.url).netloc
    assert host.startswith(f"{urlsplit(bucket).netloc}.localhost:")

    past_the_name_server = ticket.url.replace(host, f"127.0.0.1:{host.partition(':')[2]}")
    async with httpx2.AsyncClient(trust_env=False) as client:
        put = await client.put(past_the_name_server, content=BYTES, headers={**ticket.headers, "host": host})
        assert put.status_code == 200
        put = await client.put(past_the_name_server, content=BYTES, headers=ticket.headers)
        assert put.status_code == 403
    async with _opened(bucket) as storage:
        assert [stored.key async for stored in storage.list("")] == [incoming_key("0195")]


async def test_a_ticket_lasts_a_week_at_most(bucket: str) -> None:
    """Amazon refuses to sign for longer."""
    assert "X-Amz-Expires=604800&" in (await _ticket(bucket, timedelta(days=30))).url


async def test_files_of_a_public_bucket_are_fetched_there(bucket: str) -> None:
    async with _opened(f"{bucket}&public_url=https://pictures.example/") as storage:
        assert storage.url(KEY) == f"https://pictures.example/{KEY}"
        assert media_routes(storage, _now) == []


async def test_an_object_says_what_it_is_and_that_it_stays(bucket: str, s3: S3) -> None:
    async with _opened(bucket) as storage:
        await storage.put(KEY, BYTES)
    told = s3.look(urlsplit(bucket).netloc, KEY)
    assert (told["ContentType"], told["CacheControl"]) == ("image/webp", "public, max-age=31536000, immutable")


async def test_lists_more_than_one_answer_holds(bucket: str, s3: S3) -> None:
    keys = {f"designs/{number}.jpg" for number in range(s3.longest_list + 1)}
    async with _opened(bucket) as storage:
        for key in keys:
            await storage.put(key, b"")
        assert {stored.key async for stored in storage.list("designs/")} == keys


async def test_can_be_closed_and_used_again(bucket: str) -> None:
    async with _opened(bucket) as storage:
        await storage.put(KEY, BYTES)
        await storage.close()
        assert [chunk async for chunk in storage.read(KEY)] == [BYTES]


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"AWS_SECRET_ACCESS_KEY": "wrong"},
            "The S3 storage refuses our keys: are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY right?",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            "There are no keys for the S3 storage: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        ),
    ],
)
async def test_says_what_is_wrong_with_its_keys(
    bucket: str, variables: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_SHARED_CREDENTIALS_FILE": f"{tmp_path}/none"}
    for name, value in (here | variables).items():
        monkeypatch.setenv(name, value)
    async with _opened(bucket) as storage:
        assert await _complaints(storage) == {sentence}


async def test_says_when_there_is_no_such_bucket(bucket: str) -> None:
    async with _opened(bucket.replace("s3://", "s3://no-")) as storage:
        assert await _complaints(storage) == {NO_BUCKET}


@pytest.mark.usefixtures("bucket")
async def test_says_when_it_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"s3://pictures?endpoint=http://127.0.0.1:{taken.getsockname()[1]}"
    async with _opened(address) as storage:
        with pytest.raises(StorageUnavailable, match=UNREACHABLE):
            await storage.check()
        application = httpx2.ASGITransport(Starlette(routes=media_routes(storage, _now)))
        async with httpx2.AsyncClient(transport=application, base_url="http://studio.example") as client:
            response = await client.get(storage.url(KEY))
    told = "Pictures cannot be read or stored at the moment: try again later.\n"
    assert (response.status_code, response.text) == (503, told)


@pytest.mark.usefixtures("bucket")
async def test_a_file_that_breaks_off_is_not_taken_for_whole() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nthe beginning")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as breaking:
        port = breaking.sockets[0].getsockname()[1]
        async with _opened(f"s3://pictures?endpoint=http://127.0.0.1:{port}") as storage:
            with pytest.raises(StorageUnavailable, match=UNREACHABLE):
                assert [chunk async for chunk in storage.read(KEY)]


@asynccontextmanager
async def _opened(address: str) -> AsyncIterator[Storage]:
    storage = open_storage(address, "")
    yield storage
    await storage.close()


async def _ticket(address: str, lasting: timedelta) -> Ticket:
    now = _now()
    upload = Upload(incoming_key("0195"), "image/webp", len(BYTES), sha256(BYTES).hexdigest(), now + lasting)
    async with _opened(address) as storage:
        return await storage.ticket(upload, now)


async def _complaints(storage: Storage) -> set[str]:
    """What it says whatever it is asked."""
    said = set()
    for asked in (storage.put(KEY, BYTES), _exhaust(storage), storage.delete(KEY), storage.check()):
        with pytest.raises(StorageUnavailable) as refusal:
            await asked
        said.add(str(refusal.value))
    with pytest.raises(StorageUnavailable) as refusal:
        assert [chunk async for chunk in storage.read(KEY)]
    return said | {str(refusal.value)}


async def _exhaust(storage: Storage) -> None:
    async for _ in storage.list(""):
        pass


def _now() -> datetime:
    return datetime.now(UTC)
