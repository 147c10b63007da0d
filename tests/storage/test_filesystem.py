"""Files in a folder: whole or not at all, and never outside of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.filesystem import FilesystemStorage, open_storage
from storage.storage import StorageUnavailable

KEY = "designs/2026/03/20260309_0195.jpg"
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


async def test_keeps_what_it_is_given(storage: FilesystemStorage) -> None:
    await storage.put(KEY, b"one")

    assert storage.path(KEY).read_bytes() == b"one"


async def test_a_second_file_takes_the_place_of_the_first(storage: FilesystemStorage) -> None:
    await storage.put(KEY, b"one")
    await storage.put(KEY, b"two")

    assert storage.path(KEY).read_bytes() == b"two"
    assert [path.name for path in storage.path(KEY).parent.iterdir()] == ["20260309_0195.jpg"]


def test_urls_are_under_media(storage: FilesystemStorage) -> None:
    assert storage.url(KEY) == f"https://studio.example/media/{KEY}"


def test_urls_are_relative_without_a_public_address(tmp_path: Path) -> None:
    assert FilesystemStorage(tmp_path, "").url(KEY) == f"/media/{KEY}"


@pytest.mark.parametrize("slashes", ["file:///", "file:////"])
def test_opens_a_folder_by_its_url(tmp_path: Path, slashes: str) -> None:
    opened = open_storage(f"{slashes}{str(tmp_path)[1:]}/media", "")

    assert opened.path(KEY) == tmp_path / "media" / KEY


@pytest.mark.parametrize("key", ESCAPES)
async def test_refuses_a_key_that_is_none_of_ours(storage: FilesystemStorage, key: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the key"):
        storage.path(key)
    with pytest.raises(ValueError, match="not the key"):
        await storage.put(key, b"x")
    assert _below(tmp_path) == []


async def test_refuses_a_link_that_leads_out(storage: FilesystemStorage, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "designs").symlink_to(outside)

    with pytest.raises(ValueError, match="leads out"):
        await storage.put(KEY, b"x")
    assert list(outside.iterdir()) == []


async def test_follows_a_link_as_the_root(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "media").symlink_to(tmp_path / "disk")
    storage = FilesystemStorage(tmp_path / "media", "")

    await storage.put(KEY, b"x")

    assert (tmp_path / "disk" / KEY).read_bytes() == b"x"


async def test_a_failed_write_leaves_nothing(storage: FilesystemStorage) -> None:
    storage.path(KEY).mkdir(parents=True)  # a folder stands where the file should go

    with pytest.raises(OSError, match="directory"):
        await storage.put(KEY, b"x")
    assert [path.name for path in storage.path(KEY).parent.iterdir()] == ["20260309_0195.jpg"]


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


def _below(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def _written(root: Path) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_mtime_ns) for path in root.glob("designs/[0-9].jpg"))
