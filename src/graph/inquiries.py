"""What strangers ask the studio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.connection import Row
from db.filters import EVERYTHING, Filter, Test
from db.paging import Page, Window
from db.sources import Fields
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import argument, attribute, enum_type, object_type
from graph.node import FETCH, Node
from graph.pricing import LONG_TEXT
from rules.access import Permission, may

if TYPE_CHECKING:
    from graph.services import Service


@enum_type(
    OPEN="Nobody has answered yet.",
    ANSWERED="The studio has answered.",
    CLOSED="There is nothing more to do.",
)
class InquiryStatus(Enum):
    """How far the studio is with an inquiry."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


@object_type(Permission.ANYONE)
class Inquiry(Node):
    """A message from the contact form; staff see it, and who sends it sees what was sent."""

    name: str = attribute("Who asks; empty once that is erased.")
    email: str | None = attribute("Where an answer can be mailed.")
    phone: str | None = attribute("Where they can be called (E.164).")
    message: str = attribute("What they ask, as plain text; empty once it is erased.", weight=LONG_TEXT)
    service: Annotated["Service", strawberry.lazy("graph.services")] | None = attribute(
        "What they ask about; null where it is nothing in particular, or gone.", joined=True
    )
    preferred_date: date | None = attribute("The day that they would like best.")
    status: InquiryStatus = attribute("How far the studio is with it.")
    created_at: datetime = attribute("When it was sent.")
    version: int = attribute("Grows by one with every change.")


@dataclass(frozen=True)
class _Inquiries:
    where: Filter

    @property
    def identity(self) -> bytes:
        return identity("inquiries", self.where)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        return await context.read().inquiries.page(fields, self.where, window)

    async def total(self, context: Context) -> int:
        return await context.read().inquiries.total(self.where)

    def values(self, row: Row) -> tuple[Any, ...]:
        return row.created_at, row.id

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        created_at, row_id = values
        return instant(created_at), row_id


async def inquiries(
    info: Info,  # noqa: ARG001  (Strawberry's signature for connections)
    status: Annotated[
        list[InquiryStatus] | None, argument("Only those that are so far; none of none, all when left out.")
    ] = strawberry.UNSET,
) -> _Inquiries:
    """What was asked by the contact form, the newest first; for staff."""
    if status is None or status is strawberry.UNSET:
        return _Inquiries(EVERYTHING)
    return _Inquiries(Test("status", "in", tuple(sorted({one.value for one in status}))))


async def _seen(context: Context, fields: Fields, ids: Sequence[str]) -> Mapping[str, Row]:
    """For staff any, for others what this request itself has sent."""
    if may(context.viewer, Permission.STAFF):
        return await context.read().inquiries.by_ids(fields, ids)
    return await context.read().inquiries.shown(fields, [one for one in ids if one in context.shown])


FETCH["Inquiry"] = _seen
