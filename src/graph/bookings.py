"""What customers have booked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal as Number
from enum import Enum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import strawberry

from db.connection import Row
from db.sources import Fields
from graph.context import Context, Info
from graph.declaring import argument, attribute, computed, enum_type, input_field, input_type, object_type
from graph.money import Money, money
from graph.node import FETCH, Node
from graph.pricing import TEXT
from graph.resources import Resource
from graph.scalars import LocalDateTime, TimeZone
from graph.selecting import row_fields
from graph.services import Service, ServiceOption
from graph.users import User
from rules.access import Permission, may
from rules.booking_states import STEPS, cancellable_until, status_now
from rules.global_ids import row_id

CHANGEABLE = ("status", "starts_at", "expires_at", "cancel_notice_minutes")
"""The columns that tell until when a customer may cancel or move a booking."""


@enum_type(
    PENDING="Waits for the studio's answer, and keeps its time until then.",
    CONFIRMED="Takes place.",
    DECLINED="The studio could not take it.",
    CANCELLED="Was called off.",
    COMPLETED="Has taken place.",
    NO_SHOW="The customer did not come.",
    EXPIRED="Was not answered in time.",
)
class BookingStatus(Enum):
    """How a booking stands."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    NO_SHOW = "NO_SHOW"
    EXPIRED = "EXPIRED"


@object_type(Permission.ANYONE)
class BookingOption:
    """Something that was booked with a service, as it was then."""

    name: str = attribute("What it was called.")
    price: Money | None = attribute("What it cost; null where nothing.")
    extra_minutes: int = attribute("How many minutes longer it made the booking.")
    option_id: strawberry.Private[str]

    @computed()
    async def option(self, info: Info) -> ServiceOption | None:
        """The option as it is today; null once it is gone."""
        found: ServiceOption | None = await info.context.batched(_options, row_fields(info), key=self.option_id)
        return found


@object_type(Permission.ANYONE)
class BookingEvent(Node):
    """A step that a booking has taken."""

    actor: User | None = attribute("Who did it; null for guests and for the system.", joined=True)
    reason: str | None = attribute("Why, where somebody said so.", weight=TEXT)

    @computed("created_at")
    def at(self) -> datetime:
        """When."""
        return self.created_at  # type: ignore[attr-defined,no-any-return]  # a column of the row

    @computed("from_status", name="from")
    def from_(self) -> BookingStatus | None:
        """What it was before; null when it was made."""
        return BookingStatus(self.from_status) if self.from_status else None  # type: ignore[attr-defined]

    @computed("to_status")
    def to(self) -> BookingStatus:
        """What it became; the same as before where it was moved."""
        return BookingStatus(self.to_status)  # type: ignore[attr-defined]


@object_type(Permission.ANYONE)
class Booking(Node):
    """A customer's booking; name, options, price and policy are those of the day on which it was made."""

    code: str = attribute("By what people call it, on the phone too.")
    service: Service = attribute("What is booked, as it is today.", joined=True)
    service_name: str = attribute("What it was called when it was booked.")
    starts_at: datetime = attribute("When it begins.")
    ends_at: datetime = attribute("When it ends.")
    time_zone: TimeZone = attribute("Where the studio's clock hung when it was booked.")
    party_size: int = attribute("How many people come.")
    customer_name: str | None = attribute("Who comes; null once it is erased.")
    customer_email: str | None = attribute("Where mails reach them.")
    customer_phone: str | None = attribute("Their phone number, with its country code.")
    note: str | None = attribute("What they wrote.", weight=TEXT)
    user: User | None = attribute("Whose account it belongs to; null for guests.", joined=True)
    created_at: datetime = attribute("When it was made.")
    updated_at: datetime = attribute("When it was last changed.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")

    @computed("status", "expires_at")
    def status(self, info: Info) -> BookingStatus:
        """How it stands."""
        return BookingStatus(status_now(self.status, self.expires_at, info.context.now))  # type: ignore[attr-defined]

    @computed("starts_at", "time_zone")
    def local_start(self) -> LocalDateTime:
        """When it begins by the studio's clock."""
        return LocalDateTime(self.starts_at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None))

    @computed(*CHANGEABLE)
    def cancellable_until(self, info: Info) -> datetime | None:
        """Until when its customer may cancel or move it; null where they cannot, or nobody can any more."""
        return _changeable_until(self, info.context.now)

    @computed(*CHANGEABLE)
    def viewer_can_cancel(self, info: Info) -> bool:
        """Whether who asks may cancel it now."""
        return _changes(self, info.context)

    @computed(*CHANGEABLE)
    def viewer_can_reschedule(self, info: Info) -> bool:
        """Whether who asks may move it now."""
        return _changes(self, info.context)

    @computed("options")
    def options(self) -> list[BookingOption]:
        """What was booked with it."""
        return [_option(one) for one in self.options]

    @computed("price_amount", "price_currency")
    def price(self) -> Money | None:
        """What it costs altogether; null where the studio says so later."""
        return money(self.price_amount, self.price_currency)  # type: ignore[attr-defined]  # columns of the row

    @computed("id")
    async def resources(self, info: Info) -> list[Resource]:
        """What it has for itself, or had, by name."""
        found: list[Resource] = await info.context.batched(_resources, row_fields(info), key=self.id)
        return found

    @computed("id")
    async def events(self, info: Info) -> list[BookingEvent]:
        """The steps that it has taken, the first one first."""
        found: list[BookingEvent] = await info.context.batched(_events, row_fields(info), key=self.id)
        return found


@input_type()
class ManagedBookingInput:
    """A booking as a guest knows it."""

    code: str = attribute("The booking's code.")
    token: str = attribute("The token that was answered and mailed when it was made.")


@input_type(one_of=True)
class BookingBy:
    """Names one booking."""

    id: strawberry.ID | None = input_field("By its id: its customer, when signed in, and staff.")
    managed: ManagedBookingInput | None = input_field("By its code and its token: whoever has them.")


async def booking(info: Info, by: Annotated[BookingBy, argument("Which one.")]) -> Booking | None:
    """One booking; null when there is none, or none that the viewer may see."""
    wanted = await shown_booking(info.context, by)
    found = await FETCH["Booking"](info.context, row_fields(info), [wanted] if wanted else [])
    return found.get(wanted or "")


async def shown_booking(context: Context, by: BookingBy) -> str | None:
    """The row's id of a booking that is named in a way in which it may be shown, and is from now on; else None."""
    if by.id:
        return row_id("Booking", by.id)
    given = by.managed
    token = context.parts.manage_tokens.read(given.token) if given else None
    if given is None or token is None:
        return None
    rows = await context.read().bookings.shown(frozenset({"code"}), [token.row_id])
    if token.row_id not in rows or rows[token.row_id].code != given.code.strip().upper():
        return None
    context.shown.add(token.row_id)
    return token.row_id


def is_staff(context: Context) -> bool:
    """Whether who asks acts for the studio."""
    return may(context.viewer, Permission.STAFF)


def _changeable_until(booking: Any, now: datetime) -> datetime | None:
    status = status_now(booking.status, booking.expires_at, now)
    return cancellable_until(status, booking.starts_at, booking.cancel_notice_minutes)


def _changes(booking: Any, context: Context) -> bool:
    """Whoever sees a booking may change it: its customer in time, and staff as long as it is open."""
    if is_staff(context):
        return status_now(booking.status, booking.expires_at, context.now) in STEPS
    until = _changeable_until(booking, context.now)
    return until is not None and context.now <= until


def _option(kept: Mapping[str, Any]) -> BookingOption:
    amount = None if kept["amount"] is None else Number(kept["amount"])
    made: Any = BookingOption(
        name=kept["name"],
        price=money(amount, kept["currency"]),
        extra_minutes=kept["extra_minutes"],
        option_id=kept["option_id"],
    )
    return made  # type: ignore[no-any-return]


async def _options(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, Row | None]:
    return dict.fromkeys(ids) | dict(await FETCH["ServiceOption"](context, fields, ids))


async def _resources(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().bookings.resources_of(fields, ids)


async def _events(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().bookings.events_of(fields, ids)


async def _bookings(context: Context, fields: Fields, ids: Sequence[str]) -> Mapping[str, Row]:
    """Those that the viewer sees, and those whose token was shown."""
    read = context.read().bookings
    shown = [one for one in ids if one in context.shown]
    return await read.by_ids(fields, ids) | (await read.shown(fields, shown) if shown else {})


FETCH["Booking"] = _bookings
FETCH["BookingEvent"] = lambda context, fields, ids: context.read().bookings.events(fields, ids)
