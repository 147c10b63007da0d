"""Lists of pictures, for staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.filters import Filter, Test
from db.paging import Page, Window
from db.sources import Fields
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import argument, input_field, input_type
from graph.filters import conditions
from graph.images import ImagePurpose, ImageStatus


@input_type()
class ImageWhere:
    """Which pictures; all conditions that are given must hold."""

    purpose: list[ImagePurpose] | None = input_field("Uploaded for one of these.")
    status: list[ImageStatus] | None = input_field("As far as one of these.")
    orphaned: bool | None = input_field("true: nothing shows it. false: something does.")


@dataclass(frozen=True)
class _Images:
    where: Filter

    @property
    def identity(self) -> bytes:
        return identity("images", self.where)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        return await context.read().images.page(fields, self.where, window)

    async def total(self, context: Context) -> int:
        return await context.read().images.total(self.where)

    def values(self, row: Row) -> tuple[Any, ...]:
        return row.created_at, row.id

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        created_at, row_id = values
        return instant(created_at), row_id


async def images(
    info: Info,  # noqa: ARG001  (Strawberry's signature for connections)
    where: Annotated[ImageWhere | None, argument("Only pictures that match.")] = strawberry.UNSET,
) -> _Images:
    """All pictures, the newest first; for staff."""
    return _Images(conditions(where, _tests))


def _tests(name: str, value: Any, _where: ImageWhere) -> Iterator[Filter]:
    if name == "orphaned":
        yield Test("shown", "is_null" if value else "not_null")
    else:
        yield Test(name, "in", tuple(one.value for one in value))
