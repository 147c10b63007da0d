"""Every object that has one can be fetched again by its id: `node(id)`."""

from collections import namedtuple
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeAlias

import strawberry

from db.connection import Row
from db.repositories.repository import Slugged
from db.sources import Fields
from engine.errors import BadUserInput
from graph.context import Context, Info
from graph.declaring import argument, computed, interface_type
from graph.selecting import row_fields
from rules.access import Permission
from rules.global_ids import GLOBAL_ID, row_id

MAX_IDS = 100

Fetch: TypeAlias = Callable[[Context, Fields, Sequence[str]], Awaitable[Mapping[str, Row]]]

FETCH: dict[str, Fetch] = {}
"""How the visible rows of each type are read by their ids; each domain adds its own."""


def global_id(type_name: str, row_id: str) -> strawberry.ID:
    """The id that clients see."""
    return strawberry.ID(f"{type_name}_{row_id}")


def bare_row(type_name: str, row_id: str) -> Row:
    """A row of which only the id is known."""
    return _bare_class(type_name)(row_id)


@cache
def _bare_class(type_name: str) -> Callable[[str], Row]:
    return namedtuple(type_name, ("id",))  # noqa: PYI024  (the name is known at run time only)


@interface_type(Permission.ANYONE)
class Node:
    """An object with an id by which it can be fetched again."""

    @computed("id")
    def id(self) -> strawberry.ID:
        """The opaque id of this object, unique among all objects."""
        return global_id(type(self).__name__, self.id)

    @classmethod
    def resolve_type(cls, row: Row, *_: Any) -> str:
        """A row's class is named after its type."""
        return type(row).__name__


async def node(info: Info, id: Annotated[strawberry.ID, argument("The id of the object.")]) -> Node | None:  # noqa: A002  (the contract's name)
    """Any object by its id; null when there is none, or none that the viewer may see."""
    found = await _found(info, [id])
    return found.get(id)


async def nodes(
    info: Info, ids: Annotated[list[strawberry.ID], argument("The ids of the objects, at most 100.")]
) -> list[Node | None]:
    """Objects by their ids, in the same order; null in the place of one that cannot be seen."""
    if len(ids) > MAX_IDS:
        raise BadUserInput(f"Ask for at most {MAX_IDS} ids at once, not {len(ids)}.")
    found = await _found(info, ids)
    return [found.get(one) for one in ids]


async def by_id_or_slug(info: Info, type_name: str, read: Slugged, by: Any) -> Any:
    """The visible row that an input `{id}` or `{slug}` names, or None."""
    fields = row_fields(info)
    if by.slug:
        return await read.by_slug(fields, by.slug)
    wanted = row_id(type_name, by.id or "")
    return (await read.by_ids(fields, [wanted])).get(wanted) if wanted else None


async def _found(info: Info, ids: Sequence[str]) -> dict[str, Any]:
    wanted: dict[str, list[str]] = {}
    for match in filter(None, map(GLOBAL_ID.fullmatch, ids)):
        if match[1] in FETCH:
            wanted.setdefault(match[1], []).append(match[2])
    found: dict[str, Any] = {}
    for type_name, row_ids in wanted.items():
        rows = await FETCH[type_name](info.context, row_fields(info, type_name), row_ids)
        found |= {global_id(type_name, one): row for one, row in rows.items()}
    return found
