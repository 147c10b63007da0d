"""Pictures from the storage's folder, and nothing else from anywhere; uploads into it, and only as signed."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from services.process import until
from storage.filesystem import FilesystemStorage
from storage.storage import Upload, incoming_key

if TYPE_CHECKING:
    from pathlib import Path

    from services.server import Server
    from settings import Settings

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

KEY = "designs/2026/03/20260309_1.jpg"
BYTES = b"\xff\xd8\xff pretend"
UNSIGNED = "This is not the request that was signed: send the ticket's method, address and headers as they are.\n"
LATE = "The time for this upload is over: ask for another one.\n"
CHANGED = "These are not the bytes that x-amz-checksum-sha256 was made of.\n"


@pytest.fixture
def media(settings: Settings) -> Path:
    """The storage's folder, with one picture in it."""
    folder = settings.data_dir / "media"
    (folder / KEY).parent.mkdir(parents=True)
    (folder / KEY).write_bytes(BYTES)
    return folder


@pytest.fixture
def storage(settings: Settings, server: Server) -> FilesystemStorage:
    """The server's own folder, by which another of its processes signs."""
    return FilesystemStorage(settings.data_dir / "media", server.url, settings.signing_key)


@pytest.mark.usefixtures("media")
def test_a_picture_is_served_for_ever_and_as_nothing_else(server: Server) -> None:
    response = server.client.get(f"/media/{KEY}")
    assert (response.status_code, response.content) == (200, BYTES)
    names = ("content-type", "cache-control", "content-security-policy", "x-content-type-options")
    assert [response.headers[name] for name in names] == [
        "image/jpeg",
        "public, max-age=31536000, immutable",
        "default-src 'none'; sandbox",
        "nosniff",
    ]


@pytest.mark.usefixtures("media")
def test_a_part_of_a_picture_can_be_asked_for(server: Server) -> None:
    response = server.client.get(f"/media/{KEY}", headers={"range": "bytes=1-2"})
    assert (response.status_code, response.content) == (206, BYTES[1:3])


@pytest.mark.parametrize(
    "key",
    [
        "designs/2026/03/20260309_2.jpg",
        "designs/2026/03",
        "designs/2026/03/",
        "",
        "%2e%2e/secret",
        "designs/..%2f..%2f..%2fsecret",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..%5csecret",
        "link",
        ".check.1",
        "designs/2026/03/20260309_1.jpg%00.png",
        "x" * 300,
        "x/" * 2500 + "x",
    ],
)
def test_nothing_else_is(server: Server, media: Path, key: str) -> None:
    (media.parent / "secret").write_text("secret")
    (media / "link").symlink_to(media.parent / "secret")
    (media / ".check.1").touch()

    response = server.client.get(f"/media/{key}")

    assert (response.status_code, response.text) == (404, "There is no such picture.\n")


@pytest.mark.usefixtures("media")
def test_pictures_are_only_read(server: Server) -> None:
    assert server.client.put(f"/media/{KEY}", content=b"other").status_code == 405


def test_an_upload_is_received_and_not_served(server: Server, storage: FilesystemStorage) -> None:
    ticket = storage.tickets.issue(_upload())
    answer = server.client.put(ticket.url, content=BYTES, headers=ticket.headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert storage.path(incoming_key("0195")).read_bytes() == BYTES
    assert server.client.get("/media/incoming/0195").status_code == 404


@pytest.mark.parametrize(
    ("announced", "sent", "headers", "status", "sentence"),
    [
        ({}, BYTES + b"!", {}, 403, UNSIGNED),
        ({}, BYTES[:-1], {}, 403, UNSIGNED),
        ({}, BYTES, {"content-type": "text/html"}, 403, UNSIGNED),
        ({}, BYTES.upper(), {}, 400, CHANGED),
        ({"expires_at": datetime(2026, 3, 9, tzinfo=UTC)}, BYTES, {}, 403, LATE),
    ],
    ids=["longer", "shorter", "type", "bytes", "late"],
)
def test_an_upload_that_was_not_signed_so_is_refused(  # noqa: PLR0917
    server: Server,
    storage: FilesystemStorage,
    announced: dict[str, Any],
    sent: bytes,
    headers: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    ticket = storage.tickets.issue(_upload(**announced))
    given = {name: value for name, value in ticket.headers.items() if name != "content-length"} | headers
    answer = server.client.put(ticket.url, content=sent, headers=given)
    assert (answer.status_code, answer.text) == (status, sentence)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert _files(storage) == []


def test_an_upload_without_its_length_is_refused(server: Server, storage: FilesystemStorage) -> None:
    ticket = storage.tickets.issue(_upload())
    headers = {name: value for name, value in ticket.headers.items() if name != "content-length"}
    answer = server.client.put(ticket.url, content=iter([BYTES]), headers=headers)  # in chunks, as HTTP allows
    assert (answer.status_code, answer.text) == (403, UNSIGNED)
    assert _files(storage) == []


def test_a_client_is_told_when_nothing_can_be_stored(server: Server, storage: FilesystemStorage) -> None:
    folder = storage.path("incoming")
    folder.parent.mkdir(exist_ok=True)
    folder.touch()  # a file stands where the folder should be
    ticket = storage.tickets.issue(_upload())
    answer = server.client.put(ticket.url, content=BYTES, headers=ticket.headers)
    told = "Pictures cannot be read or stored at the moment: try again later.\n"
    assert (answer.status_code, answer.text) == (503, told)
    assert _files(storage) == [folder]


def test_a_client_that_goes_away_leaves_nothing(server: Server, storage: FilesystemStorage) -> None:
    upload = _upload(byte_size=1_000_000)
    ticket = storage.tickets.issue(upload)
    head = "".join(f"{name}: {value}\r\n" for name, value in ticket.headers.items())
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        request = f"PUT {ticket.url.removeprefix(server.url)} HTTP/1.1\r\nhost: {host}\r\n{head}\r\n"
        connection.sendall(request.encode() + BYTES * 1000)
        assert until(lambda: _files(storage), lambda: "nothing arrives", seconds=10)
    until(lambda: not _files(storage), lambda: f"there is still {_files(storage)}", seconds=10)


def _files(storage: FilesystemStorage) -> list[Path]:
    return [path for path in storage.path("incoming").parent.rglob("*") if path.is_file()]


def _upload(**changed: Any) -> Upload:
    expires_at = datetime.now(UTC) + timedelta(minutes=5)
    return replace(
        Upload(incoming_key("0195"), "image/jpeg", len(BYTES), sha256(BYTES).hexdigest(), expires_at), **changed
    )
