"""Making and changing people, rooms and equipment."""

from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from graph.context import Info
from graph.declaring import argument, attribute, input_field, input_type, object_type
from graph.inputs import entered, expected_version, filled
from graph.mutations import Payload, mutation, reference, result
from graph.opening_hours import WeeklyHoursInput, given_hours
from graph.resources import Resource, ResourceKind
from rules.access import Permission
from rules.changes import differences
from rules.checking import checked
from rules.global_ids import row_id
from rules.refusals import not_found, refuse, require_version
from rules.resources import BLANK, CHECKS, is_the_studio, told


@input_type()
class ResourceInput:
    """Somebody or something that services need."""

    name: str = attribute("What visitors know it by: 1 to 200 characters.")
    kind: ResourceKind = attribute("What it is.")
    active: bool | None = input_field("Whether it can be booked; it can when left out.")
    weekly_hours: list[WeeklyHoursInput] | None = input_field(
        "When it can be booked, at most 50 entries; null or left out: whenever the studio is open. None in the list: "
        "never."
    )


@input_type()
class UpdateResourceInput:
    """What is to change; what is left out stays as it is, null clears."""

    name: str | None = input_field("What visitors know it by: 1 to 200 characters.")
    kind: ResourceKind | None = input_field("What it is.")
    active: bool | None = input_field("Whether it can be booked: false takes it out, for none is ever deleted.")
    weekly_hours: list[WeeklyHoursInput] | None = input_field(
        "When it can be booked, at most 50 entries; null: whenever the studio is open. None in the list: never."
    )
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class ResourcePayload(Payload):
    """The resource, as it is now."""

    resource: Resource | None = result("The resource; null where it was refused.")


@mutation(Permission.STAFF)
async def create_resource(
    info: Info,
    input: Annotated[ResourceInput, argument("The resource.")],  # noqa: A002  (the contract's name)
) -> ResourcePayload:
    """Make a person, a room or a piece of equipment known, so that services can need it."""
    context, resource_id = info.context, new_id()
    values = BLANK | _accepted(filled(input))
    row = {**values, "id": resource_id, "created_at": context.now, "updated_at": context.now, "version": 1}
    async with context.transaction() as tx:
        await tx.resources.add([row])
        changes = differences({}, told(values))
        await tx.audit.record("resource.created", resource_id, changes, now=context.now, by=context.actor)
    return ResourcePayload(resource=reference("Resource", resource_id))


@mutation(Permission.STAFF)
async def update_resource(
    info: Info,
    id: Annotated[strawberry.ID, argument("Which resource.")],  # noqa: A002  (the contract's name)
    input: Annotated[UpdateResourceInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> ResourcePayload:
    """Change a resource, or take it out; bookings that are there already stay as they are."""
    context = info.context
    async with context.transaction() as tx:
        resource = await _locked(tx, id)
        require_version(expected_version(input), resource.version)
        before, values = resource._asdict(), _accepted(entered(input))
        changed = {name: value for name, value in values.items() if value != before[name]}
        if changed:
            await tx.resources.edit(resource, now=context.now, **changed)
            changes = differences(told(before), told(changed))
            await tx.audit.record("resource.updated", resource.id, changes, now=context.now, by=context.actor)
    return ResourcePayload(resource=reference("Resource", resource.id))


async def _locked(tx: Transaction, given: str) -> Row:
    """The whole row; that of the studio itself is nobody's to change."""
    resource = await tx.resources.locked(row_id("Resource", given))
    if resource is None or is_the_studio(resource.kind):
        raise not_found("id")
    return resource


def _accepted(given: dict[str, Any]) -> dict[str, Any]:
    """What may be written; Refusals with all that is wrong."""
    values, reasons = checked(given_hours(given), CHECKS)
    refuse(reasons)
    return values
