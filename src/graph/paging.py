"""Connections: lists in pages, keyset-paged and never by offset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from db.connection import Row
from db.paging import Page, Window
from db.sources import Fields
from engine.errors import BadUserInput
from engine.pricing import SIZE, WEIGHT
from engine.selection import within_a_list
from engine.strawberry_types import core_info
from graph.context import Context, Info
from graph.cursors import Cursors
from graph.declaring import NEEDS, PERMISSION, attribute, object_type
from graph.permissions import guarded
from graph.pricing import COUNTING, DEFAULT_SIZE, MAX_SIZE, page_size, search_points
from graph.selecting import page_fields, selected_names
from rules.access import Permission

NodeType = TypeVar("NodeType")


@object_type(Permission.ANYONE)
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = attribute("Whether the list goes on after this page.")
    has_previous_page: bool = attribute("Whether the list has entries before this page.")
    start_cursor: str | None = attribute("The cursor of the first entry, for `before`; null on an empty page.")
    end_cursor: str | None = attribute("The cursor of the last entry, for `after`; null on an empty page.")


@object_type(Permission.ANYONE)
class Edge(Generic[NodeType]):
    """An entry of a list together with its cursor."""

    cursor: str = attribute("Where this entry stands; opaque, and bound to this list's order and conditions.")
    node: NodeType = attribute("The entry itself.")


@object_type(Permission.ANYONE)
class Connection(Generic[NodeType]):
    """One page of a list."""

    edges: list[Edge[NodeType]] = attribute("The entries of this page with their cursors.")
    nodes: list[NodeType] = attribute("The entries of this page.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute(
        "How many entries the whole list has; counted only when it is selected.", weight=COUNTING
    )


class Listing(Protocol):
    """A list that can be read in pages."""

    identity: bytes
    """What makes it this list: its order and its conditions."""

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""

    async def total(self, context: Context) -> int:
        """How many rows there are."""

    def values(self, row: Row) -> tuple[Any, ...]:
        """What a cursor to this row carries."""

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        """The values of a cursor as the database compares them."""


@dataclass(frozen=True)
class _Slice:
    """A page as the fields of Connection, each worked out when it is selected."""

    listing: Listing
    cursors: Cursors
    page: Page
    total_count: int | None

    @property
    def nodes(self) -> Sequence[Row]:
        return self.page.rows

    @cached_property
    def edges(self) -> list[Edge[Any]]:
        return [Edge(cursor=self._cursor(row), node=row) for row in self.page.rows]

    @cached_property
    def page_info(self) -> PageInfo:
        rows = self.page.rows
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self._cursor(rows[0]) if rows else None,
            end_cursor=self._cursor(rows[-1]) if rows else None,
        )

    def _cursor(self, row: Row) -> str:
        return self.cursors.write(self.listing.identity, self.listing.values(row))


class Paged(FieldExtension):
    """Gives a field the four paging arguments, and makes a Connection of the Listing that its resolver returns."""

    ARGUMENTS: ClassVar = {
        "first": (int, "How many entries from the start, 1 to 100; 20 when neither `first` nor `last` is given."),
        "after": (str, "Only entries after this cursor."),
        "last": (int, "How many entries from the end, 1 to 100."),
        "before": (str, "Only entries before this cursor."),
    }

    def apply(self, field: StrawberryField) -> None:
        """Add the arguments in front of the field's own."""
        paging = [_argument(name, kind, description) for name, (kind, description) in self.ARGUMENTS.items()]
        field.arguments = [*paging, *field.arguments]

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **given: Any) -> _Slice:
        """Read the page and the count, as far as they are selected."""
        asked = {name: given.pop(name, None) for name in self.ARGUMENTS}
        return await _slice(await next_(source, info, **given), info, asked)


def connection(
    kind: Any, *needs: str, permission: Permission = Permission.ANYONE
) -> Callable[[Callable[..., Any]], Any]:
    """A field that is a Connection of type `kind`; its resolver returns the Listing to page through."""

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver=resolver,
            graphql_type=kind if permission is Permission.ANYONE else kind | None,
            description=resolver.__doc__,
            extensions=[*guarded(permission), Paged()],
            metadata={NEEDS: needs, PERMISSION: permission, SIZE: page_size, WEIGHT: search_points},
        )

    return declare


async def _slice(listing: Listing, info: Info, asked: dict[str, Any]) -> _Slice:
    window = _window(listing, info, asked)
    names = selected_names(info)
    page, total = Page((), has_next=False, has_previous=False), None
    if names & {"nodes", "edges", "pageInfo"}:
        page = await listing.page(info.context, page_fields(info), window)
    if "totalCount" in names:
        total = await listing.total(info.context)
    return _Slice(listing, info.context.parts.cursors, page, total)


def _window(listing: Listing, info: Info, asked: dict[str, Any]) -> Window:
    given = {name: None if value is strawberry.UNSET else value for name, value in asked.items()}
    if given["first"] is not None and given["last"] is not None:
        raise BadUserInput("Give `first` or `last`, not both.")
    size = given["last"] if given["first"] is None else given["first"]
    if size is not None and not 1 <= size <= MAX_SIZE:
        raise BadUserInput(f"A page has 1 to {MAX_SIZE} entries, not {size}.")
    if (given["after"] or given["before"]) and within_a_list(core_info(info)):
        raise BadUserInput("`after` and `before` work only where the list is asked for on a single object.")
    at = {name: _position(listing, info, given[name]) for name in ("after", "before")}
    return Window(size or DEFAULT_SIZE, backward=given["last"] is not None, **at)


def _position(listing: Listing, info: Info, cursor: str | None) -> tuple[Any, ...] | None:
    return None if cursor is None else listing.position(info.context.parts.cursors.read(listing.identity, cursor))


def _argument(name: str, kind: type, description: str) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(kind | None),
        description=description,
        default=strawberry.UNSET,
    )
