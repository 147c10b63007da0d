"""What services need: people, rooms and equipment."""

from datetime import datetime
from enum import Enum

from graph.context import Info
from graph.declaring import attribute, computed, enum_type, object_type
from graph.node import FETCH, Node
from graph.opening_hours import WeeklyHours, told_hours
from graph.selecting import row_fields
from rules.access import Permission, may


@enum_type(
    STAFF="Somebody who does the work.",
    ROOM="A place where it is done.",
    EQUIPMENT="Something that it is done with.",
)
class ResourceKind(Enum):
    """What a resource is."""

    STAFF = "STAFF"
    ROOM = "ROOM"
    EQUIPMENT = "EQUIPMENT"


@object_type(Permission.ANYONE)
class Resource(Node):
    """Somebody or something that can be at one booking at a time."""

    name: str = attribute("What visitors know it by.")
    kind: ResourceKind = attribute("What it is.")
    active: bool = attribute("Whether it can be booked; services that need it offer nothing while it cannot.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")
    created_at: datetime = attribute("When it was made.")
    updated_at: datetime = attribute("When it was last changed.")

    @computed("weekly_hours")
    def weekly_hours(self, info: Info) -> list[WeeklyHours] | None:
        """When it can be booked; null where it follows the studio's hours, and unless the viewer is staff."""
        hours = self.weekly_hours if may(info.context.viewer, Permission.STAFF) else None
        return None if hours is None else told_hours(hours)


async def resources(info: Info) -> list[Resource] | None:
    """All people, rooms and equipment, by name, inactive ones too; for staff."""
    found: list[Resource] = await info.context.read().resources.every(row_fields(info))
    return found


FETCH["Resource"] = lambda context, fields, ids: context.read().resources.by_ids(fields, ids)
