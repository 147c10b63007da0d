"""The doctor: content with what is well, and with a cure for what is not."""

from __future__ import annotations

import asyncio
import re
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import doctor
from db import migrations
from doctor import MENDED, Finding, examine
from services.smtp import SmtpServer

if TYPE_CHECKING:
    from pathlib import Path

    from services.valkey import Valkey

HEAD = migrations.head()


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.setenv("STUDIOGRAPH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STUDIOGRAPH_DATABASE_URL", database_url)


async def test_is_content_with_what_is_well(kind: str, tmp_path: Path) -> None:
    assert await examine() == [
        Finding("settings", well=True, text=f"development, data in {tmp_path}/data"),
        Finding("database", well=True, text=f"{kind} answers"),
        Finding("migrations", well=True, text=f"at {HEAD}"),
        Finding("clock", well=True, text="agrees with the database's"),
        Finding("storage", well=True, text="can be written to"),
        _mail_is_kept(tmp_path),
    ]


async def test_finds_settings_that_are_wrong_and_looks_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIOGRAPH_DATABASE_URL", "mysql://me:hush@somewhere/studio")
    monkeypatch.setenv("STUDIOGRAPH_BODY_LIMIT", "much")
    assert await examine() == [
        Finding("settings", well=False, text="STUDIOGRAPH_DATABASE_URL must begin with sqlite:/// or postgresql://"),
        Finding(
            "settings",
            well=False,
            text="STUDIOGRAPH_BODY_LIMIT: Input should be a valid integer, unable to parse string as an integer",
        ),
    ]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("url", "finding"),
    [
        ("postgresql://me:hush@127.0.0.1:1/studio", "postgresql cannot be reached (ConnectionRefusedError)"),
        ("sqlite:////proc/nowhere/studio.sqlite3", "sqlite cannot be reached (OperationalError)"),
    ],
)
async def test_finds_a_database_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, finding: str
) -> None:
    monkeypatch.setenv("STUDIOGRAPH_DATABASE_URL", url)
    assert (await examine())[1:] == [
        Finding("database", well=False, text=f"{finding}: is it running, and is STUDIOGRAPH_DATABASE_URL right?"),
        Finding("storage", well=True, text="can be written to"),
        _mail_is_kept(tmp_path),
    ]


async def test_finds_a_database_that_is_not_migrated(database_url: str) -> None:
    await asyncio.to_thread(migrations.downgrade, database_url, migrations.BASE)
    cure = f"at base, needs {HEAD}: run `studiograph migrate up`"
    assert (await examine())[2] == Finding("migrations", well=False, text=cure)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_finds_a_storage_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/media").touch()  # a file in the folder's place: root may write to any folder
    reason = "The media folder cannot be written: File exists."
    cure = "Give this user the right to, or set STUDIOGRAPH_STORAGE_URL."
    assert (await examine())[4] == Finding("storage", well=False, text=f"{reason} {cure}")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_finds_a_folder_for_mails_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/mail").touch()
    reason = "The folder for letters cannot be written: File exists."
    assert (await examine())[-1] == Finding("mail", well=False, text=f"{reason} {MENDED}")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_asks_the_mail_server_and_mails_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    server = SmtpServer().start()
    monkeypatch.setenv("STUDIOGRAPH_SMTP_URL", server.url)
    assert (await examine())[-1] == Finding("mail", well=True, text="the mail server lets us in")
    server.stop()
    assert server.received == []
    found = (await examine())[-1]
    assert not found.well
    assert re.fullmatch(rf"The mail server cannot be reached: .*\. {re.escape(MENDED)}", found.text)


async def test_finds_a_clock_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "time", SimpleNamespace(time=lambda: time.time() - 60))
    found = (await examine())[3]
    assert (found.subject, found.well) == ("clock", False)
    assert re.fullmatch(r"(59|60|61) s away from the database's: let both machines set theirs by NTP", found.text)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_asks_valkey_where_there_is_to_be_one(monkeypatch: pytest.MonkeyPatch, valkey: Valkey) -> None:
    monkeypatch.setenv("STUDIOGRAPH_VALKEY_URL", valkey.url)
    assert (await examine())[-1] == Finding("valkey", well=True, text="counts rates")
    valkey.kill()
    text = (
        "Valkey does not answer, so each process counts rates for itself: is it running, and is "
        "STUDIOGRAPH_VALKEY_URL right?"
    )
    assert (await examine())[-1] == Finding("valkey", well=False, text=text)


def _mail_is_kept(folder: Path) -> Finding:
    text = f"none is sent, for STUDIOGRAPH_SMTP_URL is not set; it is kept in {folder}/data/mail"
    return Finding("mail", well=True, text=text)
