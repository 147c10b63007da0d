"""What every storage does alike: in memory, in a folder, in a real S3."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from storage.storage import CHUNK, Missing, Storage, Stored, Ticket, Upload, image_key, incoming_key

if TYPE_CHECKING:
    import httpx2

KEY = "designs/2026/03/20260309_0195.jpg"
OTHER = "avatars/2026/03/20260309_0196.png"
PICTURE_HEADERS = {
    "content-type": "image/jpeg",
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
BYTES = b"\xff\xd8\xff pretend"
ESCAPES = (
    "",
    "/",
    "/etc/passwd",
    "..",
    "../secret",
    "designs/../../secret",
    "designs/..",
    "./designs/a.jpg",
    "designs//a.jpg",
    "designs/",
    "designs\\a.jpg",
    "designs/a\0.jpg",
    "designs/.hidden.jpg",
    ".a.jpg",
    "designs/a.jpg\n",
    "designs/ä.jpg",
    "designs/a b.jpg",
    "%2e%2e/secret",
    "x" * 129,
    "x/" * 100 + "x",
)
MINUTE = timedelta(minutes=1)


async def test_gives_back_what_it_was_given_in_chunks(storage: Storage) -> None:
    data = bytes(range(256)) * 3000
    await storage.put(KEY, data)

    chunks = [chunk async for chunk in storage.read(KEY)]
    assert b"".join(chunks) == data
    assert len(chunks) > 1
    assert max(map(len, chunks)) <= CHUNK


async def test_a_second_file_takes_the_place_of_the_first(storage: Storage) -> None:
    await storage.put(KEY, b"the first")
    await storage.put(KEY, b"second")
    assert await _files(storage) == {KEY: b"second"}


async def test_an_empty_file_is_a_file(storage: Storage) -> None:
    await storage.put(KEY, b"")
    assert await _files(storage) == {KEY: b""}


async def test_says_so_when_there_is_no_such_file(storage: Storage) -> None:
    await storage.put(KEY, BYTES)
    for key in (OTHER, "designs", "designs/2026", f"{KEY}/more"):
        with pytest.raises(Missing):
            await _read(storage, key)


async def test_what_is_deleted_is_gone_and_can_be_deleted_again(storage: Storage) -> None:
    await storage.put(KEY, BYTES)
    await storage.put(OTHER, BYTES)
    for _ in range(2):
        await storage.delete(KEY)
        assert await _files(storage) == {OTHER: BYTES}
        with pytest.raises(Missing):
            await _read(storage, KEY)


async def test_lists_what_begins_with_a_prefix(storage: Storage) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)  # S3 tells whole seconds, and a file's clock is a coarse one
    for key in (KEY, OTHER):
        await storage.put(key, key.encode())

    assert await _keys(storage, "") == {KEY, OTHER}
    for prefix in ("designs/", "designs/2026/03", "designs/2026/03/20260309_0", "desi", KEY):
        assert await _keys(storage, prefix) == {KEY}
    for prefix in ("temp/", "designs/2027", f"{KEY}x", f"{KEY}/"):
        assert await _keys(storage, prefix) == set()
    (listed,) = [stored async for stored in storage.list(OTHER)]
    assert listed == Stored(OTHER, len(OTHER), listed.modified_at)
    assert before <= listed.modified_at <= datetime.now(UTC) + timedelta(seconds=1)
    assert listed.modified_at.tzinfo is UTC


async def test_refuses_a_key_that_is_none_of_ours(storage: Storage) -> None:
    for key in ESCAPES:
        with pytest.raises(ValueError, match="not the key"):
            await storage.put(key, BYTES)
        with pytest.raises(ValueError, match="not the key"):
            await _read(storage, key)
        with pytest.raises(ValueError, match="not the key"):
            await storage.delete(key)
        with pytest.raises(ValueError, match="not the key"):
            _upload(key=key)
    assert await _files(storage) == {}


async def test_refuses_a_prefix_that_is_none_of_ours(storage: Storage) -> None:
    for prefix in {*ESCAPES} - {"", "designs/"}:
        with pytest.raises(ValueError, match="not the beginning"):
            await _keys(storage, prefix)


async def test_the_check_leaves_nothing(storage: Storage) -> None:
    await storage.check()
    assert await _files(storage) == {}


async def test_names_where_clients_fetch_a_file(storage: Storage) -> None:
    assert storage.url(KEY) == f"http://studio.example/media/{KEY}"


async def test_a_client_fetches_a_picture(storage: Storage, client: httpx2.AsyncClient) -> None:
    data = BYTES * 100_000
    await storage.put(KEY, data)
    response = await client.get(storage.url(KEY))
    assert (response.status_code, response.content) == (200, data)
    assert {name: response.headers[name] for name in PICTURE_HEADERS} == PICTURE_HEADERS


async def test_a_client_is_not_shown_what_it_brought(storage: Storage, client: httpx2.AsyncClient) -> None:
    await storage.put(incoming_key("0195"), BYTES)
    for key in (incoming_key("0195"), OTHER, "incoming", "designs//a", "..%2fsecret"):
        response = await client.get(storage.url(key))
        assert (response.status_code, response.text) == (404, "There is no such picture.\n")


async def test_a_client_brings_what_its_ticket_says(storage: Storage, client: httpx2.AsyncClient) -> None:
    upload = _upload()
    ticket = await storage.ticket(upload, datetime.now(UTC))
    assert (ticket.method, ticket.headers) == ("PUT", upload.headers)

    assert await _send(client, ticket, BYTES) == 200
    assert await _files(storage) == {upload.key: BYTES}


async def test_a_file_of_ten_megabytes_can_be_brought(storage: Storage, client: httpx2.AsyncClient) -> None:
    data = bytes(range(250)) * 40_000
    upload = _upload(byte_size=len(data), sha256=sha256(data).hexdigest())
    assert await _send(client, await storage.ticket(upload, datetime.now(UTC)), data) == 200
    assert await _read(storage, upload.key) == data


@pytest.mark.parametrize("data", [BYTES + b"!", BYTES[:-1], b""], ids=["more", "less", "none"])
async def test_another_length_is_refused_before_it_is_read(
    storage: Storage, client: httpx2.AsyncClient, data: bytes
) -> None:
    ticket = await storage.ticket(_upload(), datetime.now(UTC))
    assert await _send(client, ticket, data) == 403
    assert await _files(storage) == {}


async def test_other_bytes_of_that_length_are_refused(storage: Storage, client: httpx2.AsyncClient) -> None:
    ticket = await storage.ticket(_upload(), datetime.now(UTC))
    assert await _send(client, ticket, BYTES.upper()) == 400
    assert await _files(storage) == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/html"},
        {"content-type": ""},
        {"x-amz-checksum-sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
        {"x-amz-checksum-sha256": ""},
    ],
)
async def test_a_client_cannot_announce_anything_else(
    storage: Storage, client: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    ticket = await storage.ticket(_upload(), datetime.now(UTC))
    assert 400 <= await _send(client, _with(ticket, headers), BYTES) < 500
    assert await _files(storage) == {}


async def test_a_checksum_of_other_bytes_does_not_help(storage: Storage, client: httpx2.AsyncClient) -> None:
    other = BYTES.upper()
    ticket = await storage.ticket(_upload(), datetime.now(UTC))
    forged = _with(ticket, _upload(sha256=sha256(other).hexdigest()).headers)
    assert 400 <= await _send(client, forged, other) < 500
    assert await _files(storage) == {}


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        ("incoming/0195", "incoming/0196"),
        ("incoming/0195", "designs/0195.png"),
        (r"xpires=\d+", "xpires=99999"),
        (r"xpires=\d+", "xpires="),
        (r"ignature=\w{4}", "ignature=0000"),
        (r"ignature=\w+", "ignature="),
        (r"ignature=\w+", "ignature=%C3%A4"),
        (r"\?.*", ""),
    ],
)
async def test_a_client_cannot_change_the_address(
    storage: Storage, client: httpx2.AsyncClient, pattern: str, replacement: str
) -> None:
    ticket = await storage.ticket(_upload(), datetime.now(UTC))
    forged = ticket._replace(url=re.sub(pattern, replacement, ticket.url))
    assert forged != ticket
    assert 400 <= await _send(client, forged, BYTES) < 500
    assert await _files(storage) == {}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_a_ticket_is_for_its_method_only(storage: Storage, client: httpx2.AsyncClient, method: str) -> None:
    upload = _upload()
    await storage.put(upload.key, b"there already")
    ticket = await storage.ticket(upload, datetime.now(UTC))
    assert await _send(client, ticket._replace(method=method), BYTES) >= 400
    assert await _files(storage) == {upload.key: b"there already"}


async def test_an_expired_ticket_is_refused(storage: Storage, client: httpx2.AsyncClient) -> None:
    now = datetime.now(UTC)
    ticket = await storage.ticket(_upload(expires_at=now - MINUTE), now)
    assert await _send(client, ticket, BYTES) == 403
    assert await _files(storage) == {}


def test_clients_bring_files_to_incoming_only() -> None:
    with pytest.raises(ValueError, match="incoming"):
        _upload(key=image_key("TEMP", "png", now=datetime.now(UTC), unique="0195"))


def _upload(**changed: Any) -> Upload:
    key, expires_at = incoming_key("0195"), datetime.now(UTC) + 5 * MINUTE
    upload = Upload(key, "image/png", len(BYTES), sha256(BYTES).hexdigest(), expires_at)
    return replace(upload, **changed)


def _with(ticket: Ticket, headers: dict[str, str]) -> Ticket:
    sent = {name: value for name, value in (ticket.headers | headers).items() if value}
    return ticket._replace(headers=sent)


async def _send(client: httpx2.AsyncClient, ticket: Ticket, data: bytes) -> int:
    headers = {name: value for name, value in ticket.headers.items() if name != "content-length"}  # it is the client's
    response = await client.request(ticket.method, ticket.url, content=data, headers=headers)
    return response.status_code


async def _read(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key)])


async def _keys(storage: Storage, prefix: str) -> set[str]:
    return {stored.key async for stored in storage.list(prefix)}


async def _files(storage: Storage) -> dict[str, bytes]:
    return {key: await _read(storage, key) for key in await _keys(storage, "")}
