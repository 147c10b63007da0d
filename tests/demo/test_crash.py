"""kill -9 while the demo studio is being furnished: the next start goes on, and nothing is lost, half or double."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.process import environment, studiograph, until

if TYPE_CHECKING:
    from services.process import Process

DRAWING = "the demo studio is being drawn"
DESIGNS, BOOKINGS, ITEMS = 240, 28, 40
DELIVERED = [("demo.requested", 1, None)]
KILLS = 25 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 5
SECONDS_TO_DRAW_ALL = 600.0


def test_is_whole_in_the_end_however_often_it_is_killed(tmp_path: Path) -> None:
    for turn in range(KILLS):
        with _serving(tmp_path) as serving:
            _wait_for_pictures(serving, turn % 5)  # never so many that the demo is whole before the last kill
            serving.kill()
    with _serving(tmp_path) as serving:
        until(lambda: _events(tmp_path / "data") == DELIVERED, serving.messages, SECONDS_TO_DRAW_ALL)
        _assert_gallery_is_whole(serving)
        _assert_readme_shows_the_answer(serving)
    _assert_files_are_whole(tmp_path / "data")
    assert _doctor(tmp_path) == (0, ["settings", "database", "migrations", "clock", "storage", "mail"])


def _serving(folder: Path) -> Any:
    return studiograph(folder, "serve", "--port", "0", log_level="debug")


def _wait_for_pictures(serving: Process, number: int) -> None:
    """Until so many have been drawn since this start; of none: until it begins to serve, well before the texts."""
    serving.url()
    until(lambda: len(_drawn(serving)) > number or not number, serving.messages)


def _drawn(serving: Process) -> list[dict[str, Any]]:
    return [line for line in serving.logged() if line["event"] == DRAWING]


def _events(data: Path) -> list[Any]:
    return _rows(data, "SELECT kind, delivered_at IS NOT NULL, dead_at FROM events WHERE kind = 'demo.requested'")


def _assert_gallery_is_whole(serving: Process) -> None:
    with serving.client() as client:
        query = "{ designs(first: 100) { totalCount nodes { imageUrl images { id } } } }"
        page = client.post("/graphql", json={"query": query}).json()["data"]["designs"]
        nodes = page["nodes"]
        assert [len(node["images"]) for node in nodes] == [1] * 100
        assert {client.get(node["imageUrl"]).headers["content-type"] for node in nodes} == {"image/jpeg"}


def _assert_readme_shows_the_answer(serving: Process) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    asked, answered = (
        re.search(r"-d '(.+?)'\n", text),
        re.search(r"^```json\n(.+?)^```", text, re.DOTALL | re.MULTILINE),
    )
    assert asked
    assert answered
    with serving.client() as client:
        assert client.post("/graphql", json=json.loads(asked[1])).json() == json.loads(answered[1])


def _assert_files_are_whole(data: Path) -> None:
    assert _rows(data, "PRAGMA integrity_check") == [("ok",)]
    assert _rows(data, "SELECT count(*), count(cover_image_id) FROM designs") == [(DESIGNS, DESIGNS)]
    files = (data / "media").rglob("[!.]*.jpg")  # what was cut off has a name with a dot in front
    assert _rows(data, "SELECT count(*) FROM bookings") == [(BOOKINGS,)]
    assert _rows(data, "SELECT count(*) FROM items") == [(ITEMS,)]
    stored = dict(_rows(data, "SELECT key, sha256 FROM images"))
    assert {str(path.relative_to(data / "media")): _sha256(path) for path in files} == stored


def _rows(data: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(data / "studiograph.sqlite3")) as driver:
        return driver.execute(query).fetchall()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _doctor(folder: Path) -> tuple[int, list[str]]:
    command = [sys.executable, "-m", "cli", "doctor", "--json"]
    finished = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)
    return finished.returncode, [finding["subject"] for finding in json.loads(finished.stdout) if finding["well"]]
