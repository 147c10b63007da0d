"""Uploading, describing and deleting pictures."""

from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from graph.context import Context, Info
from graph.declaring import argument, input_field, input_type, object_type
from graph.images import Image, ImageBy, ImagePurpose
from graph.inputs import entered, expected_version
from graph.mutations import DeletedPayload, Payload, mutation, reference, result
from graph.node import global_id
from graph.owning import own_row
from graph.permissions import require
from graph.scalars import Upload
from graph.storing import reaching_storage
from rules.access import Permission, may, sees_private
from rules.changes import differences
from rules.checking import checked
from rules.global_ids import row_id
from rules.images import BLANK, CHECKS, announced, require_unused, tidy_alt_text, told, uploader
from rules.refusals import not_found, refuse, require_version
from storage.images import CleanImage, clean
from storage.storage import image_key


@input_type()
class UpdateImageInput:
    """What is to change; what is left out stays as it is, null clears."""

    alt_text: str | None = input_field("What the picture shows, for those who cannot see it: at most 500 characters.")
    focal_x: float | None = input_field("Where what matters is, from the left edge (0) to the right (1).")
    focal_y: float | None = input_field("Where what matters is, from the top edge (0) to the bottom (1).")
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class ImagePayload(Payload):
    """The picture, as it is now."""

    image: Image | None = result("The picture; null where it was refused.")


@mutation(Permission.MEMBER)
async def upload_image(
    info: Info,
    file: Annotated[Upload, argument("The picture: a JPEG, PNG, WebP, AVIF or GIF of at most 10 MB.")],
    purpose: Annotated[ImagePurpose, argument("What it is for: AVATAR, ITEM or MEAL; for the rest one is staff.")],
    alt_text: Annotated[str | None, argument("What it shows, for those who cannot see it.")] = strawberry.UNSET,
) -> ImagePayload:
    """Upload a picture with the request itself. It is written anew: nothing but its pixels is kept."""
    context = info.context
    require(context.viewer, uploader(purpose.value))
    row = {
        **BLANK,
        "purpose": purpose.value,
        "alt_text": tidy_alt_text(alt_text or None, ("altText",)),
        "uploaded_by_id": context.user_id,
        **await stored(context, await clean(file.path, "file"), purpose.value),
    }
    async with context.transaction() as tx:
        await own_row(context, tx)
        await tx.images.add([row])
        await audit_image(context, tx, "image.uploaded", row["id"], differences({}, announced(row)))
    return ImagePayload(image=reference("Image", row["id"]))


@mutation(Permission.MEMBER)
async def update_image(
    info: Info,
    id: Annotated[strawberry.ID, argument("Which picture.")],  # noqa: A002  (the contract's name)
    input: Annotated[UpdateImageInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> ImagePayload:
    """Change what is told of a picture; for who uploaded it, and for staff."""
    context = info.context
    values, reasons = checked(entered(input), CHECKS)
    refuse(reasons)
    async with context.transaction() as tx:
        image = await _locked(context, tx, row_id("Image", id), "id")
        require_version(expected_version(input), image.version)
        changed = {name: value for name, value in values.items() if value != getattr(image, name)}
        if changed:
            await tx.images.change(image.id, now=context.now, **changed)
            changes = differences(told(image._asdict()), told(changed))
            await audit_image(context, tx, "image.updated", image.id, changes)
    return ImagePayload(image=reference("Image", image.id))


@mutation(Permission.MEMBER)
async def delete_image(info: Info, by: Annotated[ImageBy, argument("Which picture.")]) -> DeletedPayload:
    """Delete a picture that nothing shows; for who uploaded it, and for staff."""
    context = info.context
    path = ("by", "key" if by.key else "id")
    async with context.transaction() as tx:
        named = await tx.images.by_key(frozenset(), by.key) if by.key else None
        image = await _locked(context, tx, named.id if named else row_id("Image", by.id or ""), *path)
        require_unused(await tx.images.uses(image.id), *path)
        await tx.uploads.forget_image(image.id)
        await tx.images.remove(image.id)
        await tx.events.discard_file(image.key, now=context.now)
        await audit_image(context, tx, "image.deleted", image.id, [])
    return DeletedPayload(deleted_id=global_id("Image", image.id))


async def stored(context: Context, picture: CleanImage, purpose: str) -> dict[str, Any]:
    """Put a picture into the storage; what its row says of the file.

    The file comes first: one without a row is found by `studiograph gc`, a row without a file would be a loss.
    """
    image_id = new_id()
    key = image_key(purpose, picture.extension, now=context.now, unique=image_id)
    with reaching_storage(context):
        await context.parts.storage.put(key, picture.data)
    return {
        "id": image_id,
        "created_at": context.now,
        "updated_at": context.now,
        "key": key,
        "byte_size": len(picture.data),
        **{name: getattr(picture, name) for name in ("width", "height", "content_type", "sha256", "blurhash")},
    }


async def _locked(context: Context, tx: Transaction, image_id: str | None, *path: str) -> Row:
    """The whole row, which nobody begins to show until the transaction ends; NOT_FOUND unless the viewer may edit."""
    image = await tx.images.locked(image_id)
    if image is None or not sees_private(context.viewer, image.uploaded_by_id):
        raise not_found(*path)
    return image


async def audit_image(context: Context, tx: Transaction, action: str, image_id: str, changes: list[Any]) -> None:
    """Record what staff does with a picture, their own too."""
    if may(context.viewer, Permission.STAFF):
        await tx.audit.record(action, image_id, changes, now=context.now, by=context.actor)
