"""Dates on which the studio is closed, or open at other hours."""

import datetime as dt
from typing import Annotated

import strawberry

from db.ids import new_id
from graph.context import Info
from graph.declaring import argument, attribute, computed, input_field, input_type, object_type
from graph.inputs import filled
from graph.mutations import DeletedPayload, Payload, mutation, reference, result
from graph.node import FETCH, Node, global_id
from graph.opening_hours import wall_time
from graph.pricing import TEXT
from graph.scalars import LocalTime
from rules.access import Permission
from rules.changes import differences
from rules.date_overrides import accepted, told
from rules.global_ids import row_id
from rules.refusals import not_found


@object_type(Permission.ANYONE)
class DateOverride(Node):
    """A date on which the studio is closed, or open at other hours than on that day of the week."""

    date: dt.date = attribute("Which date, of the studio's own zone.")
    closed: bool = attribute("Whether the studio is closed all day; nothing opens then.")
    note: str | None = attribute("Why; everybody reads it.", weight=TEXT)

    @computed("opens_at")
    def opens_at(self) -> LocalTime | None:
        """When the studio opens; null where it is closed."""
        return wall_time(self.opens_at)

    @computed("closes_at")
    def closes_at(self) -> LocalTime | None:
        """When the studio closes, at or before the opening: on the next day; null where it is closed."""
        return wall_time(self.closes_at)


@input_type()
class DateOverrideInput:
    """What holds on a date in place of the weekly hours."""

    date: dt.date = attribute("Which date, of the studio's own zone.")
    closed: bool = attribute("true: nothing opens on that date. false: it opens at the hours given.")
    opens_at: LocalTime | None = input_field("When the studio opens; needed where it is open.")
    closes_at: LocalTime | None = input_field(
        "When it closes, before the opening: on the next day; needed where it is open. 00:00 to 00:00: the whole day."
    )
    note: str | None = input_field("Why; everybody reads it: at most 500 characters.")


@object_type(Permission.ANYONE)
class DateOverridePayload(Payload):
    """What holds on the date now."""

    date_override: DateOverride | None = result("What holds on the date; null where it was refused.")


@mutation(Permission.STAFF)
async def set_date_override(
    info: Info,
    input: Annotated[DateOverrideInput, argument("What holds on which date.")],  # noqa: A002  (the contract's name)
) -> DateOverridePayload:
    """Close the studio on a date, or open it at other hours; replaces what was set for the date before.

    Bookings that are there already stay as they are.
    """
    context, given = info.context, filled(input)
    day = given.pop("date")
    values = accepted(given)
    async with context.transaction() as tx:
        before = await tx.date_overrides.lock(day)
        changes = differences(told(before._asdict()) if before else {}, told({"date": day, **values}))
        override_id = before.id if before else new_id()
        if changes:
            await tx.date_overrides.put(override_id, day, values, now=context.now)
            await tx.audit.record("dateOverride.set", override_id, changes, now=context.now, by=context.actor)
    return DateOverridePayload(date_override=reference("DateOverride", override_id))


@mutation(Permission.STAFF)
async def remove_date_override(
    info: Info,
    id: Annotated[strawberry.ID, argument("Which one.")],  # noqa: A002  (the contract's name)
) -> DeletedPayload:
    """Let the weekly hours hold again on a date."""
    context = info.context
    async with context.transaction() as tx:
        override = await tx.date_overrides.locked(row_id("DateOverride", id))
        if override is None:
            raise not_found("id")
        await tx.date_overrides.remove(override.id)
        gone = differences({"date": str(override.date)}, {"date": None})
        await tx.audit.record("dateOverride.removed", override.id, gone, now=context.now, by=context.actor)
    return DeletedPayload(deleted_id=global_id("DateOverride", override.id))


FETCH["DateOverride"] = lambda context, fields, ids: context.read().date_overrides.by_ids(fields, ids)
