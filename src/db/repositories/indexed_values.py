"""By what items are found, and what only one of them may have."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Select, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_where_free  # ON CONFLICT is the same on SQLite

from db.among import Among
from db.models import IndexedValue, UniqueValue
from db.repositories.specifications import definitions
from db.sources import ITEMS, SPECIFICATION_EDITIONS, SPECIFICATIONS, Source
from rules.indexing import Claim, Scheme, claims, index_rows
from rules.items import audience
from rules.specifications import definition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from db.connection import Connection, Row
    from db.scope import Scope
    from db.sources import Fields
    from rules.specifications import Definition

TABLE = Source(IndexedValue).table
CLAIMS = Source(UniqueValue).table
EDITIONS = SPECIFICATION_EDITIONS.table
OWNERS = SPECIFICATIONS.table
THINGS = ITEMS.table
INDEXED: Fields = frozenset({"category_id", "visibility", "deleted_at", "specification_values"})
"""What the index of an item is made of."""


class Clash(NamedTuple):
    """An item that could not have its value of a unique specification: another has it."""

    item_id: str
    specification_id: str


class IndexedValues:
    """The values of items in the form in which they are compared."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self.connection = connection
        self.scope = scope

    async def follow(self, items: Sequence[Any], known: Mapping[str, Sequence[Row]]) -> list[Clash]:
        """Index items as they are now, in every edition that is read or being built, and claim what is unique.

        `items` have the columns INDEXED and `id`, and are locked, or new; `known` are the whole specifications of their
        categories (`specifications.kept`). Clashes in the order of the items: nothing is undone, the caller refuses.
        Outdated editions are left to those who are still reading them, but for who may see the items.
        """
        schemes, numbers = await self._schemes(known), await self._numbers(items)
        pairs = ((item, one) for item in items for one in schemes[item.category_id])
        await self.connection.run(_forget, items=list(numbers.values()))
        await self._hide(items, numbers)
        await self._add(row for item, one in pairs for row in index_rows(item, numbers[item.id], one))
        today = {category: several[0].definitions for category, several in schemes.items()}
        wanted = {item.id: claims(item, today[item.category_id]) for item in items}
        await self._let_go(wanted)
        return await self._claim(wanted)

    async def index(self, edition: Row, items: Sequence[Row], known: Mapping[str, Sequence[Row]]) -> None:
        """Index whole, locked rows in one edition under its own definition; `known` as for `follow`."""
        own = definition(edition.definition)
        schemes = {place: Scheme(definitions(rows), {}).only(own, edition.number) for place, rows in known.items()}
        await self.connection.run(_forget_in, edition=edition.number, items=[item.number for item in items])
        await self._add(row for item in items for row in index_rows(item, item.number, schemes[item.category_id]))

    async def claim_all(
        self, unique: Definition, items: Sequence[Any], known: Mapping[str, Sequence[Row]]
    ) -> list[Clash]:
        """Claim the values of one specification, which becomes unique or is read anew; clashes as `follow` has them.

        In the transaction of the change, once that is written (`known`, by category, has it) and after `release`: it
        holds the specification's row, so nobody writes such values meanwhile, nor moves an item that has one, and items
        need no lock.
        """
        today = {category: definitions(rows) for category, rows in known.items()}
        return await self._claim({item.id: claims(item, today[item.category_id], unique.id) for item in items})

    async def holders(self, wanted: Collection[Claim]) -> dict[Claim, str]:
        """The id of the item that has each of these unique values, as far as one has."""
        if not wanted:
            return {}
        specifications, values = ([*set(part)] for part in zip(*wanted, strict=True))
        rows = await self.connection.all(_holders, specifications=specifications, values=values)
        return {(row.specification_id, row.value): row.item_id for row in rows}

    async def release(self, specification_id: str) -> None:
        """Let every value of a specification go."""
        await self.connection.run(_release, specification_id=specification_id)

    async def _schemes(self, known: Mapping[str, Sequence[Row]]) -> dict[str, list[Scheme]]:
        """By category: today's definitions with the newest editions, then the older ones that are still read."""
        wanted = {
            one for rows in known.values() for row in rows for one in (row.edition_id, row.next_edition_id) if one
        }
        rows = await self.connection.all(_editions, editions=sorted(wanted)) if wanted else []
        editions = {row.id: row for row in rows}
        return {category: _of_category(rows, editions) for category, rows in known.items()}

    async def _hide(self, items: Sequence[Any], numbers: Mapping[str, int]) -> None:
        """Let outdated editions, too, show items to those only who may see them now."""
        shown: dict[str, list[int]] = {}
        for item in items:
            shown.setdefault(audience(item.visibility, item.deleted_at), []).append(numbers[item.id])
        for whom, its in sorted(shown.items()):
            await self.connection.run(_show, audience=whom, items=its)

    async def _numbers(self, items: Sequence[Any]) -> dict[str, int]:
        rows = await self.connection.all(_numbers, items=[item.id for item in items])
        return {row.id: row.number for row in rows}

    async def _add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        if found := list(rows):
            await self.connection.each(_add, rows=found)

    async def _let_go(self, wanted: Mapping[str, set[Claim]]) -> None:
        """Let go what these items have and do not want any more."""
        held = await self._held(wanted)
        if left := [claim for item, kept in wanted.items() for claim in held[item] - kept]:
            await self.connection.each(_let_go, rows=[_claimed(claim) for claim in sorted(left)])

    async def _claim(self, wanted: Mapping[str, set[Claim]]) -> list[Clash]:
        """Claim what is wanted; where several want the same, whoever had it keeps it, or the first gets it.

        All claim in one order: so nobody waits for somebody who waits for him.
        """
        new = sorted(((claim, item) for item, all_of_it in wanted.items() for claim in all_of_it), key=itemgetter(0))
        if not new:
            return []
        await self.connection.each(_claim, rows=[{**_claimed(claim), "item_id": item} for claim, item in new])
        held = await self._held(wanted)
        return [Clash(item, claim[0]) for item, kept in wanted.items() for claim in sorted(kept - held[item])]

    async def _held(self, items: Iterable[str]) -> dict[str, set[Claim]]:
        held: dict[str, set[Claim]] = {item: set() for item in items}
        for row in await self.connection.all(_held, items=list(held)):
            held[row.item_id].add((row.specification_id, row.value))
        return held


def _of_category(rows: Sequence[Row], editions: Mapping[str, Row]) -> list[Scheme]:
    newest = {row.id: editions[one].number for row in rows if (one := row.next_edition_id or row.edition_id)}
    today = Scheme(definitions(rows), newest)
    replaced = (editions[row.edition_id] for row in rows if row.edition_id and row.next_edition_id)
    return [today, *(today.only(definition(one.definition), one.number) for one in replaced)]


def _claimed(claim: Claim) -> dict[str, str]:
    return {"specification_id": claim[0], "value": claim[1]}


def _forget() -> Executable:
    return delete(TABLE).where(Among(TABLE.c.item, "items"), TABLE.c.edition.not_in(_outdated()))


def _show() -> Executable:
    audience = _bound("audience")
    shown = update(TABLE).where(Among(TABLE.c.item, "items"), TABLE.c.edition.in_(_outdated()))
    return shown.where(TABLE.c.audience != audience).values(audience=audience)


def _outdated() -> Select[Any]:
    """The numbers of the editions that nobody begins to read any more."""
    outdated = select(EDITIONS.c.number).join(OWNERS, OWNERS.c.id == EDITIONS.c.specification_id)
    return outdated.where(
        EDITIONS.c.id.is_distinct_from(OWNERS.c.edition_id), EDITIONS.c.id.is_distinct_from(OWNERS.c.next_edition_id)
    )


def _forget_in() -> Executable:
    return delete(TABLE).where(Among(TABLE.c.item, "items"), TABLE.c.edition == _bound("edition"))


def _add() -> Executable:
    return insert(TABLE).values({column.name: _bound(column.name) for column in TABLE.c}).inline()


def _editions() -> Executable:
    return select(EDITIONS.c.id, EDITIONS.c.number, EDITIONS.c.definition).where(Among(EDITIONS.c.id, "editions"))


def _numbers() -> Executable:
    return select(THINGS.c.id, THINGS.c.number).where(Among(THINGS.c.id, "items"))


def _held() -> Executable:
    return select(*CLAIMS.c).where(Among(CLAIMS.c.item_id, "items"))


def _holders() -> Executable:
    among = Among(CLAIMS.c.specification_id, "specifications"), Among(CLAIMS.c.value, "values")
    return select(*CLAIMS.c).where(*among)


def _claim() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in CLAIMS.c}
    return insert_where_free(CLAIMS).values(row).on_conflict_do_nothing().inline()


def _let_go() -> Executable:
    same = (CLAIMS.c[name] == bindparam(name, type_=CLAIMS.c[name].type) for name in ("specification_id", "value"))
    return delete(CLAIMS).where(*same)


def _release() -> Executable:
    owner = CLAIMS.c.specification_id
    return delete(CLAIMS).where(owner == bindparam("specification_id", type_=owner.type))


def _bound(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=TABLE.c[name].type)
