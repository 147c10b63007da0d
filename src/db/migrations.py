"""The schema's versions: which one a database has, and how it gets to another."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import column, select, table

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database

SCRIPTS = Path(__file__).parents[2] / "alembic"
BASE = "base"


@cache
def head() -> str:
    """The revision that this code needs."""
    return str(ScriptDirectory(str(SCRIPTS)).get_current_head())


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up. Several processes may try at once: one does it, the others wait and find it done."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate down to a revision, `base` for none."""
    command.downgrade(_config(url), revision)


def check(url: str) -> None:
    """Raise where the tables differ from the models."""
    command.check(_config(url))


async def current(database: Database) -> str | None:
    """The revision that the database has; None where it has no tables yet."""
    try:
        found: str | None = await database.read().connection.value(_current)
    except asyncpg.UndefinedTableError:
        return None
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise
    return found


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _current() -> Executable:
    return select(column("version_num")).select_from(table("alembic_version"))
