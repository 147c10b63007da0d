"""Select only what is asked: the tables, the rows they point to, and the fields wanted of all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Select, select

from db.models import (
    ApiKey,
    Base,
    Booking,
    BookingEvent,
    Category,
    DateOverride,
    Design,
    Image,
    Inquiry,
    Item,
    ItemUrl,
    LoginSession,
    Resource,
    Service,
    ServiceOption,
    Setting,
    Specification,
    SpecificationEdition,
    Studio,
    User,
)
from db.rows import JOINED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, FromClause, Table

Fields: TypeAlias = frozenset[str]
"""The columns to select, a joined row's behind its name: {"title", "category.name"}."""

LONGEST_LABEL = 63
"""PostgreSQL cuts longer names, and would take two of them for one."""


@dataclass(frozen=True)
class Join:
    """A row that another one points to by the column `by`; `optional` where that may be null."""

    source: Source
    by: str
    optional: bool = True


@dataclass(frozen=True)
class Source:
    """A table to select from, and what its rows point to."""

    model: type[Base]
    joins: dict[str, Join] = field(default_factory=dict)
    name: str = ""
    """What its rows are called, where it is not the model's own name."""

    @property
    def table(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.model.__tablename__]

    def select(self, fields: Fields) -> Select[Any]:
        """The fields, each under the label from which rows are built (`db.rows`); always with the ids."""
        chosen = _Choice(self.table)
        chosen.add(self, self.table, fields, "")
        return (
            select(*chosen.columns).select_from(chosen.joined).execution_options(kinds=chosen.kinds, paths=chosen.paths)
        )


class _Choice:
    """The columns chosen so far, the joins that give them, the class of each row, and what short labels stand for."""

    def __init__(self, table: Table) -> None:
        self.columns: list[ColumnElement[Any]] = []
        self.kinds: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.joined: FromClause = table

    def add(self, source: Source, table: FromClause, fields: Fields, prefix: str) -> None:
        self.columns += [self._labelled(table.c[name], prefix + name) for name in _own(fields | {"id"})]
        self.kinds[prefix] = source.name or source.model.__name__
        for name, join in source.joins.items():
            if below := _below(fields, name):
                other = join.source.table.alias()
                self.joined = self.joined.join(other, table.c[join.by] == other.c.id, isouter=join.optional)
                self.add(join.source, other, below, f"{prefix}{name}{JOINED}")

    def _labelled(self, column: ColumnElement[Any], path: str) -> ColumnElement[Any]:
        if len(path) <= LONGEST_LABEL:
            return column.label(path)
        short = f"column_{len(self.paths)}"
        self.paths[short] = path
        return column.label(short)


def _own(fields: Fields) -> Iterator[str]:
    return (name for name in sorted(fields) if "." not in name)


def _below(fields: Fields, name: str) -> Fields:
    start = f"{name}."
    return frozenset(field.removeprefix(start) for field in fields if field.startswith(start))


IMAGES = Source(Image)
STUDIOS = Source(Studio, {"logo": Join(IMAGES, by="logo_id")})
DATE_OVERRIDES = Source(DateOverride)
SETTINGS = Source(Setting)
USERS = Source(User, {"avatar": Join(IMAGES, by="avatar_id")})
VIEWERS = Source(User, {"user": Join(USERS, by="id", optional=False)}, name="Viewer")
LOGIN_SESSIONS = Source(LoginSession)
API_KEYS = Source(ApiKey)
IMAGES.joins["uploaded_by"] = Join(USERS, by="uploaded_by_id")
CATEGORIES = Source(Category)
CATEGORIES.joins["parent"] = Join(CATEGORIES, by="parent_id")
DESIGNS = Source(
    Design,
    {
        "category": Join(CATEGORIES, by="category_id", optional=False),
        "cover_image": Join(IMAGES, by="cover_image_id"),
        "created_by": Join(USERS, by="created_by_id"),
    },
)
RESOURCES = Source(Resource)
SERVICES = Source(Service, {"cover_image": Join(IMAGES, by="cover_image_id")})
SERVICE_OPTIONS = Source(ServiceOption)
BOOKINGS = Source(
    Booking, {"service": Join(SERVICES, by="service_id", optional=False), "user": Join(USERS, by="user_id")}
)
BOOKING_EVENTS = Source(BookingEvent, {"actor": Join(USERS, by="actor_id")})
INQUIRIES = Source(Inquiry, {"service": Join(SERVICES, by="service_id")})
SPECIFICATIONS = Source(Specification, {"inherited_from": Join(CATEGORIES, by="category_id", optional=False)})
SPECIFICATION_EDITIONS = Source(SpecificationEdition)
ITEMS = Source(
    Item,
    {
        "category": Join(CATEGORIES, by="category_id", optional=False),
        "owner": Join(USERS, by="owner_id", optional=False),
    },
)
ITEM_URLS = Source(ItemUrl)
