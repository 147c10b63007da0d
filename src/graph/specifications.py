"""What is worth knowing about the items of a category."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from db.connection import Row
from db.sources import Fields
from graph.context import Context, Info
from graph.declaring import attribute, computed, enum_type, object_type
from graph.node import FETCH, Node
from graph.scalars import Decimal
from rules.access import Permission, may

if TYPE_CHECKING:
    from graph.categories import Category


@enum_type(
    TEXT="Any text.",
    INTEGER="A whole number.",
    DECIMAL="A number, with all the decimals that are written.",
    BOOLEAN="Yes or no.",
    DATE="A day; also a month or a year of which no more is known.",
    ENUM="One of the options.",
    MULTI_ENUM="Some of the options.",
    URL="The address of a web page.",
    QUANTITY="A number with its unit.",
)
class SpecificationType(Enum):
    """Of what kind the values are."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    DECIMAL = "DECIMAL"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    ENUM = "ENUM"
    MULTI_ENUM = "MULTI_ENUM"
    URL = "URL"
    QUANTITY = "QUANTITY"


@enum_type(RUNNING="Filters read the index of the definition before.", DONE="Filters read the index of the definition.")
class SpecificationChangeStatus(Enum):
    """How far the index has followed a definition."""

    RUNNING = "RUNNING"
    DONE = "DONE"


@object_type(Permission.ANYONE)
class SpecificationOption:
    """One of the things that can be chosen."""

    key: str = attribute("By what it is stored; never changes.")
    label: str = attribute("What people read.")
    archived: bool = attribute("Whether it is there for the values that have it, and cannot be chosen any more.")


@object_type(Permission.ANYONE)
class SpecificationChange:
    """How the index, by which items are found, follows a definition."""

    status: SpecificationChangeStatus = attribute("Whether it has.")
    done: int = attribute("How many items are done.")
    total: int = attribute("How many there are to do.")
    started_at: datetime = attribute("When the definition was changed.")


@object_type(Permission.ANYONE)
class Specification(Node):
    """A definition: what is asked of the items of a category and of all below it."""

    key: str = attribute("By what inputs, filters and files name it; never changes.")
    label: str = attribute("What people read.")
    type: SpecificationType = attribute("Of what kind the values are.")
    unit: str | None = attribute("In what a QUANTITY is, where a value names no other; null for other types.")
    required: bool = attribute("Whether new items need a value.")
    unique: bool = attribute("Whether no two items may have the same value.")
    filterable: bool = attribute("Whether items can be found and ordered by it.")
    min: Decimal | None = attribute("The least that a number may be; of a QUANTITY in its unit.")
    max: Decimal | None = attribute("The most that a number may be; of a QUANTITY in its unit.")
    max_length: int | None = attribute("How many characters a TEXT or a URL may have.")
    position: int = attribute("Its place among those of its category; the smallest comes first.")
    archived: bool = attribute("Whether its values are kept for reading only.")
    inherited_from: Annotated["Category", strawberry.lazy("graph.categories")] | None = attribute(
        "The category above from which a category has it; null where it is the category's own.", joined=True
    )
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")

    @computed("options")
    def options(self) -> list[SpecificationOption]:
        """What can be chosen, in order; none where the type is not ENUM or MULTI_ENUM."""
        return [SpecificationOption(**option) for option in self.options]

    @computed("id")
    async def change(self, info: Info) -> SpecificationChange | None:
        """The index following the definition as it was changed last; null where none ran, and for all but staff.

        It counts items that others do not see.
        """
        if not may(info.context.viewer, Permission.STAFF):
            return None
        found: Row | None = await info.context.batched(_changes, key=self.id)
        return _change(found) if found else None


async def of_categories(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    """The specifications that each category has, by its id."""
    return await context.read().specifications.of_categories(fields, ids)


async def _changes(context: Context, ids: list[str]) -> Mapping[str, Row | None]:
    return dict.fromkeys(ids) | await context.read().editions.latest(ids)


def _change(edition: Row) -> SpecificationChange:
    status = SpecificationChangeStatus.DONE if edition.whole_at else SpecificationChangeStatus.RUNNING
    return SpecificationChange(status=status, done=edition.done, total=edition.total, started_at=edition.created_at)


FETCH["Specification"] = lambda context, fields, ids: context.read().specifications.by_ids(fields, ids)
