"""Things in somebody's collection."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from db.connection import Row
from db.sources import Fields
from graph.context import Context, Info
from graph.declaring import argument, attribute, computed, enum_type, object_type
from graph.images import Image
from graph.item_values import OF_ITEM, SpecificationValue, values_of
from graph.money import Money, money
from graph.node import FETCH, Node
from graph.pricing import LONG_TEXT
from graph.scalars import URL
from graph.selecting import row_fields
from graph.users import User
from rules.access import Permission, sees_private
from rules.global_ids import row_id

if TYPE_CHECKING:
    from graph.categories import Category


@enum_type(
    PRIVATE="Its owner, and staff.",
    MEMBERS="Everybody who is signed in.",
    PUBLIC="Everybody.",
)
class Visibility(Enum):
    """Who sees something."""

    PRIVATE = "PRIVATE"
    MEMBERS = "MEMBERS"
    PUBLIC = "PUBLIC"


@enum_type(
    NEW="As it left the maker.",
    EXCELLENT="Used, and hardly to be told from new.",
    GOOD="With few traces of use.",
    FAIR="With many traces of use; all of it works.",
    POOR="Damaged, or not whole.",
)
class ItemCondition(Enum):
    """How well something is kept."""

    NEW = "NEW"
    EXCELLENT = "EXCELLENT"
    GOOD = "GOOD"
    FAIR = "FAIR"
    POOR = "POOR"


@object_type(Permission.ANYONE)
class ItemUrl(Node):
    """A link that belongs to an item."""

    url: URL = attribute("Where it leads.")
    label: str | None = attribute("What it is called.")


@object_type(Permission.ANYONE)
class Item(Node):
    """A thing in somebody's collection."""

    name: str = attribute("What it is called.")
    description: str | None = attribute("What is special about it.", weight=LONG_TEXT)
    owner: User = attribute("Whose it is.", joined=True)
    category: Annotated["Category", strawberry.lazy("graph.categories")] = attribute(
        "The branch of the catalogue that it is in; it decides what is worth knowing about it.", joined=True
    )
    condition: ItemCondition | None = attribute("How well it is kept.")
    quantity: int = attribute("How many there are of it.")
    visibility: Visibility = attribute("Who sees it.")
    acquired_on: date | None = attribute("Since when its owner has it.")
    deleted_at: datetime | None = attribute("When it was deleted; null for what is not.")
    created_at: datetime = attribute("When it was entered.")
    updated_at: datetime = attribute("When it was last changed.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")

    @computed("owner_id")
    def viewer_can_edit(self, info: Info) -> bool:
        """Whether the viewer may change it: its owner and staff may."""
        return sees_private(info.context.viewer, self.owner_id)  # type: ignore[attr-defined]  # a column of the row

    @computed("price_amount", "price_currency")
    def price(self) -> Money | None:
        """What it is worth, or was bought for; null where nothing is said."""
        return money(self.price_amount, self.price_currency)  # type: ignore[attr-defined]  # columns of the row

    @computed(*OF_ITEM)
    async def specifications(self, info: Info) -> list[SpecificationValue]:
        """What it says under the specifications of its category, in their order, then what is left from before."""
        found: list[SpecificationValue] = await values_of(info.context, row_fields(info), self)
        return found

    @computed(*OF_ITEM)
    async def specification(
        self, info: Info, key: Annotated[str, argument("The specification's key.")]
    ) -> SpecificationValue | None:
        """What it says under one specification; null where it says nothing."""
        return next(iter(await values_of(info.context, row_fields(info), self, key)), None)

    @computed("id")
    async def urls(self, info: Info) -> list[ItemUrl]:
        """Links that belong to it, in their order."""
        found: list[ItemUrl] = await info.context.batched(_urls, row_fields(info), key=self.id)
        return found

    @computed("id")
    async def photos(self, info: Info) -> list[Image]:
        """Its pictures, in their order."""
        found: list[Image] = await info.context.batched(_photos, row_fields(info), key=self.id)
        return found


async def item(info: Info, id: Annotated[strawberry.ID, argument("Which one.")]) -> Item | None:  # noqa: A002  (the contract's name)
    """One item; null when there is none, or none that the viewer may see."""
    wanted = row_id("Item", id)
    found: Item | None = None
    if wanted:
        found = (await info.context.read().items.by_ids(row_fields(info), [wanted])).get(wanted)
    return found


async def _urls(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().items.urls_of(fields, ids)


async def _photos(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().images.of_items(fields, ids)


FETCH["Item"] = lambda context, fields, ids: context.read().items.by_ids(fields, ids)
FETCH["ItemUrl"] = lambda context, fields, ids: context.read().items.urls.by_ids(fields, ids)
