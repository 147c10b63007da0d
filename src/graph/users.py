"""People with an account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.connection import Row
from db.filters import Filter, Test
from db.paging import Page, Window
from db.sources import Fields
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import argument, attribute, computed, enum_type, input_field, input_type, object_type
from graph.filters import conditions, searched
from graph.node import FETCH, Node
from graph.pricing import TEXT
from rules.access import Permission, sees_private

if TYPE_CHECKING:
    from graph.images import Image


@enum_type(
    MEMBER="Keeps favourites, items and logs of their own.",
    STAFF="Also runs the studio from day to day.",
    ADMIN="Also decides who gets in, and sets the studio up.",
)
class Role(Enum):
    """What somebody is to the studio; each may what those before may."""

    MEMBER = "MEMBER"
    STAFF = "STAFF"
    ADMIN = "ADMIN"


@enum_type(
    PENDING="Signed up, and waits for an admin.",
    APPROVED="May log in.",
    REJECTED="Was not let in.",
    SUSPENDED="Was let in, and may not log in for now.",
    DELETED="Is gone; the row stays, nameless, for what refers to it.",
)
class UserStatus(Enum):
    """How an account stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SUSPENDED = "SUSPENDED"
    DELETED = "DELETED"


@object_type(Permission.ANYONE)
class User(Node):
    """Somebody with an account: a member of the studio, or of its staff."""

    username: str = attribute("The name to log in with; unique, whatever the case.")
    display_name: str = attribute("The name that others see.")
    avatar: Annotated["Image", strawberry.lazy("graph.images")] | None = attribute(
        "A picture of the person.", joined=True
    )
    created_at: datetime = attribute("When the account was made.")
    updated_at: datetime = attribute("When it was last changed.")
    version: int = attribute(
        "Grows by one with every change; send it as `expectedVersion` to guard against lost updates."
    )

    @computed("id", "email")
    def email(self, info: Info) -> str | None:
        """Where mails reach them; null unless it is the viewer, or the viewer is staff."""
        told: str | None = _private(self, info, "email")
        return told

    @computed("id", "role")
    def role(self, info: Info) -> Role | None:
        """What they are to the studio; null unless it is the viewer, or the viewer is staff."""
        told: Role | None = _private(self, info, "role")
        return told

    @computed("id", "status")
    def status(self, info: Info) -> UserStatus | None:
        """How the account stands; null unless it is the viewer, or the viewer is staff."""
        told: UserStatus | None = _private(self, info, "status")
        return told

    @computed("id", "status_reason", weight=TEXT)
    def status_reason(self, info: Info) -> str | None:
        """Why it was rejected or suspended; null unless it is the viewer, or the viewer is staff."""
        told: str | None = _private(self, info, "status_reason")
        return told


@input_type()
class UserWhere:
    """Which users; all conditions that are given must hold."""

    and_: "list[UserWhere] | None" = input_field("All of these hold.", name="and")
    or_: "list[UserWhere] | None" = input_field("At least one of these holds; of none: matches nothing.", name="or")
    not_: "UserWhere | None" = input_field("This does not hold.", name="not")
    status: list[UserStatus] | None = input_field("How the account stands: one of these.")
    role: list[Role] | None = input_field("What they are to the studio: one of these.")
    search: str | None = input_field("Whose name or address holds all of these words.")


@dataclass(frozen=True)
class UserListing:
    """Users as a list that can be paged, the newest first."""

    where: Filter

    @property
    def identity(self) -> bytes:
        """Its conditions."""
        return identity("users", self.where)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        return await context.read().users.page(fields, self.where, window)

    async def total(self, context: Context) -> int:
        """How many there are."""
        return await context.read().users.total(self.where)

    def values(self, row: Row) -> tuple[Any, ...]:
        """When it was made, and the id."""
        return row.created_at, row.id

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        """The same from a cursor."""
        created_at, row_id = values
        return instant(created_at), row_id


async def users(
    info: Info,  # noqa: ARG001  (Strawberry's signature for connections)
    where: Annotated[UserWhere | None, argument("Only users that match.")] = strawberry.UNSET,
) -> UserListing:
    """Everybody with an account, the newest first; for staff."""
    return UserListing(conditions(where, _tests))


def _tests(name: str, value: Any, _where: UserWhere) -> Iterator[Filter]:
    if name == "search":
        yield from (Test("search_text", "contains", word) for word in searched(value))
    else:
        yield Test(name, "in", tuple(one.value for one in value))


def _private(user: Any, info: Info, column: str) -> Any:
    return getattr(user, column) if sees_private(info.context.viewer, user.id) else None


FETCH["User"] = lambda context, fields, ids: context.read().users.by_ids(fields, ids)
