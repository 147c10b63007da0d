"""Designs that members keep."""

from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.database import Transaction
from db.design_facets import counted
from db.facets import Count
from db.filters import Test
from db.paging import Page, Window
from db.repositories.designs import DesignList
from db.sources import Fields
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import argument
from graph.design_inputs import DesignPayload
from graph.mutations import mutation, reference
from graph.owning import own_row
from rules.access import Permission
from rules.designs import is_public
from rules.global_ids import row_id
from rules.refusals import not_found

DesignId = Annotated[strawberry.ID, argument("Which design.")]


@dataclass(frozen=True)
class FavoriteListing:
    """The designs that somebody keeps as a list that can be paged, the last kept first."""

    user_id: str

    @property
    def identity(self) -> bytes:
        """Whose they are."""
        return identity("favorites", self.user_id)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        return await context.read().favorites.page(fields, self.user_id, window)

    async def total(self, context: Context) -> int:
        """How many there are."""
        return await context.read().favorites.total(self.user_id)

    async def counts(self, context: Context, field: str) -> list[Count]:
        """How often each value of a field occurs among them; the public's eyes see them, as in the list itself."""
        kept = DesignList(Test("kept_by", "eq", self.user_id))
        return await counted(context.parts.db.read().designs, kept, field)

    def values(self, row: Row) -> tuple[Any, ...]:
        """When it was kept, and the id of the keeping."""
        return row.kept_at, row.favorite_id

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        """The same from a cursor."""
        kept_at, favorite_id = values
        return instant(kept_at), favorite_id


@mutation(Permission.MEMBER)
async def add_favorite(info: Info, design_id: DesignId) -> DesignPayload:
    """Keep a design among the viewer's favourites; once more changes nothing."""
    context = info.context
    async with context.transaction() as tx:
        await own_row(context, tx)
        design = await _locked(tx, design_id)
        if await tx.favorites.keep(context.user_id, design.id, now=context.now):
            await tx.designs.add_interest(design, likes=1)
    return DesignPayload(design=reference("Design", design.id))


@mutation(Permission.MEMBER)
async def remove_favorite(info: Info, design_id: DesignId) -> DesignPayload:
    """Keep a design no longer among the viewer's favourites; where it is not, nothing changes."""
    context = info.context
    async with context.transaction() as tx:
        await own_row(context, tx)
        design = await _locked(tx, design_id)
        if await tx.favorites.let_go(context.user_id, design.id):
            await tx.designs.add_interest(design, likes=-1)
    return DesignPayload(design=reference("Design", design.id))


async def _locked(tx: Transaction, given: str) -> Row:
    """The design's row: its likes are counted one after the other. Only what everybody sees can be kept."""
    design = await tx.designs.locked(row_id("Design", given))
    if design is None or not is_public(design):
        raise not_found("designId")
    return design
