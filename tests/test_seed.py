"""`studiograph seed`: designs, bookings, or both."""

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


@pytest.mark.parametrize(("designs", "bookings"), [(0, 30), (20, 30)])
def test_loads_as_many_bookings_as_it_is_asked_for(designs: int, bookings: int, empty_url: str) -> None:
    loaded = CliRunner().invoke(cli, ["seed", "--designs", str(designs), "--bookings", str(bookings), "--json"])

    told = json.loads(loaded.stdout)
    assert (told["designs"], told["bookings"], told["seconds"] >= 0) == (designs, bookings, True)
    assert asyncio.run(_counts(empty_url)) == {"designs": designs, "bookings": bookings, "events": 0}


def test_refuses_more_bookings_than_there_is_time_for() -> None:
    refused = CliRunner().invoke(cli, ["seed", "--bookings", "20001"])

    assert refused.exit_code == 2
    assert "20000" in refused.output


async def _counts(url: str) -> dict[str, int]:
    async with open_database(url, 1) as db:
        return {name: await getattr(db.read(), name).count() for name in ("designs", "bookings", "events")}
