"""Collections from files and into files: `studiograph items`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path  # noqa: TC003  (typer reads the annotations)
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from rules.item_import import Outcome
from terminal import AsJson, answer, fail, read_settings, screen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from db.database import Database, Transaction
    from db.item_import import ItemImport
    from rules.item_files import FileRow
    from rules.item_import import RowError

AT_ONCE = 1_000
PAUSE_SECONDS = 0.15
"""Between two batches others may write: SQLite wakes nobody who waits, and they look again every tenth of a second."""
Category = Annotated[str, typer.Option(help="The slug of the category.")]

items = typer.Typer(no_args_is_help=True, help="Bring collections in from files, and write them to files.")


@items.command("import")
def import_items(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8, as `items export` writes it.")
    ],
    category: Category,
    owner: Annotated[str, typer.Option(help="The name of who owns the items.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would happen, and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Enter and change items from a file of any length; 1 is returned where any row is wrong.

    First every row is checked: where one is wrong nothing is written. Then they are written, 1,000 at once. Where that
    is cut off, run it again: rows with an id or an external name are found again, others would be entered twice.
    """
    outcome = asyncio.run(_import(file, category, owner, dry_run=dry_run))
    if outcome.errors and not as_json:
        fail("\n".join([*map(_line, outcome.errors), "Nothing was written."]))
    counts = Outcome().counts if outcome.errors else outcome.counts
    told = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    data = {**counts, "dryRun": dry_run, "rowErrors": [error.as_json() for error in outcome.errors]}
    answer(data, f"{'A dry run: ' if dry_run else ''}{told}.", as_json=as_json)
    raise typer.Exit(1 if outcome.errors else 0)


@items.command("export")
def export_items(
    category: Category,
    owner: Annotated[str, typer.Option(help="Only what belongs to whoever has this name.")] = "",
    output: Annotated[Path | None, typer.Option(help="The file to write; standard output when left out.")] = None,
) -> None:
    """Write the items of a category and of all below it as CSV, which `items import` reads."""
    asyncio.run(_export(category, owner, output))


async def _import(file: Path, category: str, owner: str, *, dry_run: bool) -> Outcome:
    from db.database import open_database  # noqa: PLC0415  (each command loads only what it needs)
    from db.item_export import require_columns  # noqa: PLC0415
    from db.item_import import ItemImport  # noqa: PLC0415
    from db.item_lookup import Target  # noqa: PLC0415
    from rules.refusals import Refusal  # noqa: PLC0415

    async with open_database(read_settings().database_url, 1) as db:
        try:
            target = Target(await _category(db, category), await _user(db, owner), by_operator=True)
            columns, number = await asyncio.to_thread(_surveyed, file)
            await require_columns(db.read(), target.category_id, target.owner_id, columns)
            with Progress(console=screen) as bar:
                check = partial(ItemImport(target, now=datetime.now(UTC)).check, db.read())
                outcome = await _pass(file, check, _shown(bar, "checked", number))
                if not (dry_run or outcome.errors):
                    write = partial(_write, db, ItemImport(target, now=datetime.now(UTC)))
                    outcome = await _pass(file, write, _shown(bar, "written", number))
        except Refusal as refusal:
            fail(str(refusal))
    return outcome


async def _category(db: Database, slug: str) -> str:
    found = await db.read().categories.by_slug(frozenset(), slug)
    if found is None:
        fail(f"There is no category with the slug {slug}.")
    return str(found.id)


async def _user(db: Database, name: str) -> str:
    found = await db.read().users.to_log_in(name)
    if found is None:
        fail(f"There is nobody with the name {name}.")
    return str(found.id)


def _surveyed(file: Path) -> tuple[tuple[str, ...], int]:
    """The columns of a file, and the number of its rows; a Refusal where it is no such file."""
    from rules.item_files import opened, read  # noqa: PLC0415  (as above)

    with opened(file) as lines:
        columns, rows = read(lines)
        return columns, sum(1 for _ in rows)


async def _pass(
    file: Path, take: Callable[[list[FileRow]], Awaitable[Outcome]], show: Callable[[int], None]
) -> Outcome:
    """What becomes of all rows, batch by batch."""
    from db.item_import import batches  # noqa: PLC0415  (as above)
    from rules.item_files import opened, read  # noqa: PLC0415

    outcome = Outcome()
    with opened(file) as lines:
        async for rows in batches(read(lines)[1], AT_ONCE):
            outcome.add(await take(rows))
            show(len(rows))
    return outcome


async def _write(db: Database, importing: ItemImport, rows: list[FileRow]) -> Outcome:
    """Write these rows in a transaction of their own; the first that is refused ends it."""
    outcome = await db.attempt(partial(_written, importing, rows))
    await asyncio.sleep(PAUSE_SECONDS)
    return outcome


async def _written(importing: ItemImport, rows: list[FileRow], tx: Transaction) -> Outcome:
    from rules.refusals import Refusal  # noqa: PLC0415  (as above)

    outcome = await importing.write(tx, rows)
    if outcome.errors:
        first = outcome.errors[0]
        message = "{problem} Somebody wrote meanwhile. What stands above row {row} is written; run it again."
        raise Refusal(first.reason.code, message, problem=_line(first), row=rows[0].number)
    return outcome


async def _export(category: str, owner: str, output: Path | None) -> None:
    from db.database import open_database  # noqa: PLC0415  (as above)
    from db.item_export import exported  # noqa: PLC0415

    async with open_database(read_settings().database_url, 1) as db:
        category_id = await _category(db, category)
        owner_id = await _user(db, owner) if owner else None
        with output.open("wb") if output else nullcontext(sys.stdout.buffer) as file:
            async for piece in exported(db.read(), category_id, owner_id):
                file.write(piece.encode())


def _shown(bar: Progress, done: str, number: int) -> Callable[[int], None]:
    task = bar.add_task(done, total=number)
    return lambda more: bar.advance(task, more)


def _line(error: RowError) -> str:
    return f"Row {error.row}: {''.join(f'{column}: ' for column in error.reason.path)}{error.reason}"
