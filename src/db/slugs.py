"""Slugs: unique within their table."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import Executable, select

from db.among import Among
from db.locks import take_turn
from db.models import Base
from rules.slugs import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.connection import Connection

AT_ONCE = 50


class Slugs:
    """The slugs of one table."""

    def __init__(self, connection: Connection, table_name: str) -> None:
        self._connection = connection
        self._table_name = table_name

    async def is_taken(self, slug: str) -> bool:
        """Whether a row has it, seen or not."""
        return bool(await self._taken([slug]))

    async def free(self, wanted: str) -> str:
        """The first that is free of `wanted`, `wanted-2` and so on; who else wants one like it waits."""
        await take_turn(self._connection, f"{self._table_name}.slug {wanted}")
        candidates = numbered(wanted)
        while True:
            several = list(islice(candidates, AT_ONCE))
            taken = await self._taken(several)
            if free := next((slug for slug in several if slug not in taken), None):
                return free

    async def _taken(self, slugs: Sequence[str]) -> set[str]:
        return {row.slug for row in await self._connection.all(_taken, self._table_name, slugs=list(slugs))}


def _taken(table_name: str) -> Executable:
    column = Base.metadata.tables[table_name].c.slug
    return select(column).where(Among(column, "slugs"))
