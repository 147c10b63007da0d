"""When a service can be booked."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import strawberry

from db.availability import calendars, studio_clock
from db.connection import Row
from engine.errors import BadUserInput
from graph.context import Context
from graph.declaring import attribute, object_type
from graph.pricing import MAX_DAYS
from graph.scalars import LocalDateTime
from rules.access import Permission
from rules.booking_slots import Slot as Offer
from rules.booking_slots import Terms, slots
from rules.global_ids import row_id
from rules.services import MAX_CAPACITY

MOST_SLOTS = 5_000
"""For all services of a list together; half-hours of 62 days are 2,976."""
TERMS = (
    "duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "slot_step_minutes", "min_notice_minutes",
    "max_days_ahead", "max_per_day", "capacity",
)  # fmt: skip
"""The columns of a service that say when it can be booked, in the order that Terms has them in."""


@object_type(Permission.ANYONE)
class Slot:
    """A time at which a service can be booked."""

    starts_at: datetime = attribute("When it begins.")
    ends_at: datetime = attribute("When it ends.")
    remaining: int = attribute("How many seats are left.")
    local_start: LocalDateTime = attribute("When it begins by the studio's clock.")


def terms_of(service: Row, extra_minutes: int = 0) -> Terms:
    """The terms on which a service is booked together with options that take so many minutes more."""
    duration, *others = (getattr(service, name) for name in TERMS)
    return Terms(str(service.id), duration + extra_minutes, *others)


async def offered(
    context: Context, service: Row, days: tuple[date, date], party_size: int, option_ids: list[strawberry.ID] | None
) -> list[Offer]:
    """When a service can be booked from the first to the last of these days of the studio; BadUserInput if too long."""
    first, last = days
    if not 0 <= (last - first).days < MAX_DAYS:
        raise BadUserInput(f"Ask for 1 to {MAX_DAYS} days at once, the earlier one first.")
    if not 1 <= party_size <= MAX_CAPACITY:
        raise BadUserInput(f"A party has 1 to {MAX_CAPACITY} people.")
    extra = await _extra_minutes(context, service, option_ids) if option_ids else 0
    found: list[Offer] = await context.batched(_offers, first, last, party_size, key=terms_of(service, extra))
    return found


async def _extra_minutes(context: Context, service: Row, option_ids: Sequence[strawberry.ID]) -> int:
    options = await context.batched(_options, key=service.id)
    minutes = {option.id: int(option.extra_minutes) for option in options}
    wanted = {row_id("ServiceOption", one) for one in option_ids}
    if not wanted <= minutes.keys():
        raise BadUserInput("optionIds: this service has no such option.")
    return sum(minutes[one] for one in wanted if one)


async def _options(context: Context, services: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().services.options_of(frozenset({"extra_minutes"}), services)


async def _offers(
    context: Context, first: date, last: date, party_size: int, several: list[Terms]
) -> Mapping[Terms, list[Offer]]:
    """The slots of several services, read at once; before today and beyond what they offer nothing is read."""
    now, reader = context.now, context.read()
    clock = await studio_clock(reader)
    today = now.astimezone(clock.zone).date()
    first = max(first, today)
    last = min(last, today + timedelta(days=max(terms.max_days_ahead for terms in several)))
    if last < first:
        return {terms: [] for terms in several}
    known: dict[str, Any] = await calendars(reader, clock, several, (first, last), now=now)
    found: dict[Terms, list[Offer]] = {}
    for terms in several:
        found[terms] = slots(terms, known[terms.service_id], first, last, party_size, now)
        if sum(map(len, found.values())) > MOST_SLOTS:
            raise BadUserInput(f"These are more than {MOST_SLOTS:,} slots: ask for fewer days or services.")
        await asyncio.sleep(0)  # others are answered in between
    return found
