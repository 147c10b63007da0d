"""Pictures on things: which may hang there, and hanging them."""

from collections.abc import Sequence
from datetime import datetime

from db.database import Transaction
from db.ids import new_id
from db.repositories.images import Wall
from rules.global_ids import row_id
from rules.images import picture_problems
from rules.refusals import Refusal

FIELDS = {Wall.DESIGN: "imageIds", Wall.SERVICE: "imageIds", Wall.ITEM: "photoIds"}
"""What inputs call the pictures of a thing."""


async def pictures_for(tx: Transaction, given: Sequence[str], wall: Wall) -> tuple[list[str | None], list[Refusal]]:
    """The row ids of these pictures, and why some may not hang there; they stay until the transaction ends."""
    ids = [row_id("Image", one) for one in given]
    purposes = await tx.images.purposes([one for one in ids if one])
    return ids, picture_problems(ids, purposes, wall.name, FIELDS[wall])


async def hang_anew(tx: Transaction, thing: str, images: Sequence[str], wall: Wall, *, now: datetime) -> None:
    """Let these pictures hang on something, in the place of those that do."""
    await tx.images.unhang(thing, wall)
    of_all = {"created_at": now, "updated_at": now, wall.thing_id.name: thing}
    rows = [{**of_all, "id": new_id(), "image_id": image, "position": place} for place, image in enumerate(images)]
    await tx.images.hang(rows, wall)
