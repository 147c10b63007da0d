"""Lists of services: which ones, and in which order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry

from db.connection import Row
from db.filters import Filter, Test
from db.paging import Page, Window
from db.repositories.services import PLACE, ServiceList
from db.scope import Sight
from db.sources import Fields
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import enum_type, input_field, input_type
from graph.filters import conditions, searched
from graph.ordering import OrderDirection, order_keys
from graph.publication import PublicationStatus


@input_type()
class ServiceWhere:
    """Which services; all conditions that are given must hold."""

    and_: "list[ServiceWhere] | None" = input_field("All of these; of none: true.", name="and")
    or_: "list[ServiceWhere] | None" = input_field("At least one of these; of none: false.", name="or")
    not_: "ServiceWhere | None" = input_field("Not this.", name="not")
    status: list[PublicationStatus] | None = input_field("One of these, as far as the viewer may see them.")
    search: str | None = input_field(
        "All of these words are somewhere in its texts, in any language; from one character on, whatever the case."
    )


@enum_type(
    POSITION="The place that the studio gave it.",
    NAME="By name in the studio's own language, whatever the case, in the order of Unicode.",
    CREATED_AT="When it was made.",
    PRICE="By the amount of the price, whatever the currency; those without a price come last.",
)
class ServiceOrderField(Enum):
    """What services can be ordered by."""

    POSITION = "POSITION"
    NAME = "NAME"
    CREATED_AT = "CREATED_AT"
    PRICE = "PRICE"


@input_type()
class ServiceOrder:
    """One key of an order."""

    field: ServiceOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(description="Which end comes first.")


ORDER_COLUMNS = {
    ServiceOrderField.POSITION: "position",
    ServiceOrderField.NAME: "name_folded",
    ServiceOrderField.CREATED_AT: "created_at",
    ServiceOrderField.PRICE: "price_amount",
}
FROM_TEXT: dict[str, Callable[[str], Any]] = {"created_at": instant, "price_amount": Decimal}
"""How the values that JSON has no form for come out of a cursor."""


@dataclass(frozen=True)
class ServiceListing:
    """Services as a list that can be paged."""

    services: ServiceList
    sight: Sight

    @property
    def identity(self) -> bytes:
        """Its conditions, its order, and how much is seen of it."""
        return identity("services", self.services, self.sight is Sight.STAFF)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        return await context.read().services.page(fields, self.services, window)

    async def total(self, context: Context) -> int:
        """How many services there are."""
        return await context.read().services.total(self.services)

    def values(self, row: Row) -> tuple[Any, ...]:
        """The keys of the order, and the id; amounts as texts, which stay exact."""
        keys = (getattr(row, key.column) for key in self.services.order)
        return (*(str(value) if isinstance(value, Decimal) else value for value in keys), row.id)

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        """The keys and the id."""
        columns = (*(key.column for key in self.services.order), "id")
        return tuple(
            FROM_TEXT[column](value) if column in FROM_TEXT and value is not None else value
            for column, value in zip(columns, values, strict=True)
        )


def service_listing(info: Info, where: ServiceWhere | None, order_by: list[ServiceOrder] | None) -> ServiceListing:
    """The list that these arguments ask for."""
    order = order_keys(order_by, ORDER_COLUMNS) or PLACE
    return ServiceListing(ServiceList(conditions(where, _tests), order), info.context.scope.sight)


def _tests(name: str, value: Any, _where: ServiceWhere) -> Iterator[Filter]:
    if name == "status":
        yield Test("status", "in", tuple(status.value for status in value))
    else:
        yield from (Test("search_text", "contains", word) for word in searched(value))
