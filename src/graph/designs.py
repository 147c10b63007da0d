"""The gallery."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from db.connection import Row
from db.sources import Fields
from graph.context import Context, Info
from graph.declaring import argument, attribute, computed, input_field, input_type, object_type
from graph.design_lists import DesignListing, DesignOrder, DesignWhere, design_listing
from graph.images import Format, Image, ImageFormat, ImageVariant, Variant
from graph.node import FETCH, Node, by_id_or_slug
from graph.pricing import LONG_TEXT
from graph.publication import PublicationStatus
from graph.scalars import URL
from graph.selecting import row_fields
from graph.users import User
from rules.access import Permission

if TYPE_CHECKING:
    from graph.categories import Category


@object_type(Permission.ANYONE)
class Design(Node):
    """A garment design in the gallery."""

    slug: str = attribute("The name in URLs; unique.")
    title: str = attribute("The title that visitors read.")
    description: str | None = attribute("What is special about it.", weight=LONG_TEXT)
    category: Annotated["Category", strawberry.lazy("graph.categories")] = attribute(
        "The branch of the catalogue that it is in.", joined=True
    )
    cover_image: Image | None = attribute("Its first picture.", joined=True)
    style: str | None = attribute("The manner, such as classic or boho.")
    colour: str | None = attribute("The main colour.")
    fabric: str | None = attribute("What it is made of.")
    occasion: str | None = attribute("What it is worn for.")
    season: str | None = attribute("When it is worn.")
    designer_name: str | None = attribute("Who designed it.")
    collection_name: str | None = attribute("The collection that it belongs to.")
    featured: bool = attribute("Whether the studio shows it first.")
    status: PublicationStatus = attribute("Whether the public sees it.")
    view_count: int = attribute("How often it was looked at.")
    like_count: int = attribute("How many members keep it among their favourites.")
    created_by: User | None = attribute("Who entered it.", joined=True)
    published_at: datetime | None = attribute("When it was first published.")
    deleted_at: datetime | None = attribute("When it was deleted; null for what is not.")
    created_at: datetime = attribute("When it was entered.")
    updated_at: datetime = attribute("When it was last changed.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")

    @computed("id")
    async def images(self, info: Info) -> list[Image]:
        """Its pictures, in their order."""
        found: list[Image] = await info.context.batched(_images, row_fields(info), key=self.id)
        return found

    @computed("cover_image.key")
    def image_url(
        self,
        info: Info,
        variant: Variant = ImageVariant.LARGE,  # noqa: ARG002  (every variant is the stored file for now)
        image_format: Format = ImageFormat.WEBP,  # noqa: ARG002  (likewise)
    ) -> URL | None:
        """Where its first picture can be loaded from; null without pictures."""
        return URL(info.context.parts.storage.url(self.cover_image.key)) if self.cover_image else None

    @computed("id")
    async def viewer_has_favorited(self, info: Info) -> bool:
        """Whether the viewer keeps it among their favourites; false for the anonymous."""
        return await _kept_since(info.context, str(self.id)) is not None

    @computed("id")
    async def viewer_favorited_at(self, info: Info) -> datetime | None:
        """Since when the viewer keeps it among their favourites; null where they do not."""
        return await _kept_since(info.context, str(self.id))


@input_type(one_of=True)
class DesignBy:
    """Names one design."""

    id: strawberry.ID | None = input_field("By its id.")
    slug: str | None = input_field("By its slug.")


async def designs(
    info: Info,
    where: Annotated[DesignWhere | None, argument("Only designs that match.")] = strawberry.UNSET,
    order_by: Annotated[
        list[DesignOrder] | None, argument("In which order; the newest first when left out.")
    ] = strawberry.UNSET,
) -> DesignListing:
    """The designs of the gallery, as far as the viewer may see them."""
    return design_listing(info, where, order_by)


async def design(info: Info, by: Annotated[DesignBy, argument("Which one.")]) -> Design | None:
    """One design; null when there is none, or none that the viewer may see."""
    found: Design | None = await by_id_or_slug(info, "Design", info.context.read().designs, by)
    return found


async def _kept_since(context: Context, design_id: str) -> datetime | None:
    if context.viewer is None:
        return None
    since: datetime | None = await context.batched(_all_kept_since, key=design_id)
    return since


async def _all_kept_since(context: Context, ids: list[str]) -> Mapping[str, datetime | None]:
    return await context.read().favorites.kept_since(context.user_id, ids)


async def _images(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().images.of_designs(fields, ids)


FETCH["Design"] = lambda context, fields, ids: context.read().designs.by_ids(fields, ids)
