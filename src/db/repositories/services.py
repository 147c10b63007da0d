"""What the studio sells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
)

from db.among import Among
from db.filters import EVERYTHING, Filter, express, parametrise
from db.ids import new_id
from db.locks import take_turn
from db.models import Base
from db.paging import Key, Page, Sort, Window, WindowShape, windowed
from db.repositories.repository import Repository, Slugged
from db.repositories.resources import Resources
from db.scope import Sight
from db.search import searchable
from db.slugs import Slugs
from db.sources import BOOKINGS, SERVICE_OPTIONS, SERVICES, Fields
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from db.connection import Row

TABLE = SERVICES.table
OPTIONS = SERVICE_OPTIONS.table
NEEDS = Base.metadata.tables["service_resources"]
PLACE = (Key("position"), Key("name_folded"))
TEXTS = ("name", "summary", "description")


@dataclass(frozen=True, slots=True)
class ServiceList:
    """Which services, and in which order."""

    where: Filter = EVERYTHING
    order: tuple[Key, ...] = PLACE

    def parametrised(self) -> tuple[ServiceList, dict[str, Any]]:
        """What of it shapes a statement, and the values that it is run with."""
        values: dict[str, Any] = {}
        return replace(self, where=parametrise(self.where, values)), values


class Services(Slugged):
    """Services: the public sees what is published, staff all."""

    source = SERVICES

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """What is published."""
        return None if sight is Sight.STAFF else TABLE.c.status == literal_column("'PUBLISHED'")

    async def page(self, fields: Fields, wanted: ServiceList, window: Window) -> Page:
        """The visible services within the window."""
        shape, values = wanted.parametrised()
        rows = await self.visible_rows(_page, fields, shape, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def total(self, wanted: ServiceList) -> int:
        """How many visible services there are."""
        shape, values = wanted.parametrised()
        return int((await self.visible_rows(_total, shape.where, **values))[0].total)

    async def options_of(self, fields: Fields, services: Sequence[str]) -> dict[str, list[Row]]:
        """The options of each of these, in their order, by the service's id; seen or not."""
        return _by_service(services, await self.connection.all(_options_of, fields, services=list(services)))

    async def resources_of(self, fields: Fields, services: Sequence[str]) -> dict[str, list[Row]]:
        """The visible resources that each of these needs, by name, by the service's id."""
        return _by_service(services, await self.visible_rows(_resources_of, fields, services=list(services)))

    async def resource_ids(self, services: Sequence[str]) -> dict[str, list[str]]:
        """The ids of the resources that each of these names, sorted, by the service's id."""
        found = _by_service(services, await self.connection.all(_needs, services=list(services)))
        return {service: [row.resource_id for row in rows] for service, rows in found.items()}

    async def bookings(self, service_id: str) -> int:
        """How many bookings it has, whatever became of them."""
        return int(await self.connection.value(_bookings, id=service_id))

    async def kept(self, service_id: str | None) -> Row | None:
        """The whole row, seen or not; neither it nor what it needs changes until the transaction ends."""
        return await self.connection.first(_kept, id=service_id) if service_id else None

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New services, without their folded texts: those are made here."""
        await super().add([{**row, **_folded(row)} for row in rows])

    async def edit(self, service: Row, *, now: datetime, **columns: Any) -> None:
        """Set these columns of a whole row; its folded texts follow."""
        await self.change(service.id, now=now, **columns, **_folded({**service._asdict(), **columns}))

    async def need(self, service_id: str, resources: Sequence[str], *, now: datetime) -> None:
        """Let a service need these resources, in the place of what it needed."""
        await self.connection.run(_need_nothing, id=service_id)
        of_all = {"created_at": now, "updated_at": now, "service_id": service_id}
        await self.connection.each(_need, rows=[{**of_all, "id": new_id(), "resource_id": one} for one in resources])

    async def last_position(self) -> int | None:
        """Where the last one stands, None: there is none; who else wants the place behind it waits."""
        await take_turn(self.connection, f"{TABLE.name}.position")
        last: int | None = await self.connection.value(_last_position)
        return last

    @property
    def slugs(self) -> Slugs:
        """Their names in URLs."""
        return Slugs(self.connection, TABLE.name)

    @property
    def options(self) -> ServiceOptions:
        """What can be had with them."""
        return ServiceOptions(self.connection, self.scope)


class ServiceOptions(Repository):
    """What can be had with services: seen where the service is."""

    source = SERVICE_OPTIONS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Those of visible services."""
        shown = Services.visible(sight)
        return None if shown is None else exists().where(TABLE.c.id == OPTIONS.c.service_id, shown)

    async def write(self, service_id: str, options: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
        """Let a service have these options, in this order, in the place of those it has; the same id is the same."""
        made = {row.id: row.created_at for row in await self.connection.all(_made, id=service_id)}
        await self.connection.run(_clear, id=service_id)
        of_all = {"service_id": service_id, "updated_at": now}
        placed = enumerate(options)
        await self.add(
            [{**of_all, **one, "created_at": made.get(one["id"], now), "position": place} for place, one in placed]
        )


def _kept() -> Executable:
    chosen = select(TABLE).where(TABLE.c.id == bindparam("id", type_=TABLE.c.id.type))
    return chosen.with_for_update(read=True)


def _by_service(services: Iterable[str], rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {service: [] for service in services}
    for row in rows:
        found[row.service_id].append(row)
    return found


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name_folded": fold(row["name"]), "search_text": searchable(*_texts(row))}


def _texts(row: Mapping[str, Any]) -> Iterator[str | None]:
    """What a search looks in: in every language."""
    yield from (row[name] for name in TEXTS)
    for fields in row["translations"].values():
        yield from (fields.get(name) for name in TEXTS)


def _page(sight: Sight, fields: Fields, wanted: ServiceList, window: WindowShape) -> Executable:
    """With the columns of the order, which cursors are made of."""
    needed = fields | {key.column for key in wanted.order}
    chosen = Services.chosen(sight, needed).where(express(wanted.where, CONDITIONS))
    keys = (*wanted.order, Key("id", descending=wanted.order[0].descending))
    columns = ((TABLE.c[key.column], key.descending) for key in keys)
    return windowed(chosen, [Sort(column, down, nullable=bool(column.nullable)) for column, down in columns], window)


def _total(sight: Sight, where: Filter) -> Select[Any]:
    counted = select(func.count().label("total")).select_from(TABLE).where(express(where, CONDITIONS))
    visible = Services.visible(sight)
    return counted if visible is None else counted.where(visible)


def _options_of(fields: Fields) -> Executable:
    chosen = SERVICE_OPTIONS.select(fields | {"service_id"}).where(Among(OPTIONS.c.service_id, "services"))
    return chosen.order_by(OPTIONS.c.service_id, OPTIONS.c.position)


def _resources_of(sight: Sight, fields: Fields) -> Executable:
    resources = Resources.source.table
    chosen = Resources.chosen(sight, fields).add_columns(NEEDS.c.service_id.label("service_id"))
    needed = chosen.where(NEEDS.c.resource_id == resources.c.id, Among(NEEDS.c.service_id, "services"))
    return needed.order_by(NEEDS.c.service_id, resources.c.name_folded, resources.c.id)


def _needs() -> Executable:
    chosen = select(NEEDS.c.service_id, NEEDS.c.resource_id).where(Among(NEEDS.c.service_id, "services"))
    return chosen.order_by(NEEDS.c.resource_id)


def _bookings() -> Executable:
    bookings = BOOKINGS.table
    return select(func.count()).select_from(bookings).where(bookings.c.service_id == _given_id())


def _need() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in NEEDS.c}
    return insert(NEEDS).values(row).inline()


def _need_nothing() -> Executable:
    return delete(NEEDS).where(NEEDS.c.service_id == _given_id())


def _made() -> Executable:
    return select(OPTIONS.c.id, OPTIONS.c.created_at).where(OPTIONS.c.service_id == _given_id())


def _clear() -> Executable:
    return delete(OPTIONS).where(OPTIONS.c.service_id == _given_id())


def _last_position() -> Executable:
    return select(func.max(TABLE.c.position))


def _given_id() -> ColumnElement[Any]:
    return bindparam("id", type_=TABLE.c.id.type)


CONDITIONS: dict[str, Any] = {"status": TABLE.c.status, "search_text": TABLE.c.search_text}
