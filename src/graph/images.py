"""Pictures."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from db.database import Transaction
from graph.context import Info
from graph.declaring import argument, attribute, computed, enum_type, input_field, input_type, object_type
from graph.node import FETCH, Node
from graph.pricing import TEXT
from graph.scalars import URL
from graph.selecting import row_fields
from graph.users import User
from rules.access import Permission
from rules.global_ids import row_id
from rules.refusals import not_found


@enum_type(
    DESIGN="On a design of the gallery.",
    ITEM="A photo of an item in somebody's collection.",
    SERVICE="On a service that can be booked.",
    GALLERY="In one of the studio's galleries.",
    AVATAR="A person's picture of themselves.",
    MEAL="A photo of a meal in a log.",
    TEMP="Not decided yet.",
)
class ImagePurpose(Enum):
    """What a picture was uploaded for; it decides the folder that it is kept in."""

    DESIGN = "DESIGN"
    ITEM = "ITEM"
    SERVICE = "SERVICE"
    GALLERY = "GALLERY"
    AVATAR = "AVATAR"
    MEAL = "MEAL"
    TEMP = "TEMP"


@enum_type(
    THUMB="At most 160 pixels on the long edge.",
    SMALL="At most 480 pixels on the long edge.",
    MEDIUM="At most 960 pixels on the long edge.",
    LARGE="At most 1920 pixels on the long edge.",
    ORIGINAL="As it was uploaded.",
)
class ImageVariant(Enum):
    """A size of a picture. Until variants are made, every one of them is the stored file."""

    THUMB = "THUMB"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"
    ORIGINAL = "ORIGINAL"


@enum_type(
    WEBP="Small, and understood by every browser of today.",
    JPEG="Understood by everything.",
    AVIF="The smallest, for newer browsers.",
)
class ImageFormat(Enum):
    """A file format of a picture. Until variants are made, the stored file keeps its own."""

    WEBP = "WEBP"
    JPEG = "JPEG"
    AVIF = "AVIF"


@enum_type(
    PROCESSING="Its variants are being made; the nearest one is served meanwhile.",
    READY="All of its variants can be had.",
)
class ImageStatus(Enum):
    """How far a picture is."""

    PROCESSING = "PROCESSING"
    READY = "READY"


Variant = Annotated[ImageVariant, argument("The size that is wanted.")]
Format = Annotated[ImageFormat, argument("The file format that is wanted.", name="format")]


@object_type(Permission.ANYONE)
class Image(Node):
    """A picture whose bytes the server has read."""

    key: str = attribute("Where the picture is kept; unique, chosen by the server.")
    width: int = attribute("Width of the original in pixels.")
    height: int = attribute("Height of the original in pixels.")
    content_type: str = attribute("Media type of the original, found by its content.")
    byte_size: int = attribute("Size of the original in bytes.")
    sha256: str = attribute("SHA-256 of the original, in hexadecimal digits.")
    alt_text: str | None = attribute("What the picture shows, for those who cannot see it.", weight=TEXT)
    blurhash: str | None = attribute("A few characters from which a blurred preview can be drawn at once.")
    focal_x: float = attribute("Where what matters is, from the left edge (0) to the right (1).")
    focal_y: float = attribute("Where what matters is, from the top edge (0) to the bottom (1).")
    purpose: ImagePurpose = attribute("What the picture was uploaded for.")
    status: ImageStatus = attribute("Whether all of its variants have been made.")
    created_at: datetime = attribute("When it was uploaded.")
    updated_at: datetime = attribute("When its description was last changed.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")
    uploaded_by: User | None = attribute("Who uploaded it; null for pictures that the system made.", joined=True)

    @computed("key")
    def url(
        self,
        info: Info,
        variant: Variant = ImageVariant.LARGE,  # noqa: ARG002  (every variant is the stored file for now)
        image_format: Format = ImageFormat.WEBP,  # noqa: ARG002  (likewise)
    ) -> URL:
        """Where the picture can be loaded from."""
        return URL(info.context.parts.storage.url(self.key))

    @computed("key", "width", weight=TEXT)
    def srcset(
        self,
        info: Info,
        image_format: Format = ImageFormat.WEBP,  # noqa: ARG002  (the stored file keeps its own)
    ) -> str:
        """The picture's sizes in the form of HTML's `srcset` attribute."""
        return f"{info.context.parts.storage.url(self.key)} {self.width}w"


@input_type(one_of=True)
class ImageBy:
    """Names one picture."""

    id: strawberry.ID | None = input_field("By its id.")
    key: str | None = input_field("By the key that it is kept under.")


async def image(info: Info, by: Annotated[ImageBy, argument("Which one.")]) -> Image | None:
    """One picture; null when there is none, or none that the viewer may see."""
    read, fields = info.context.read().images, row_fields(info)
    found: Image | None
    if by.key:
        found = await read.by_key(fields, by.key)
    else:
        wanted = row_id("Image", by.id or "")
        found = (await read.by_ids(fields, [wanted])).get(wanted) if wanted else None
    return found


async def require_readable(tx: Transaction, wanted: str, *path: str) -> str:
    """The row id of an image that the transaction's scope may read; a NOT_FOUND refusal otherwise.

    It stays until the transaction ends.
    """
    found = row_id("Image", wanted)
    if found is None or not await tx.images.purposes([found]):
        raise not_found(*path)
    return found


FETCH["Image"] = lambda context, fields, ids: context.read().images.by_ids(fields, ids)
