"""Uploads past the server: a client brings the file to the storage itself, then has it looked at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import aiofiles
import strawberry

from db.connection import Row
from db.ids import new_id
from graph.context import Context, Info
from graph.declaring import argument, attribute, input_field, input_type, object_type
from graph.image_writing import ImagePayload, audit_image, stored
from graph.images import ImagePurpose
from graph.inputs import filled
from graph.mutations import Payload, mutation, reference, result
from graph.node import global_id
from graph.owning import own_row
from graph.permissions import require
from graph.scalars import URL
from graph.storing import reaching_storage
from rules.access import Permission
from rules.changes import differences
from rules.checking import checked
from rules.global_ids import row_id
from rules.images import BLANK, announced, announcement_checks, nothing_came, other_bytes, require_room, uploader
from rules.refusals import not_found, refuse
from storage.images import MAX_BYTES, clean
from storage.storage import CONTENT_TYPES, Missing, incoming_key
from storage.storage import Upload as StorageUpload
from storage.tickets import OtherBytes, as_announced

LIFETIME = timedelta(minutes=15)
CHECKS = announcement_checks(CONTENT_TYPES.values(), MAX_BYTES)


@input_type()
class CreateUploadInput:
    """A picture that is to come."""

    filename: str = attribute("What it is called where it comes from: at most 255 characters.")
    content_type: str = attribute("Its media type, such as image/jpeg.")
    byte_size: int = attribute("Its size in bytes, at most 10 MB.")
    sha256: str = attribute("The SHA-256 of its bytes, in hexadecimal digits.")
    purpose: ImagePurpose = attribute("What it is for: AVATAR, ITEM or MEAL; for the rest one is staff.")
    alt_text: str | None = input_field("What it shows, for those who cannot see it: at most 500 characters.")


@object_type(Permission.MEMBER)
class UploadHeader:
    """A header to send with the bytes."""

    name: str = attribute("Its name.")
    value: str = attribute("Its value, as it has to be sent.")


@object_type(Permission.MEMBER)
class UploadTicket:
    """The request that brings the bytes: any other method, address, header or content is refused."""

    method: str = attribute("The HTTP method.")
    url: URL = attribute("The address, signed.")
    headers: list[UploadHeader] = attribute("The headers that were signed.")
    expires_at: datetime = attribute("Until when the bytes may come.")
    upload_id: strawberry.ID = attribute("What completeUpload is to be given once they are there.")


@object_type(Permission.ANYONE)
class CreateUploadPayload(Payload):
    """How the bytes are to be sent."""

    upload: UploadTicket | None = result("The request to make; null where it was refused.")


@mutation(Permission.MEMBER)
async def create_upload(
    info: Info,
    input: Annotated[CreateUploadInput, argument("The picture.")],  # noqa: A002  (the contract's name)
) -> CreateUploadPayload:
    """Ask for a signed request by which a picture goes straight to the store; at most 20 may be under way at once."""
    context, now = info.context, info.context.now
    require(context.viewer, uploader(input.purpose.value))
    values, reasons = checked(filled(input), CHECKS)
    refuse(reasons)
    del values["filename"]
    row = {"alt_text": None, **values, "id": new_id(), "created_at": now, "updated_at": now}
    row |= {"user_id": context.user_id, "expires_at": now + LIFETIME}
    ticket = await _ticket(context, row)
    async with context.transaction() as tx:
        require_room(await tx.uploads.count_open(context.user_id, now))
        await tx.uploads.add([row])
    return CreateUploadPayload(upload=ticket)


@mutation(Permission.MEMBER)
async def complete_upload(
    info: Info, upload_id: Annotated[strawberry.ID, argument("The upload whose bytes have been sent.")]
) -> ImagePayload:
    """Have the bytes of an upload looked at, and get the picture; asked for again, the same picture is given."""
    context = info.context
    upload = await _seen(context, row_id("Upload", upload_id))
    image_id = upload.image_id or await _completed(context, upload)
    return ImagePayload(image=reference("Image", image_id))


async def _ticket(context: Context, row: dict[str, Any]) -> UploadTicket:
    with reaching_storage(context):
        ticket = await context.parts.storage.ticket(_announced(row), context.now)
    return UploadTicket(
        method=ticket.method,
        url=URL(ticket.url),
        headers=[UploadHeader(name=name, value=value) for name, value in ticket.headers.items()],
        expires_at=row["expires_at"],
        upload_id=global_id("Upload", row["id"]),
    )


def _announced(row: dict[str, Any]) -> StorageUpload:
    named = {name: row[name] for name in ("content_type", "byte_size", "sha256", "expires_at")}
    return StorageUpload(incoming_key(row["id"]), **named)


async def _seen(context: Context, upload_id: str | None) -> Row:
    """The viewer's own upload, or anybody's for staff."""
    fields = frozenset(CHECKS.keys() - {"filename"} | {"user_id", "expires_at", "image_id"})
    rows = await context.read().uploads.by_ids(fields, [upload_id] if upload_id else [])
    if upload_id not in rows:
        raise not_found("uploadId")
    return rows[upload_id]


async def _completed(context: Context, upload: Row) -> str:
    """The id of the picture that the upload becomes, or has become meanwhile."""
    async with _brought(context, upload) as file:
        if file is None:
            return await _made_meanwhile(context, upload)
        picture = await clean(file, "uploadId")
    row = {
        **BLANK,
        "purpose": upload.purpose,
        "alt_text": upload.alt_text,
        "uploaded_by_id": upload.user_id,
        **await stored(context, picture, upload.purpose),
    }
    return await _bound(context, upload.id, row)


async def _made_meanwhile(context: Context, upload: Row) -> str:
    """There are no bytes: either nothing came, or somebody else has completed the upload since we looked."""
    again = await _seen(context, upload.id)
    if again.image_id is None:
        raise nothing_came(upload.expires_at, context.now)
    return str(again.image_id)


@asynccontextmanager
async def _brought(context: Context, upload: Row) -> AsyncIterator[Path | None]:
    """A file with the bytes that came, which are those that were announced; None when nothing came."""
    announced = _announced(upload._asdict())
    with TemporaryDirectory(prefix="studiograph-") as folder:
        path, is_there = Path(folder, "picture"), True
        try:
            with reaching_storage(context):
                async with aiofiles.open(path, "wb") as file:
                    async for chunk in as_announced(announced, context.parts.storage.read(announced.key)):
                        await file.write(chunk)
        except OtherBytes:
            raise other_bytes() from None
        except Missing:
            is_there = False
        yield path if is_there else None


async def _bound(context: Context, upload_id: str, row: dict[str, Any]) -> str:
    """Make the picture, unless another request was faster: then ours goes, and theirs is the one."""
    async with context.transaction() as tx:
        upload = await tx.uploads.locked(upload_id)
        if upload is None:
            raise not_found("uploadId")
        if upload.image_id:
            await tx.events.discard_file(row["key"], now=context.now)
            return str(upload.image_id)
        await own_row(context, tx)
        await tx.images.add([row])
        await audit_image(context, tx, "image.uploaded", row["id"], differences({}, announced(row)))
        await tx.uploads.change(upload_id, image_id=row["id"], now=context.now)
        await tx.events.discard_file(incoming_key(upload_id), now=context.now)
    return str(row["id"])
