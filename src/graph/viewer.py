"""Who asks: what only they see of their own account."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from db.connection import Row
from db.sources import Fields
from graph.booking_lists import BookingListing, BookingWhere, own_bookings
from graph.bookings import Booking
from graph.context import Context, Info
from graph.declaring import argument, attribute, computed, object_type
from graph.design_facets import DesignConnection
from graph.favorites import FavoriteListing
from graph.item_facets import ItemConnection
from graph.item_lists import ItemListing, WhichItems, own_items
from graph.node import FETCH, Node
from graph.paging import Connection, connection
from graph.scalars import URL, Locale, TimeZone
from graph.selecting import row_fields
from graph.studio_facts import studio_facts
from graph.users import User
from rules.access import Permission, may


@object_type(Permission.ANYONE)
class LoginSession(Node):
    """A device on which somebody is signed in."""

    created_at: datetime = attribute("When they logged in.")
    user_agent: str | None = attribute("What the device said of itself then.")

    @computed("rotated_at")
    def last_used_at(self) -> datetime:
        """When the session was last refreshed: a device in use does so every quarter of an hour."""
        used: datetime = self.rotated_at  # type: ignore[attr-defined]  # a column of the row
        return used

    @computed("id")
    def current(self, info: Info) -> bool:
        """Whether this very request comes from it."""
        viewer = info.context.viewer
        return viewer is not None and viewer.session == self.id


@object_type(Permission.ANYONE)
class Viewer(Node):
    """Who asks."""

    user: User = attribute("Themselves, as others see them.", joined=True)
    email: str | None = attribute("Where mails reach them.")
    pending_email: str | None = attribute("A new address, until it is verified.")
    must_change_password: bool = attribute(
        "Whether the password is shorter than today's rule: nothing but changePassword goes until it is changed."
    )

    @computed("email_verified_at")
    def email_verified(self) -> bool:
        """Whether a mail to the address was answered."""
        return self.email_verified_at is not None  # type: ignore[attr-defined]  # a column of the row

    @computed("locale")
    async def locale(self, info: Info) -> Locale:
        """The language that they read; the studio's own until they choose one."""
        return Locale(self.locale or (await studio_facts(info.context)).locales[0])

    @computed("time_zone")
    async def time_zone(self, info: Info) -> TimeZone:
        """Where their clock hangs; the studio's own until they choose one."""
        return TimeZone(self.time_zone or (await studio_facts(info.context)).time_zone)

    @connection(DesignConnection, "id")
    async def favorites(self, info: Info) -> FavoriteListing:  # noqa: ARG002  (Strawberry's signature)
        """The designs that they keep, the last kept first; what the public no longer sees is left out."""
        return FavoriteListing(str(self.id))

    @computed("calendar_generation")
    def calendar_url(self, info: Info) -> URL | None:
        """The studio's bookings as a calendar, for staff: whoever has this address reads it; null for API keys too."""
        viewer = info.context.viewer
        if viewer is None or viewer.session is None or not may(viewer, Permission.STAFF):
            return None
        parts = info.context.parts
        generation: int = self.calendar_generation  # type: ignore[attr-defined]  # a column of the row
        return URL(parts.links.calendar(parts.calendar_tokens.write(str(self.id), generation)))

    @connection(Connection[Booking], "id")
    async def bookings(
        self,
        info: Info,  # noqa: ARG002  (Strawberry's signature)
        where: Annotated[BookingWhere | None, argument("Only bookings that match.")] = strawberry.UNSET,
    ) -> BookingListing:
        """What they have booked, what begins last first."""
        return own_bookings(str(self.id), where)

    @connection(ItemConnection, "id")
    async def items(
        self,
        info: Info,
        where: WhichItems = strawberry.UNSET,
    ) -> ItemListing:
        """Their collection, whoever may see it, the newest first."""
        return await own_items(info, where, str(self.id))

    @computed()
    async def sessions(self, info: Info) -> list[LoginSession]:
        """The devices on which they are signed in, the last used first."""
        found: list[LoginSession] = await info.context.read().login_sessions.of_viewer(
            row_fields(info), info.context.now
        )
        return found


async def viewer(info: Info) -> Viewer | None:
    """Who asks; null for the anonymous public."""
    asking = info.context.viewer
    if asking is None:
        return None
    rows = await info.context.read().users.viewers(row_fields(info), [asking.id])
    return rows[asking.id]  # type: ignore[no-any-return]  # a row stands in for its type


async def _own(context: Context, fields: Fields, ids: Sequence[str]) -> Mapping[str, Row]:
    """Of all viewers only the one who asks."""
    asking = context.viewer
    return await context.read().users.viewers(fields, [one for one in ids if asking and one == asking.id])


FETCH["Viewer"] = _own
FETCH["LoginSession"] = lambda context, fields, ids: context.read().login_sessions.by_ids(fields, ids)
