"""That designs become public: announced by whoever publishes, told to all who follow."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

import strawberry

from db.database import Transaction
from engine.errors import BadUserInput
from graph.context import Context, Info
from graph.declaring import argument
from graph.designs import Design
from graph.subscriptions import subscription
from rules.access import Permission
from rules.global_ids import row_id

PUBLISHED = "design.published"
"""The event that tells that everybody sees a design from now on; with the categories that it is in, the root first."""


async def announce_published(tx: Transaction, design_id: str, category_id: str, *, now: datetime) -> None:
    """Tell that a design, which not everybody saw before, is public if the transaction commits."""
    await tx.events.announce(PUBLISHED, design_id, now=now, categories=await tx.categories.way_to(category_id))


@subscription(Permission.ANYONE)
async def design_published(
    info: Info,
    category_id: Annotated[
        strawberry.ID | None, argument("Only designs in this category or in a branch below it.")
    ] = strawberry.UNSET,
) -> AsyncIterator[Design]:
    """A design that everybody sees from now on: it was published, or a published one was restored."""
    tail = info.context.parts.tail
    if category_id is None or category_id is strawberry.UNSET:
        return await tail.follow(PUBLISHED)
    category = await _existing(info.context, category_id)
    return await tail.follow(PUBLISHED, lambda event: category in event.payload["categories"])


async def _existing(context: Context, given: str) -> str:
    """The row's id of a category; BadUserInput where there is none."""
    category = row_id("Category", given)
    if category is None or not await context.read().categories.by_ids(frozenset(), [category]):
        raise BadUserInput("There is no such category: leave categoryId out, or give the id of one that is there.")
    return category
