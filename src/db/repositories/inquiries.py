"""What strangers ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, bindparam, false, func, literal_column, null, select, update

from db.among import Among
from db.filters import Filter, express, parametrise
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.repositories.repository import Repository
from db.repositories.services import Services
from db.scope import Sight
from db.sources import INQUIRIES, Fields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from db.connection import Row

TABLE = INQUIRIES.table
CONDITIONS = {"status": TABLE.c.status}


class Inquiries(Repository):
    """Messages from the contact form; only staff see them."""

    source = INQUIRIES

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """For staff; who has sent one is shown it by `shown`."""
        return None if sight is Sight.STAFF else false()

    async def shown(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:
        """These rows, by id, whoever asks: the caller has made sure that they may be shown."""
        return {row.id: row for row in await self.connection.all(_shown, fields, ids=list(ids))}

    async def page(self, fields: Fields, where: Filter, window: Window) -> Page:
        """The visible inquiries within the window, the newest first."""
        values: dict[str, Any] = {}
        shape = parametrise(where, values)
        rows = await self.visible_rows(_page, fields, shape, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def total(self, where: Filter) -> int:
        """How many match, seen or not."""
        values: dict[str, Any] = {}
        return int(await self.connection.value(_total, parametrise(where, values), **values))

    async def service_stays(self, service_id: str | None) -> bool:
        """Whether the viewer sees this service; then it is there until the transaction ends."""
        return bool(service_id) and bool(await self.visible_rows(_service, id=service_id))

    async def past_retention(self, before: datetime, most: int) -> list[str]:
        """The ids of those from before this moment that still tell who asked, the oldest first."""
        return [row.id for row in await self.connection.all(_past_retention, most, before=before)]

    async def erase(self, ids: Sequence[str], *, now: datetime) -> None:
        """Forget who asked, and what: that somebody did stays."""
        await self.connection.run(_erase, ids=list(ids), erased_at=now)


def _shown(fields: Fields) -> Executable:
    return INQUIRIES.select(fields).where(Among(TABLE.c.id, "ids"))


def _page(sight: Sight, fields: Fields, where: Filter, shape: WindowShape) -> Executable:
    sorts = [Sort(TABLE.c[name], descending=True, nullable=False) for name in ("created_at", "id")]
    chosen = Inquiries.chosen(sight, fields | {"created_at"}).where(express(where, CONDITIONS))
    return windowed(chosen, sorts, shape)


def _total(where: Filter) -> Executable:
    return select(func.count()).select_from(TABLE).where(express(where, CONDITIONS))


def _service(sight: Sight) -> Executable:
    service = Services.source.table
    chosen = Services.chosen(sight, frozenset()).where(service.c.id == bindparam("id", type_=service.c.id.type))
    return chosen.with_for_update(read=True, key_share=True, of=service)


def _past_retention(most: int) -> Executable:
    earlier = TABLE.c.created_at < bindparam("before", type_=TABLE.c.created_at.type)
    kept = select(TABLE.c.id).where(earlier, TABLE.c.erased_at.is_(None))
    return kept.order_by(TABLE.c.created_at, TABLE.c.id).limit(most)


def _erase() -> Executable:
    now = bindparam("erased_at", type_=TABLE.c.erased_at.type)
    nothing = {"name": literal_column("''"), "email": null(), "phone": null(), "message": literal_column("''")}
    grown = {"version": TABLE.c.version + literal_column("1"), "updated_at": now, "erased_at": now}
    return update(TABLE).where(Among(TABLE.c.id, "ids"), TABLE.c.erased_at.is_(None)).values(nothing | grown)
