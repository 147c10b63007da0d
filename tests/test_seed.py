"""`studiograph seed`: designs, bookings and items, each or all."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cli import cli
from db.database import open_database
from db.migrations import upgrade

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_url: str) -> None:
    monkeypatch.setenv("STUDIOGRAPH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STUDIOGRAPH_DATABASE_URL", empty_url)
    upgrade(empty_url)


@pytest.mark.parametrize(("designs", "bookings", "items"), [(0, 30, 0), (0, 0, 40), (20, 30, 40)])
def test_loads_as_many_as_it_is_asked_for(designs: int, bookings: int, items: int, empty_url: str) -> None:
    wanted = {"designs": designs, "bookings": bookings, "items": items}
    loaded = CliRunner().invoke(cli, ["seed", *(f"--{name}={number}" for name, number in wanted.items()), "--json"])

    told = json.loads(loaded.stdout)
    assert told.pop("seconds") >= 0
    assert told == wanted
    assert asyncio.run(_counts(empty_url)) == {**wanted, "events": 0}


def test_looks_first_whether_the_database_is_empty(empty_url: str) -> None:
    CliRunner().invoke(cli, ["seed", "--items", "3"])
    refused = CliRunner().invoke(cli, ["seed", "--designs", "5", "--items", "4"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    told = "The database has 3 items already, and the benchmark set goes into an empty one. To get one, choose an empty"
    assert refused.stderr.startswith(told)
    assert asyncio.run(_counts(empty_url)) == {"designs": 0, "bookings": 0, "items": 3, "events": 0}


def test_refuses_more_bookings_than_there_is_time_for() -> None:
    refused = CliRunner().invoke(cli, ["seed", "--bookings", "20001"])

    assert refused.exit_code == 2
    assert "20000" in refused.output


async def _counts(url: str) -> dict[str, int]:
    async with open_database(url, 1) as db:
        return {name: await getattr(db.read(), name).count() for name in ("designs", "bookings", "items", "events")}
