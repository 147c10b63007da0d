"""Lists of bookings: which ones, in which order, and as they change."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import strawberry

from db.booking_steps import CHANGED
from db.connection import Row
from db.filters import Either, Every, Filter, Test
from db.paging import Key, Page, Window
from db.repositories.bookings import LATEST
from db.sources import Fields
from engine.errors import BadUserInput
from graph.bookings import Booking, BookingStatus, is_staff
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import argument, enum_type, input_field, input_type
from graph.filters import DateTimeFilter, conditions, searched, tests
from graph.node import FETCH
from graph.ordering import OrderDirection
from graph.subscriptions import subscription
from rules.access import Permission
from rules.global_ids import row_id


@input_type()
class BookingWhere:
    """Which bookings; all conditions that are given must hold."""

    and_: "list[BookingWhere] | None" = input_field("All of these hold.", name="and")
    or_: "list[BookingWhere] | None" = input_field("At least one of these holds; of none: matches nothing.", name="or")
    not_: "BookingWhere | None" = input_field("This does not hold.", name="not")
    status: list[BookingStatus] | None = input_field("How it stands: one of these.")
    service_id: strawberry.ID | None = input_field("Of this service.")
    resource_id: strawberry.ID | None = input_field("That has, or had, this resource for itself.")
    user_id: strawberry.ID | None = input_field("Of this user.")
    starts_at: DateTimeFilter | None = input_field("By when it begins.")
    search: str | None = input_field("Whose code, service, customer and note hold all of these words.")


@enum_type(STARTS_AT="When it begins.", CREATED_AT="When it was made.")
class BookingOrderField(Enum):
    """What bookings can be ordered by."""

    STARTS_AT = "STARTS_AT"
    CREATED_AT = "CREATED_AT"


@input_type()
class BookingOrder:
    """One key of an order."""

    field: BookingOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(description="Which end comes first.")


@dataclass(frozen=True)
class BookingListing:
    """Bookings as a list that can be paged."""

    where: Filter
    order: tuple[Key, ...] = LATEST

    @property
    def identity(self) -> bytes:
        """Its conditions and its order."""
        return identity("bookings", self.where, self.order)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        return await context.read().bookings.page(fields, self.where, self.order, window)

    async def total(self, context: Context) -> int:
        """How many there are."""
        return await context.read().bookings.total(self.where)

    def values(self, row: Row) -> tuple[Any, ...]:
        """The keys of the order, and the id."""
        return (*(getattr(row, key.column) for key in self.order), row.id)

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        """The same from a cursor."""
        *instants, row_id = values
        return (*map(instant, instants), row_id)


async def bookings(
    info: Info,  # noqa: ARG001  (Strawberry's signature for connections)
    where: Annotated[BookingWhere | None, argument("Only bookings that match.")] = strawberry.UNSET,
    order_by: Annotated[
        list[BookingOrder] | None, argument("In which order; what begins last comes first when left out.")
    ] = strawberry.UNSET,
) -> BookingListing:
    """All bookings; for staff."""
    keys: dict[str, Key] = {}
    for wanted in order_by or []:
        column = wanted.field.value.lower()
        keys.setdefault(column, Key(column, wanted.direction is OrderDirection.DESC))
    return BookingListing(conditions(where, _tests), tuple(keys.values()) or LATEST)


def own_bookings(user_id: str, where: BookingWhere | None) -> BookingListing:
    """What somebody has booked for themselves."""
    return BookingListing(Every((conditions(where, _tests), Test("user", "eq", user_id))))


@subscription(Permission.MEMBER)
async def booking_changed(
    info: Info,
    service_id: Annotated[strawberry.ID | None, argument("Only bookings of this service.")] = strawberry.UNSET,
) -> AsyncIterator[Booking]:
    """A booking that was made or has changed: staff follow all, members their own."""
    context = info.context
    service = None if service_id in {None, strawberry.UNSET} else await _existing(context, str(service_id))
    user = None if is_staff(context) else context.user_id

    def wanted(event: Row) -> bool:
        mine = user is None or event.payload["user_id"] == user
        return mine and (service is None or event.payload["service_id"] == service)

    return await context.parts.tail.follow(CHANGED, wanted)


async def _existing(context: Context, given: str) -> str:
    service = row_id("Service", given)
    if service is None or not await FETCH["Service"](context, frozenset(), [service]):
        raise BadUserInput("There is no such service: leave serviceId out, or give the id of one that is there.")
    return service


def _tests(name: str, value: Any, _where: BookingWhere) -> Iterator[Filter]:
    if name == "search":
        yield from (Test("search_text", "contains", word) for word in searched(value))
    elif name == "status":
        yield Test("status", "in", tuple(status.value for status in value))
    elif name == "starts_at":
        yield from tests(name, value)
    else:
        subject = name.removesuffix("_id")
        wanted = row_id(subject.title(), value)
        yield Test(subject, "eq", wanted) if wanted else Either(())
