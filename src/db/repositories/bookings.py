"""What customers have booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    and_,
    bindparam,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
)

from db.among import Among
from db.filters import EVERYTHING, Filter, Test, express, parametrise
from db.models import Occupancy
from db.paging import Key, Page, Sort, Window, WindowShape, windowed
from db.repositories.repository import Repository
from db.repositories.resources import Resources
from db.scope import Sight, the_viewer
from db.search import searchable
from db.sources import BOOKING_EVENTS, BOOKINGS, Fields, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from db.connection import Row

TABLE = BOOKINGS.table
EVENTS = BOOKING_EVENTS.table
OCCUPANCIES = Source(Occupancy).table
LATEST = (Key("starts_at", descending=True),)
PERSONAL = ("customer_name", "customer_email", "customer_phone")
ERASED = {"customer_name": None, "customer_email": None, "customer_phone": None, "note": None, "search_text": ""}


class Bookings(Repository):
    """Bookings: each customer sees their own, staff all."""

    source = BOOKINGS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """One's own; guests show a token instead (`shown`)."""
        if sight is Sight.STAFF:
            return None
        return TABLE.c.user_id == the_viewer() if sight is Sight.MEMBER else false()

    async def shown(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:
        """These rows, by id, whoever asks: the caller has made sure that they may be shown."""
        return {row.id: row for row in await self.connection.all(_shown, fields, ids=list(ids))}

    async def page(self, fields: Fields, where: Filter, order: tuple[Key, ...], window: Window) -> Page:
        """The visible bookings within the window."""
        values: dict[str, Any] = {}
        shape = parametrise(where, values)
        rows = await self.visible_rows(_page, fields, shape, order, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def total(self, where: Filter = EVERYTHING) -> int:
        """How many visible ones there are."""
        values: dict[str, Any] = {}
        shape = parametrise(where, values)
        return int((await self.visible_rows(_total, shape, **values))[0].total)

    async def between(self, fields: Fields, since: datetime, until: datetime, most: int) -> list[Row]:
        """The visible ones that begin in this time, the earliest first; at most so many."""
        return await self.visible_rows(_between, fields, most, since=since, until=until)

    async def code_is_taken(self, code: str) -> bool:
        """Whether a booking has this code."""
        return await self.connection.value(_with_code, code=code) is not None

    async def expired(self, resources: Sequence[str], now: datetime) -> list[Row]:
        """The whole rows of pending bookings that have expired and still keep one of these resources, locked."""
        return await self.connection.all(_expired, resources=list(resources), now=now)

    async def upcoming_of(self, user_id: str, now: datetime) -> list[Row]:
        """The whole rows of a customer's bookings that are still to come, locked, in the order of their ids."""
        return await self.connection.all(_upcoming_of, user_id=user_id, now=now)

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New bookings, without their searchable text: that is made here."""
        await super().add([{**row, "search_text": _searchable(row)} for row in rows])

    async def add_event(self, row: Mapping[str, Any]) -> None:
        """A step that a booking took."""
        await self.connection.run(_add_event, **row)

    async def events_of(self, fields: Fields, bookings: Sequence[str]) -> dict[str, list[Row]]:
        """The steps of each of these bookings, in their order, by the booking's id."""
        found: dict[str, list[Row]] = {booking: [] for booking in bookings}
        for row in await self.connection.all(_events_of, fields | {"booking_id"}, bookings=list(bookings)):
            found[row.booking_id].append(row)
        return found

    async def events(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:
        """The visible steps with these ids, by id: those of visible bookings."""
        return {row.id: row for row in await self.visible_rows(_events, fields, ids=list(ids))}

    async def event(self, event_id: str) -> Row | None:
        """A visible step's reason."""
        return (await self.events(frozenset({"reason"}), [event_id])).get(event_id)

    async def moved_at(self, booking_id: str, since: datetime) -> list[datetime]:
        """When a booking was moved to another slot since then."""
        return [row.created_at for row in await self.connection.all(_moved_at, id=booking_id, since=since)]

    async def resources_of(self, fields: Fields, bookings: Sequence[str]) -> dict[str, list[Row]]:
        """What each of these bookings has, or had, for itself, by name; the studio itself is not told."""
        found: dict[str, list[Row]] = {booking: [] for booking in bookings}
        for row in await self.visible_rows(_resources_of, fields | {"name_folded"}, bookings=list(bookings)):
            found[row.booking_id].append(row)
        return found

    async def of_customer(self, user_id: str) -> list[str]:
        """The ids of a customer's bookings in which something personal is left."""
        return [row.id for row in await self.connection.all(_of_customer, user_id=user_id)]

    async def past_retention(self, before: datetime, most: int) -> list[str]:
        """The ids of bookings that ended before then and in which something personal is left; at most so many."""
        return [row.id for row in await self.connection.all(_past_retention, most, before=before)]

    async def erase(self, ids: Sequence[str], *, now: datetime) -> None:
        """Erase what is personal; service, times, price and status stay."""
        await self.connection.run(_erase, ids=list(ids), now=now)
        await self.connection.run(_erase_reasons, ids=list(ids), now=now)


def _searchable(row: Mapping[str, Any]) -> str:
    return searchable(row["code"], row["service_name"], *(row[name] for name in PERSONAL), row["note"])


def _shown(fields: Fields) -> Executable:
    return BOOKINGS.select(fields).where(Among(TABLE.c.id, "ids"))


def _page(sight: Sight, fields: Fields, where: Filter, order: tuple[Key, ...], shape: WindowShape) -> Executable:
    keys = (*order, Key("id", descending=order[0].descending))
    sorts = [Sort(TABLE.c[key.column], key.descending, nullable=False) for key in keys]
    chosen = Bookings.chosen(sight, fields | {key.column for key in order}).where(express(where, CONDITIONS))
    return windowed(chosen, sorts, shape)


def _total(sight: Sight, where: Filter) -> Executable:
    counted = select(func.count().label("total")).select_from(TABLE).where(express(where, CONDITIONS))
    visible = Bookings.visible(sight)
    return counted if visible is None else counted.where(visible)


def _between(sight: Sight, fields: Fields, most: int) -> Executable:
    starts = TABLE.c.starts_at
    within = starts >= bindparam("since", type_=starts.type), starts < bindparam("until", type_=starts.type)
    chosen = Bookings.chosen(sight, fields).where(*within).order_by(starts, TABLE.c.id)
    return chosen.limit(literal_column(str(most)))


def _with_code() -> Executable:
    return select(TABLE.c.id).where(TABLE.c.code == bindparam("code", type_=TABLE.c.code.type))


def _expired() -> Executable:
    over = TABLE.c.expires_at <= bindparam("now", type_=TABLE.c.expires_at.type)
    pending = TABLE.c.status == literal_column("'PENDING'")  # a literal: the partial index is found by it
    kept = exists().where(OCCUPANCIES.c.session_id == TABLE.c.session_id, Among(OCCUPANCIES.c.resource_id, "resources"))
    return select(TABLE).where(pending, over, kept).order_by(TABLE.c.id).with_for_update()


def _upcoming_of() -> Executable:
    open_ = or_(*(TABLE.c.status == literal_column(f"'{status}'") for status in ("PENDING", "CONFIRMED")))
    later = TABLE.c.starts_at > bindparam("now", type_=TABLE.c.starts_at.type)
    return select(TABLE).where(_theirs(), open_, later).order_by(TABLE.c.id).with_for_update()


def _add_event() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in EVENTS.c}
    return insert(EVENTS).values(row).inline()


def _events_of(fields: Fields) -> Executable:
    chosen = BOOKING_EVENTS.select(fields).where(Among(EVENTS.c.booking_id, "bookings"))
    return chosen.order_by(EVENTS.c.created_at, EVENTS.c.id)


def _moved_at() -> Executable:
    later = EVENTS.c.created_at > bindparam("since", type_=EVENTS.c.created_at.type)
    its_own = EVENTS.c.booking_id == bindparam("id", type_=EVENTS.c.booking_id.type)
    return select(EVENTS.c.created_at).where(its_own, later, EVENTS.c.from_status == EVENTS.c.to_status)


def _events(sight: Sight, fields: Fields) -> Executable:
    chosen = BOOKING_EVENTS.select(fields).where(Among(EVENTS.c.id, "ids"))
    visible = Bookings.visible(sight)
    if visible is None:
        return chosen
    return chosen.where(exists().where(TABLE.c.id == EVENTS.c.booking_id, visible))


def _resources_of(sight: Sight, fields: Fields) -> Executable:
    resource = Resources.source.table
    chosen = Resources.chosen(sight, fields).add_columns(TABLE.c.id.label("booking_id"))
    has = and_(
        OCCUPANCIES.c.session_id == TABLE.c.session_id,
        OCCUPANCIES.c.resource_id == resource.c.id,
        resource.c.kind != literal_column("'STUDIO'"),
        Among(TABLE.c.id, "bookings"),
    )
    return chosen.where(has).order_by(TABLE.c.id, resource.c.name_folded, resource.c.id)


def _of_customer() -> Executable:
    return select(TABLE.c.id).where(_theirs(), TABLE.c.erased_at.is_(None)).order_by(TABLE.c.id)


def _past_retention(most: int) -> Executable:
    ended = TABLE.c.ends_at < bindparam("before", type_=TABLE.c.ends_at.type)
    chosen = select(TABLE.c.id).where(ended, TABLE.c.erased_at.is_(None)).order_by(TABLE.c.id)
    return chosen.limit(literal_column(str(most))).with_for_update(skip_locked=True)


def _erase() -> Executable:
    now = bindparam("now", type_=TABLE.c.erased_at.type)
    values = {**ERASED, "erased_at": now, "updated_at": now, "version": TABLE.c.version + literal_column("1")}
    return TABLE.update().where(Among(TABLE.c.id, "ids")).values(values)


def _erase_reasons() -> Executable:
    now = bindparam("now", type_=EVENTS.c.updated_at.type)
    return EVENTS.update().where(Among(EVENTS.c.booking_id, "ids")).values(reason=None, updated_at=now)


def _theirs() -> ColumnElement[bool]:
    theirs: ColumnElement[bool] = TABLE.c.user_id == bindparam("user_id", type_=TABLE.c.user_id.type)
    return theirs


def _resource(test: Test) -> ColumnElement[bool]:
    resource = bindparam(test.value, type_=OCCUPANCIES.c.resource_id.type)
    return exists().where(OCCUPANCIES.c.session_id == TABLE.c.session_id, OCCUPANCIES.c.resource_id == resource)


CONDITIONS: dict[str, Any] = {
    **{name: TABLE.c[name] for name in ("status", "starts_at", "search_text")},
    "service": TABLE.c.service_id,
    "user": TABLE.c.user_id,
    "resource": _resource,
}
