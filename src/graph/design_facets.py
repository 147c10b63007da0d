"""Facets of designs."""

from enum import Enum
from typing import Annotated, Protocol

import strawberry

from db.facets import Count
from graph.context import Context, Info
from graph.declaring import argument, computed, enum_type, object_type
from graph.designs import Design
from graph.facets import Facet, facet, require_facets
from graph.paging import Connection
from graph.pricing import facet_count, facet_points
from rules.access import Permission


@enum_type(
    CATEGORY="By category, told by its slug; with `includeDescendants` each counts what is below it too.",
    STYLE="By the manner.",
    COLOUR="By the main colour.",
    FABRIC="By what they are made of.",
    OCCASION="By what they are worn for.",
    SEASON="By when they are worn.",
    DESIGNER_NAME="By who designed them.",
    COLLECTION_NAME="By the collection.",
    FEATURED="Whether the studio shows them first: true or false.",
)
class DesignFacet(Enum):
    """What designs can be counted by; texts count as one whatever the case, under the spelling that occurs most."""

    CATEGORY = "CATEGORY"
    STYLE = "STYLE"
    COLOUR = "COLOUR"
    FABRIC = "FABRIC"
    OCCASION = "OCCASION"
    SEASON = "SEASON"
    DESIGNER_NAME = "DESIGNER_NAME"
    COLLECTION_NAME = "COLLECTION_NAME"
    FEATURED = "FEATURED"


class Counted(Protocol):
    """A list of designs whose values can be counted: of all, of a category, or of favourites."""

    async def counts(self, context: Context, field: str) -> list[Count]:
        """How often each value of a field occurs."""


LABELS = {DesignFacet.DESIGNER_NAME: "Designer", DesignFacet.COLLECTION_NAME: "Collection"}


@object_type(Permission.ANYONE)
class DesignConnection(Connection[Design]):
    """One page of a list of designs."""

    listing: strawberry.Private[Counted]

    @computed(size=facet_count, weight=facet_points)
    async def facets(
        self, info: Info, fields: Annotated[list[DesignFacet], argument("By which fields; at most 20.")]
    ) -> list[Facet]:
        """How many designs there are of each value; not in a list below a list."""
        require_facets(info, fields)
        return [await _facet(self.listing, info.context, field) for field in fields]


async def _facet(listing: Counted, context: Context, field: DesignFacet) -> Facet:
    counts = await listing.counts(context, field.value.lower())
    return facet(field.value, LABELS.get(field, field.value.capitalize()), counts)
