"""Pictures from the storage's folder, and nothing else from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from services.server import Server
    from settings import Settings

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

KEY = "designs/2026/03/20260309_1.jpg"
BYTES = b"\xff\xd8\xff pretend"


@pytest.fixture
def media(settings: Settings) -> Path:
    """The storage's folder, with one picture in it."""
    folder = settings.data_dir / "media"
    (folder / KEY).parent.mkdir(parents=True)
    (folder / KEY).write_bytes(BYTES)
    return folder


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
