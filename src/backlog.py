"""What the worker has before it, and what it has given up: `studiograph events`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from terminal import AsJson, answer, fail, read_settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from db.database import Database

    Result = TypeVar("Result")

WIDEST = 200
"""Characters in a line: errors are cut off there."""

events = typer.Typer(invoke_without_command=True)


@events.callback()
def show(
    called: typer.Context,
    *,
    dead: Annotated[bool, typer.Option("--dead", help="List those that were given up, with what was wrong.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="List those that are to be delivered.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="List at most so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show what the worker has before it and what it has given up: how many of each kind, or one by one."""
    if called.invoked_subcommand:
        return
    rows = asyncio.run(_in_database(lambda db: _look(db, dead=dead, waiting=waiting, most=limit)))
    answer(rows, _as_table(rows), as_json=as_json)


@events.command()
def retry(
    event_id: Annotated[str, typer.Argument(metavar="[ID]", help="Which dead event.")] = "",
    *,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Every one that was given up.")] = False,
) -> None:
    """Deliver what was given up after all: it is due now, with all its attempts before it."""
    chosen = _hexadecimal(event_id)
    if all_dead == bool(event_id) or not (all_dead or chosen):
        fail("Say which: an id as `studiograph events --dead` lists it, or --all-dead.")
    number = asyncio.run(_in_database(lambda db: _revive(db, chosen)))
    if not (number or all_dead):
        fail("There is no dead event with this id.")
    answer(None, f"Due again: {number}", as_json=False)


async def _in_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    from db.database import open_database  # noqa: PLC0415  (other commands have no use for it)

    async with open_database(read_settings().database_url, 1) as db:
        return await work(db)


async def _look(db: Database, *, dead: bool, waiting: bool, most: int) -> list[dict[str, Any]]:
    """How many events of each kind there are, or at most so many of those that are dead, or of those that wait."""
    found = db.read().events
    rows = await (found.of_state(dead=dead, most=most) if dead or waiting else found.counts())
    return [row._asdict() for row in rows]


async def _revive(db: Database, event_id: str | None) -> int:
    async with db.transaction() as tx:
        return await tx.events.revive(event_id, now=datetime.now(UTC))


def _hexadecimal(event_id: str) -> str | None:
    """The id as the database has it; None for what is none."""
    try:
        return UUID(event_id).hex
    except ValueError:
        return None


def _as_table(rows: list[dict[str, Any]]) -> str:
    """For people: times in UTC, to the second."""
    if not rows:
        return "There are none."
    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), no_wrap=True)
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    told = StringIO()
    Console(file=told, width=WIDEST).print(table)
    return "\n".join(line.rstrip() for line in told.getvalue().splitlines())


def _cell(value: Any) -> Text:
    if value is None:
        return Text("")
    return Text(f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value).partition("\n")[0])
