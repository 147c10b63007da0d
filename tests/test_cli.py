"""The command line, one command after the other."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from graphql import print_schema
from typer.testing import CliRunner

from cli import cli, main
from db.database import open_database
from db.events import FILE_DISCARDED
from db.migrations import head
from graph.schema import build_schema
from services.process import let_happen, studiograph
from services.rows import THEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

HEAD = head()


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_url: str) -> Iterator[None]:
    monkeypatch.setenv("STUDIOGRAPH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STUDIOGRAPH_DATABASE_URL", empty_url)
    root = logging.getLogger()
    before = root.handlers, root.level
    yield
    root.handlers, root.level = before  # a command sends the logs to its own standard error


def test_migrate_goes_up_and_down_and_says_where_it_stands() -> None:
    assert _run("migrate", "status", "--json") == {"current": None, "head": HEAD}
    assert _run("migrate", "up", "--json") == {"current": HEAD, "head": HEAD}
    assert _text("migrate", "status") == f"The database is at {HEAD}; this version needs {HEAD}.\n"
    assert _run("migrate", "down", "--revision", "base", "--json") == {"current": None, "head": HEAD}
    assert _run("migrate", "up", "--json") == {"current": HEAD, "head": HEAD}


def test_migrate_down_wants_to_be_told_where_to() -> None:
    _run("migrate", "up", "--json")
    refused = CliRunner().invoke(cli, ["migrate", "down"])
    told = "Say where to: `studiograph migrate down --revision base` undoes everything.\n"
    assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", told)
    assert _run("migrate", "status", "--json") == {"current": HEAD, "head": HEAD}


def test_seed_loads_as_many_designs_as_it_is_asked_for() -> None:
    _run("migrate", "up", "--json")
    loaded = _run("seed", "--designs", "50", "--json")
    assert (loaded["designs"], loaded["seconds"] >= 0) == (50, True)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_export_schema_prints_it_or_writes_it(tmp_path: Path) -> None:
    schema = f"{print_schema(build_schema())}\n"
    assert _text("export-schema") == schema
    assert _text("export-schema", "--to", str(tmp_path / "schema.graphql")) == ""
    assert (tmp_path / "schema.graphql").read_text(encoding="utf-8") == schema


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    _run("migrate", "up", "--json")
    well = CliRunner().invoke(cli, ["doctor"])
    assert (well.exit_code, well.stdout.splitlines()) == (
        0,
        [
            f"ok   settings: development, data in {tmp_path}/data",
            "ok   database: sqlite answers",
            f"ok   migrations: at {HEAD}",
            "ok   clock: agrees with the database's",
            "ok   storage: can be written to",
            f"ok   mail: none is sent, for STUDIOGRAPH_SMTP_URL is not set; it is kept in {tmp_path}/data/mail",
        ],
    )
    _run("migrate", "down", "--revision", "base", "--json")
    ill = CliRunner().invoke(cli, ["doctor", "--json"])
    wrong = {"subject": "migrations", "well": False, "text": f"at base, needs {HEAD}: run `studiograph migrate up`"}
    assert (ill.exit_code, json.loads(ill.stdout)[2]) == (1, wrong)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_settings_that_are_wrong_are_told_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STUDIOGRAPH_LOG_LEVEL", "loud")
    refused = CliRunner().invoke(cli, ["migrate", "up"])
    told = "STUDIOGRAPH_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'\n"
    assert (refused.exit_code, refused.stderr) == (1, told)
    assert not (tmp_path / "studiograph.sqlite3").exists()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_fault_is_told_in_two_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["studiograph", "migrate", "down", "--revision", "nowhere"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = "CommandError: Can't locate revision identified by 'nowhere'\n`studiograph doctor` looks for the cause.\n"
    assert (ended.value.code, capsys.readouterr().err) == (1, told)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_work_delivers_until_it_is_stopped(tmp_path: Path) -> None:
    with studiograph(tmp_path, "migrate", "up") as migrating:
        assert migrating.exit_code() == 0
    let_happen(tmp_path, FILE_DISCARDED)  # of no file: that cannot be done
    with studiograph(tmp_path, "work") as working:
        assert working.wait_for("delivery failed")["kind"] == FILE_DISCARDED
        assert working.stop() == 0


def test_events_tells_what_waits_and_what_is_dead_and_retries_it(empty_url: str) -> None:
    _run("migrate", "up", "--json")
    assert (_run("events", "--json"), _text("events")) == ([], "There are none.\n")
    dead, other = asyncio.run(_give_up(empty_url))
    counts = [
        {"kind": "mail.wanted", "waiting": 0, "dead": 2, "delivered": 0},
        {"kind": "told", "waiting": 0, "dead": 0, "delivered": 1},
        {"kind": "waits", "waiting": 1, "dead": 0, "delivered": 0},
    ]
    assert _run("events", "--json") == counts
    assert [line.split() for line in _text("events").splitlines()] == [
        ["kind", "waiting", "dead", "delivered"], *([str(value) for value in one.values()] for one in counts),
    ]  # fmt: skip
    assert [(one["kind"], one["attempts"]) for one in _run("events", "--waiting", "--json")] == [("waits", 0)]
    listed = _run("events", "--dead", "--json")
    assert [(one["id"], one["last_error"]) for one in listed] == [(dead, "550 no [such] user"), (other, "550 full")]
    assert [one["id"] for one in _run("events", "--dead", "--limit", "1", "--json")] == [dead]
    assert "550 no [such] user" in _text("events", "--dead").splitlines()[1]
    assert _text("events", "retry", dead) == "Due again: 1\n"
    assert [one["attempts"] for one in _run("events", "--waiting", "--json")] == [0, 0]
    assert _text("events", "retry", "--all-dead") == "Due again: 1\n"
    assert _run("events", "--dead", "--json") == []


@pytest.mark.parametrize("chosen", [[], ["nonsense"], ["0" * 32, "--all-dead"]])
def test_events_retry_wants_to_be_told_which(chosen: list[str]) -> None:
    _run("migrate", "up", "--json")
    refused = CliRunner().invoke(cli, ["events", "retry", *chosen])
    told = "Say which: an id as `studiograph events --dead` lists it, or --all-dead.\n"
    assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", told)


def test_events_retry_knows_the_dead_only(empty_url: str) -> None:
    _run("migrate", "up", "--json")
    asyncio.run(_give_up(empty_url))
    (waits,) = _run("events", "--waiting", "--json")
    before = _run("events", "--json")
    for event in (waits["id"], "0" * 32):
        refused = CliRunner().invoke(cli, ["events", "retry", event])
        assert (refused.exit_code, refused.stderr) == (1, "There is no dead event with this id.\n")
    assert _run("events", "--json") == before


def test_create_admin_makes_one_who_may_log_in_at_once() -> None:
    _run("migrate", "up", "--json")
    made = _create_admin("mina", "a fine password")
    assert (made.exit_code, made.stdout, made.stderr) == (0, "mina is an admin now.\n", "")
    again = _create_admin("MINA", "another password")
    told = "Somebody else has this name already: choose another.\n"
    assert (again.exit_code, again.stdout, again.stderr) == (1, "", told)
    short = _create_admin("jun", "short")
    assert (short.exit_code, short.stdout, short.stderr) == (1, "", "At least 10 characters.\n")


def test_create_admin_needs_tables() -> None:
    refused = _create_admin("mina", "a fine password")
    told = "The database has no tables yet. Run: studiograph migrate up\n"
    assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", told)


async def _give_up(url: str) -> list[str]:
    """The ids of two letters that are dead; an event waits besides, and one is delivered."""
    dead = []
    async with open_database(url, 1) as db, db.transaction() as tx:
        await tx.events.announce("told", None, now=THEN)
        for error in ("550 no [such] user", "550 full"):
            await tx.events.record("mail.wanted", None, now=THEN)
            event = await tx.events.claim(THEN, ["mail.wanted"])
            assert event
            await tx.events.given_up(event, error, THEN)
            dead.append(event.id)
        await tx.events.record("waits", None, now=THEN)
    return dead


def _create_admin(name: str, password: str) -> Result:
    return CliRunner().invoke(cli, ["create-admin", "--username", name, "--password-stdin"], input=f"{password}\n")


def _run(*arguments: str) -> Any:
    return json.loads(_text(*arguments))


def _text(*arguments: str) -> str:
    result: Result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout
