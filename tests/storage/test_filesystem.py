"""Files in a folder: whole or not at all, and never outside of it; the rest is the contract's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.filesystem import FilesystemStorage
from storage.opening import open_storage
from storage.storage import INCOMING, StorageUnavailable, Upload, incoming_key
from storage.tickets import OtherBytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = "designs/2026/03/20260309_0195.jpg"
BROUGHT = b"0123456789" * 50_000
UPLOAD = Upload(
    incoming_key("0195"), "image/png", len(BROUGHT), sha256(BROUGHT).hexdigest(), datetime(2026, 3, 9, tzinfo=UTC)
)
WRITER = """
import asyncio, sys
from itertools import count
from pathlib import Path
from storage.filesystem import FilesystemStorage

async def write_for_ever():
    storage = FilesystemStorage(Path(sys.argv[1]), "")
    for number in count():
        await storage.put(f"designs/{number % 5}.jpg", bytes([number % 256]) * 300_000)

asyncio.run(write_for_ever())
"""


@pytest.fixture
def storage(tmp_path: Path) -> FilesystemStorage:
    return FilesystemStorage(tmp_path / "media", "https://studio.example")


def test_urls_are_under_media(storage: FilesystemStorage) -> None:
    assert storage.url(KEY) == f"https://studio.example/media/{KEY}"


def test_urls_are_relative_without_a_public_address(tmp_path: Path) -> None:
    assert FilesystemStorage(tmp_path, "").url(KEY) == f"/media/{KEY}"


@pytest.mark.parametrize("slashes", ["file:///", "file:////"])
def test_opens_a_folder_by_its_url(tmp_path: Path, slashes: str) -> None:
    opened = open_storage(f"{slashes}{str(tmp_path)[1:]}/media", "")

    assert isinstance(opened, FilesystemStorage)
    assert opened.path(KEY) == tmp_path / "media" / KEY


async def test_refuses_a_link_that_leads_out(storage: FilesystemStorage, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "designs").symlink_to(outside)

    (outside / "a.jpg").touch()

    for asked in (storage.put(KEY, b"x"), _first(storage.read("designs/a.jpg")), storage.delete("designs/a.jpg")):
        with pytest.raises(ValueError, match="leads out"):
            await asked
    with pytest.raises(ValueError, match="leads out"):
        await _first(storage.list("designs/"))
    assert [stored.key async for stored in storage.list("")] == []
    assert [path.name for path in outside.iterdir()] == ["a.jpg"]


async def test_follows_a_link_as_the_root(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "media").symlink_to(tmp_path / "disk")
    storage = FilesystemStorage(tmp_path / "media", "")

    await storage.put(KEY, b"x")

    assert (tmp_path / "disk" / KEY).read_bytes() == b"x"


async def test_lists_neither_links_nor_what_is_none_of_ours(storage: FilesystemStorage, tmp_path: Path) -> None:
    await storage.put(KEY, b"x")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "media" / "link").symlink_to(tmp_path / "secret")
    for name in (".hidden", "a b.jpg"):
        (tmp_path / "media" / name).touch()

    assert [stored.key async for stored in storage.list("")] == [KEY]
    with pytest.raises(ValueError, match="leads out"):
        await _first(storage.read("link"))


async def test_a_failed_write_leaves_nothing(storage: FilesystemStorage, tmp_path: Path) -> None:
    storage.path(KEY).mkdir(parents=True)  # a folder stands where the file should go

    with pytest.raises(StorageUnavailable, match="cannot be written: Is a directory"):
        await storage.put(KEY, b"x")
    assert _files(tmp_path) == []


async def test_an_upload_is_aside_until_it_is_whole(storage: FilesystemStorage, tmp_path: Path) -> None:
    seen: list[str] = []

    async def body() -> AsyncIterator[bytes]:
        for start in range(0, len(BROUGHT), 65_536):
            yield BROUGHT[start : start + 65_536]
            seen.extend(path.name for path in _files(tmp_path))

    await storage.receive(UPLOAD, body())
    assert {name.partition("-")[0] for name in seen} == {"partial"}
    assert _files(tmp_path) == [tmp_path / "media" / UPLOAD.key]
    assert storage.path(UPLOAD.key).read_bytes() == BROUGHT


async def test_no_byte_more_than_announced_reaches_the_disk(storage: FilesystemStorage, tmp_path: Path) -> None:
    sizes: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for _ in range(100):
            sizes.extend(path.stat().st_size for path in _files(tmp_path))
            yield BROUGHT

    with pytest.raises(OtherBytes, match="more bytes"):
        await storage.receive(UPLOAD, body())
    assert sizes == [0, len(BROUGHT)]
    assert _files(tmp_path) == []


async def test_an_upload_that_breaks_off_leaves_nothing(storage: FilesystemStorage, tmp_path: Path) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield BROUGHT[:1000]
        raise ConnectionResetError

    with pytest.raises(StorageUnavailable):
        await storage.receive(UPLOAD, body())
    assert _files(tmp_path) == []


async def test_the_check_makes_the_folder_and_leaves_it_empty(storage: FilesystemStorage, tmp_path: Path) -> None:
    await storage.check()

    assert list((tmp_path / "media").iterdir()) == []


async def test_the_check_says_why_nothing_can_be_written_and_names_no_path(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageUnavailable) as refusal:
        await FilesystemStorage(tmp_path / "file" / "media", "").check()
    assert str(refusal.value) == "The media folder cannot be written: Not a directory."


def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    seen = set()
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], env=environment)
        deadline = time.monotonic() + 20
        before = _written(tmp_path)
        while _written(tmp_path) == before and time.monotonic() < deadline:
            assert writer.poll() is None
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        for path in (tmp_path / "designs").glob("[0-9].jpg"):
            data = path.read_bytes()
            assert len(data) == 300_000
            assert len(set(data)) == 1
            seen.add(path.name)
    assert seen
    others = {path.relative_to(tmp_path).as_posix() for path in _files(tmp_path) if path.parent.name != "designs"}
    assert all(name.startswith(f"{INCOMING}partial-") for name in others)


async def _first(chunks: AsyncIterator[object]) -> object:
    return await anext(chunks)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _written(root: Path) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_mtime_ns) for path in root.glob("designs/[0-9].jpg"))
