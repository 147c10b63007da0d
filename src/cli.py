"""The command line, `studiograph`."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import structlog
import typer
from rich.progress import Progress

from backlog import events
from item_files import items
from terminal import AsJson, answer, fail, read_settings, say, screen, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from rubbish import Rubbish
    from settings import Settings

cli = typer.Typer(
    name="studiograph",
    help="The GraphQL backend for studios.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(events, name="events")
cli.add_typer(items, name="items")
log = structlog.get_logger("studiograph.cli")
NEEDED_EMPTY = {"designs": "designs", "bookings": "services", "items": "items"}
"""Of what a database may have nothing before it is loaded with so many of these."""
EMPTY = (
    "To get one, choose an empty folder: STUDIOGRAPH_DATA_DIR=/some/empty/folder studiograph migrate up, "
    "then the same before studiograph seed (or another STUDIOGRAPH_DATABASE_URL)."
)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for any free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes answer requests.")] = 1,
    *,
    empty: Annotated[bool, typer.Option("--empty", help="In development: without the demo studio.")] = False,
) -> None:
    """Answer requests until stopped. In development it also migrates and, on an empty place, draws a demo studio."""
    from serve import listen, prepare, serve_until_stopped  # noqa: PLC0415  (each command loads only what it needs)

    settings = read_settings()
    if problem := asyncio.run(prepare(settings, with_demo=not empty, tell=say)):
        fail(problem)
    try:
        listening = listen(host, port)
    except OSError as error:
        fail(f"Cannot listen on {host}, port {port} ({error.strerror}): choose others with --host and --port.")
    raise typer.Exit(serve_until_stopped(settings, listening, workers))


@cli.command()
def migrate(
    direction: Annotated[Literal["up", "down", "status"], typer.Argument(help="Where to, or where it stands.")],
    revision: Annotated[str, typer.Option(help="Stop there: `base` is before everything.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Bring the database to another version of the schema, or tell which one it has."""
    from db import migrations  # noqa: PLC0415  (as above)

    settings = read_settings()
    url = settings.database_url
    if direction == "up":
        migrations.upgrade(url, revision or "head")
        if not (revision or settings.in_development):
            asyncio.run(_found_studio(url))
    elif direction == "down" and not revision:
        fail("Say where to: `studiograph migrate down --revision base` undoes everything.")
    elif direction == "down":
        migrations.downgrade(url, revision)
    status = {"current": asyncio.run(_current_revision(url)), "head": migrations.head()}
    answer(status, f"The database is at {status['current']}; this version needs {status['head']}.", as_json=as_json)


@cli.command()
def create_admin(
    username: Annotated[str, typer.Option(help="The name to log in with.")],
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input; asked for otherwise.")
    ] = False,
) -> None:
    """Make an admin, who is approved at once. The password never stands on the command line."""
    settings = read_settings()
    if asyncio.run(_current_revision(settings.database_url)) is None:
        fail("The database has no tables yet. Run: studiograph migrate up")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked_password()
    if problem := asyncio.run(_create_admin(settings, username, password)):
        fail(problem)
    answer({"username": username}, f"{username} is an admin now.", as_json=False)


@cli.command()
def seed(
    designs: Annotated[int, typer.Option(min=0, help="Load the benchmark set with this many designs.")] = 0,
    bookings: Annotated[
        int, typer.Option(min=0, max=20_000, help="Load the benchmark set's rooms with this many bookings.")
    ] = 0,
    items: Annotated[int, typer.Option(min=0, help="Load the benchmark set's wardrobe with this many items.")] = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Fill the database, which must have been migrated: with the benchmark set, or, where nothing is said, the demo.

    The benchmark set goes into a database that has none of what it loads.
    """
    settings, numbers = read_settings(), {"designs": designs, "bookings": bookings, "items": items}
    if not (any(numbers.values()) or settings.in_development):
        fail("The demo studio is for development; this is production.")
    if asyncio.run(_current_revision(settings.database_url)) is None:
        fail("The database has no tables yet. Run: studiograph migrate up")
    if there := asyncio.run(_there(settings, [NEEDED_EMPTY[name] for name, number in numbers.items() if number])):
        told = ", ".join(f"{number:,} {name}" for name, number in there.items())
        fail(f"The database has {told} already, and the benchmark set goes into an empty one. {EMPTY}")
    began = time.perf_counter()
    with Progress(console=screen) as bar:
        asyncio.run(_fill(settings, numbers, bar))
    seconds = round(time.perf_counter() - began, 1)
    answer({**numbers, "seconds": seconds}, f"Done in {seconds} s.", as_json=as_json)


@cli.command()
def work() -> None:
    """Deliver events until stopped. `serve` has a worker of its own; this is for a host that only works."""
    from serve import deliver_events  # noqa: PLC0415  (as above)

    deliver_events(read_settings())


@cli.command()
def gc(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and take nothing away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take away what nobody needs: files without a picture, uploads never completed, sessions long ended.

    Pictures whose file is missing are told of, and stay.
    """
    rubbish = asyncio.run(_clear_out(read_settings(), dry_run=dry_run))
    answer(rubbish.as_json(), str(rubbish), as_json=as_json)


@cli.command()
def export_schema(
    to: Annotated[Path | None, typer.Option(help="The file to write; standard output when left out.")] = None,
) -> None:
    """Write the schema in GraphQL's own language, to generate clients from."""
    from graphql import print_schema  # noqa: PLC0415  (as above)

    from graph.schema import build_schema  # noqa: PLC0415

    text = f"{print_schema(build_schema())}\n"
    if to:
        to.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


@cli.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Look at settings, database, migrations, storage and clock; say what is wrong and what to do."""
    from doctor import examine  # noqa: PLC0415  (as above)

    findings = asyncio.run(examine())
    lines = "\n".join(f"{'ok  ' if finding.well else 'FAIL'} {finding.subject}: {finding.text}" for finding in findings)
    answer([finding.as_json() for finding in findings], lines, as_json=as_json)
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


def main() -> None:
    """Run a command; a fault is told in two lines, and the whole of it only to the log."""
    try:
        cli(prog_name="studiograph")
    except Exception as error:
        log.debug("the command failed", exc_info=True)
        tell(f"{type(error).__name__}: {error}\n`studiograph doctor` looks for the cause.")
        sys.exit(1)


async def _found_studio(url: str) -> None:
    """In production nothing else makes the studio's row; in development `serve` does, with or without the demo."""
    from app import utc_now  # noqa: PLC0415  (as above)
    from db.database import open_database  # noqa: PLC0415

    async with open_database(url, 1) as db, db.transaction() as tx:
        await tx.studios.found(utc_now())


async def _current_revision(url: str) -> str | None:
    from db import migrations  # noqa: PLC0415  (as above)
    from db.database import open_database  # noqa: PLC0415

    async with open_database(url, 1) as db:
        return await migrations.current(db)


def _asked_password() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


async def _create_admin(settings: Settings, username: str, password: str) -> str | None:
    """What is wrong with the name or the password, or None."""
    from admins import create_admin  # noqa: PLC0415  (as above)
    from app import utc_now  # noqa: PLC0415
    from db.database import open_database  # noqa: PLC0415
    from rules.refusals import Refusal, Refusals  # noqa: PLC0415

    async with open_database(settings.database_url, 1) as db:
        try:
            await create_admin(db, username, password, now=utc_now())
        except (Refusal, Refusals) as refusal:
            return str(refusal)
    return None


async def _there(settings: Settings, names: list[str]) -> dict[str, int]:
    """How many things there are of these names, as far as there are any."""
    from db.database import open_database  # noqa: PLC0415  (as above)

    async with open_database(settings.database_url, 1) as db:
        numbers = {name: await getattr(db.read(), name).count() for name in names}
    return {name: number for name, number in numbers.items() if number}


async def _fill(settings: Settings, numbers: dict[str, int], bar: Progress) -> None:
    from app import utc_now  # noqa: PLC0415  (as above)
    from db.database import open_database  # noqa: PLC0415
    from demo.benchmark_bookings import load_benchmark_bookings  # noqa: PLC0415
    from demo.benchmark_items import load_benchmark_items  # noqa: PLC0415
    from demo.benchmark_set import load_benchmark_set  # noqa: PLC0415
    from demo.studio import found_studio, furnish  # noqa: PLC0415
    from storage.opening import open_storage  # noqa: PLC0415

    async with open_database(settings.database_url, settings.database_connections) as db:
        async with db.transaction() as tx:
            await found_studio(tx, utc_now(), with_demo=not any(numbers.values()))
        if designs := numbers["designs"]:
            await load_benchmark_set(db, designs, _told(bar, "designs"))
        if bookings := numbers["bookings"]:
            await load_benchmark_bookings(db, bookings, utc_now(), _told(bar, "bookings"))
        if items := numbers["items"]:
            await load_benchmark_items(db, items, _told(bar, "items"))
        if not any(numbers.values()):
            storage = open_storage(settings.storage_url, settings.public_url)
            await furnish(db, storage, clock=utc_now, progress=_told(bar, "pictures"))
            await storage.close()


def _told(bar: Progress, things: str) -> Callable[[int, int], None]:
    """What is told how many of these things are done shows it in the bar."""
    task = bar.add_task(things, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


async def _clear_out(settings: Settings, *, dry_run: bool) -> Rubbish:
    from app import utc_now  # noqa: PLC0415  (as above)
    from db.database import open_database  # noqa: PLC0415
    from rubbish import clear_out  # noqa: PLC0415
    from storage.opening import open_storage  # noqa: PLC0415

    async with open_database(settings.database_url, 1) as db:
        storage = open_storage(settings.storage_url, settings.public_url)
        try:
            return await clear_out(db, storage, settings.data_dir / "uploads", utc_now(), dry_run=dry_run)
        finally:
            await storage.close()


if __name__ == "__main__":
    main()
