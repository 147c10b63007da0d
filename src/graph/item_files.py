"""Items from a file."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import islice
from typing import Annotated

import strawberry

from db.database import Reader, Transaction
from db.item_export import require_columns
from db.item_import import ItemImport, batches
from db.item_lookup import Target
from engine.multipart import UploadedFile
from graph.context import Context, Info
from graph.declaring import argument, attribute, object_type
from graph.mutations import Declined, Payload, message_locales, mutation
from graph.owning import own_row
from graph.scalars import Upload
from graph.user_errors import ErrorCode
from rules.access import Permission, may
from rules.global_ids import row_id
from rules.item_files import FileRow, opened, read
from rules.item_import import Outcome, RowError
from rules.messages import told
from rules.refusals import TOO_LARGE, Refusal, not_found

IMPORT = 1_000
"""What a file costs in points: up to 5,000 items are read and written."""
MOST_BYTES = 20_000_000
MOST_ROWS = 5_000
AT_ONCE = 200
"""So many rows at most are checked or written by the same statements."""
COMMAND = "studiograph items import FILE --category SLUG --owner USERNAME"


@object_type(Permission.ANYONE)
class ImportRowError:
    """What is wrong in a row of a file."""

    row: int = attribute("The row, as a spreadsheet numbers it: the header is 1, and a cell of several lines is one.")
    code: ErrorCode = attribute("What is wrong, for programs.")
    path: list[str] = attribute("The name of the column; empty where it is about the whole row.")
    message: str = attribute("What is wrong, for people, in the viewer's language.")


@object_type(Permission.ANYONE)
class ImportItemsPayload(Payload):
    """What the file has done, or would do; nothing at all where any row is wrong."""

    created: int = strawberry.field(description="How many items are new.", default=0)
    updated: int = strawberry.field(description="How many items have changed.", default=0)
    unchanged: int = strawberry.field(description="How many rows say what is there already.", default=0)
    row_errors: list[ImportRowError] = strawberry.field(
        description="What is wrong: at most 100 errors, by rows, and one more that tells how many are not listed.",
        default_factory=list,
    )


@mutation(Permission.MEMBER, weight=IMPORT)
async def import_items(
    info: Info,
    category_id: Annotated[strawberry.ID, argument("Where new items go, and others are: there or below it.")],
    file: Annotated[
        Upload,
        argument(
            "CSV in UTF-8, of at most 20 MB and 5,000 rows, as /export/items.csv gives it. A row changes the item that "
            "its id names, or its external name among the owner's; without such an item it makes a new one. Columns "
            "that are missing leave things alone, empty cells clear what can be cleared."
        ),
    ],
    dry_run: Annotated[bool, argument("Count what would happen, and write nothing.")] = False,  # noqa: FBT002  (an argument of the field)
) -> ImportItemsPayload:
    """Enter and change items of the viewer's from a file: all of its rows or, where any is wrong, none."""
    context = info.context
    by_staff = may(context.viewer, Permission.STAFF)
    target = Target(row_id("Category", category_id) or "", context.user_id, by_staff=by_staff)
    reader = context.read()
    await _require_file(reader, target, await to_thread(_surveyed, file))
    checked = await _taken(file, partial(_import(target, context).check, reader))
    if dry_run or checked.errors:
        return _payload(checked, context)

    async def work(tx: Transaction) -> ImportItemsPayload:
        await own_row(context, tx)
        written = await _taken(file, partial(_import(target, context).write, tx))
        if written.errors:
            raise Declined([], row_errors=_row_errors(written.errors, context))
        return _payload(written, context)

    return await context.attempt(work)


def _import(target: Target, context: Context) -> ItemImport:
    return ItemImport(target, now=context.now, by=context.actor)


async def _require_file(reader: Reader, target: Target, columns: Sequence[str]) -> None:
    if not await reader.categories.by_ids(frozenset(), [target.category_id]):
        raise not_found("categoryId")
    await require_columns(reader, target.category_id, None if target.by_staff else target.owner_id, columns)


def _surveyed(file: UploadedFile) -> tuple[str, ...]:
    """The columns of a file; a Refusal where it is too large, or no such file at all."""
    if file.byte_size > MOST_BYTES:
        message = "A file may have at most {megabytes} MB here. For more, on the server: {command}"
        raise Refusal(TOO_LARGE, message, "file", max=MOST_BYTES, megabytes=f"{MOST_BYTES / 1e6:g}", command=COMMAND)
    with opened(file.path) as lines:
        columns, rows = read(lines)
        if sum(1 for _ in islice(rows, MOST_ROWS + 1)) > MOST_ROWS:
            message = "A file may have at most {max} rows here. For more, on the server: {command}"
            raise Refusal(TOO_LARGE, message, "file", max=MOST_ROWS, command=COMMAND)
    return columns


async def _taken(file: UploadedFile, take: Callable[[list[FileRow]], Awaitable[Outcome]]) -> Outcome:
    """What becomes of all rows, batch by batch."""
    outcome = Outcome()
    with await to_thread(opened, file.path) as lines:
        async for rows in batches(read(lines)[1], AT_ONCE):
            outcome.add(await take(rows))
    return outcome


def _payload(outcome: Outcome, context: Context) -> ImportItemsPayload:
    counts = {} if outcome.errors else outcome.counts
    return ImportItemsPayload(user_errors=[], row_errors=_row_errors(outcome.errors, context), **counts)


def _row_errors(errors: Sequence[RowError], context: Context) -> list[ImportRowError]:
    locales = message_locales(context)
    return [
        ImportRowError(
            row=row,
            code=ErrorCode[reason.code],
            path=list(reason.path),
            message=told(reason.message, reason.values, locales),
        )
        for row, reason in errors
    ]
