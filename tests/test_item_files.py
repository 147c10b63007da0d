"""Collections in and out of files from the command line."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cli import cli
from db.database import Database, open_database
from item_files import AT_ONCE
from services.accounts import contents
from services.item_files import VALUES, a_file, define_types, rows_of
from services.item_mutations import written
from services.process import studiograph, until
from services.rows import a_user

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from typer.testing import Result

UNKNOWN = "These columns are neither fields of items nor keys of specifications here"
KNOWN = (
    "There are id, external, name, description, condition, quantity, visibility, acquired_on, price, currency, urls, "
    "brand, serial, shutter, aperture, boxed, made, mount, finish, manual, weight, film."
)
WHOLE = {"external": "K-1", "name": "Leica M3", **VALUES}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.setenv("STUDIOGRAPH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STUDIOGRAPH_DATABASE_URL", database_url)
    _in_database(database_url, _plant)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a file may be written."""
    return tmp_path / "items.csv"


def test_a_file_comes_in_and_goes_out_again(file: Path, database_url: str) -> None:
    file.write_text(a_file(WHOLE, *({"name": f"Item {number}"} for number in range(4))))
    assert _imported(file, "--dry-run") == _counts(created=5) | {"dryRun": True}
    assert _in_database(database_url, lambda db: contents(db, "items")) == {"items": []}
    assert _imported(file) == _counts(created=5)
    told = _run("items", "export", "--category", "cameras", "--owner", "mina", "--output", str(file))
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "")
    rows = rows_of(file.read_text(encoding="utf-8"))
    assert [row["name"] for row in rows] == ["Leica M3", "Item 0", "Item 1", "Item 2", "Item 3"]
    assert {name: rows[0][name] for name in WHOLE} == WHOLE
    before = _in_database(database_url, written)
    assert _imported(file) == _counts(unchanged=5)
    assert _in_database(database_url, written) == before


def test_an_export_goes_to_standard_output_byte_by_byte(file: Path) -> None:
    file.write_text(a_file(WHOLE))
    _imported(file)
    _run("items", "export", "--category", "cameras", "--output", str(file))
    told = _run("items", "export", "--category", "cameras")
    assert told.stdout_bytes == file.read_bytes()
    assert _run("items", "export", "--category", "cameras", "--owner", "jun").stdout.count("\n") == 1


def test_people_are_told_what_was_done(file: Path) -> None:
    file.write_text(a_file({"name": "Leica M3"}))
    assert _run(*_import(file), "--dry-run").stdout == "A dry run: 1 created, 0 updated, 0 unchanged.\n"
    assert _run(*_import(file)).stdout == "1 created, 0 updated, 0 unchanged.\n"


def test_nothing_is_written_where_any_row_is_wrong(file: Path, database_url: str) -> None:
    file.write_text(a_file({"external": "a", "name": "A", "serial": "1"}))
    _imported(file)
    between = ({"name": f"Item {number}"} for number in range(AT_ONCE))
    file.write_text(
        a_file(
            {"external": "b", "name": "B", "serial": "2", "quantity": ""},
            {"external": "c", "name": "C", "serial": "1", "quantity": "many"},
            *between,
            {"external": "d", "name": "D", "serial": "2"},
            {"external": "e", "name": "E", "serial": "1"},
            {"external": "b", "name": "B"},
        )
    )
    before = _in_database(database_url, written)
    told = _run(*_import(file))
    assert (told.exit_code, told.stdout) == (1, "")
    taken = "serial: Another item has this Serial number already: give another one."
    assert told.stderr.splitlines()[-6:] == [
        "Row 3: quantity: This is not a whole number: write it as in 12.",
        f"Row 3: {taken}",
        f"Row 1004: {taken}",
        f"Row 1005: {taken}",
        "Row 1006: external: Row 2 is about the same item: leave one of them away.",
        "Nothing was written.",
    ]
    assert _in_database(database_url, written) == before


def test_programs_are_told_of_errors_in_json(file: Path, database_url: str) -> None:
    file.write_text(a_file({"name": "A", "quantity": ""}, {"name": "B", "quantity": "many"}))
    told = _run(*_import(file), "--json")
    message = "This is not a whole number: write it as in 12."
    error = {"row": 3, "code": "INVALID", "path": ["quantity"], "message": message}
    assert (told.exit_code, json.loads(told.stdout)) == (1, _counts() | {"rowErrors": [error]})
    assert _in_database(database_url, lambda db: contents(db, "items")) == {"items": []}


def test_whose_an_item_is_not_is_told(file: Path) -> None:
    file.write_text(a_file(WHOLE))
    _imported(file)
    _run("items", "export", "--category", "cameras", "--output", str(file))
    told = _run("items", "import", str(file), "--category", "cameras", "--owner", "jun")
    message = "Row 2: id: This item belongs to somebody else: name them by --owner, or export with --owner."
    assert (told.exit_code, told.stderr.splitlines()[-2:]) == (1, [message, "Nothing was written."])


def test_unique_values_may_change_hands_within_a_file(file: Path) -> None:
    file.write_text(a_file({"external": "a", "name": "A", "serial": "1"}))
    _imported(file)
    swap = a_file({"external": "b", "name": "B", "serial": "1"}, {"external": "a", "name": "A", "serial": "2"})
    file.write_text(swap)
    assert _imported(file) == _counts(created=1, updated=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--category", "shoes", "--owner", "mina"), "There is no category with the slug shoes."),
        (("--category", "cameras", "--owner", "nobody"), "There is nobody with the name nobody."),
        (
            ("--category", "film-cameras", "--owner", "mina"),
            f"{UNKNOWN}: colour. {KNOWN}",
        ),
    ],
)
def test_says_what_cannot_be_found(file: Path, arguments: tuple[str, ...], message: str) -> None:
    file.write_text("name,colour\nLeica M3,red\n")
    told = _run("items", "import", str(file), *arguments)
    assert (told.exit_code, told.stdout, told.stderr) == (1, "", f"{message}\n")


def test_an_import_that_was_killed_is_taken_up_by_running_it_again(
    file: Path, database_url: str, tmp_path: Path
) -> None:
    file.write_text(a_file(*({"external": str(number), "name": f"Item {number}"} for number in range(4_500))))

    def written_so_far() -> int:
        return len(_in_database(database_url, lambda db: contents(db, "items"))["items"])

    with studiograph(tmp_path, *_import(file), database_url=database_url) as process:
        until(lambda: written_so_far() >= AT_ONCE, lambda: "nothing written")
        process.kill()
    there = written_so_far()
    assert (there % AT_ONCE, AT_ONCE <= there < 4_500) == (0, True)
    assert _imported(file) == _counts(created=4_500 - there, unchanged=there)
    assert written_so_far() == 4_500


def _imported(file: Path, *more: str) -> Any:
    told = _run(*_import(file), *more, "--json")
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data.pop("rowErrors") == []
    return data


def _import(file: Path) -> tuple[str, ...]:
    return ("items", "import", str(file), "--category", "cameras", "--owner", "Mina")


def _counts(created: int = 0, updated: int = 0, unchanged: int = 0) -> dict[str, Any]:
    return {"created": created, "updated": updated, "unchanged": unchanged, "dryRun": False}


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def _in_database(url: str, work: Callable[[Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with open_database(url, 1) as db:
            return await work(db)

    return asyncio.run(run())


async def _plant(db: Database) -> None:
    await define_types(db)
    async with db.transaction() as tx:
        await tx.users.add([a_user("mina"), a_user("jun")])
