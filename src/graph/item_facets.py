"""Facets of items."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

import strawberry

from db.connection import Row
from db.item_facets import counted
from db.specification_facets import counted_values
from engine.errors import BadUserInput
from graph.context import Context, Info
from graph.declaring import argument, computed, object_type
from graph.facets import Facet, facet, require_facets
from graph.item_lists import ItemListing
from graph.items import Item
from graph.paging import Connection
from graph.pricing import facet_count, facet_points
from graph.specification_filters import Known, definitions_of, usable
from rules.access import Permission
from rules.specification_inputs import LONGEST_KEY
from rules.specifications import SPECIFICATION, Definition, Option

LABELS = {"category": "Category", "condition": "Condition", "visibility": "Visibility"}


@object_type(Permission.ANYONE)
class ItemConnection(Connection[Item]):
    """One page of a list of items."""

    listing: strawberry.Private[ItemListing]

    @computed(size=facet_count, weight=facet_points)
    async def facets(
        self,
        info: Info,
        fields: Annotated[
            list[str],
            argument(
                "By which fields: category (told by slug; with `includeDescendants` each counts what is below it too),"
                " condition, visibility, or spec: with the key of a filterable specification, as in spec:colour;"
                " at most 20."
            ),
        ],
    ) -> list[Facet]:
        """How many items there are of each value; not in a list below a list."""
        require_facets(info, fields)
        keys = [_key(field) for field in fields if field not in LABELS]
        known = await definitions_of(info.context, keys)
        for key in keys:
            usable(key, known)
        return [await _facet(self.listing, info.context, field, known) for field in fields]


def _key(field: str) -> str:
    if not field.startswith(SPECIFICATION):
        there = ", ".join(LABELS)
        message = f"There is no facet {field[:LONGEST_KEY]}: ask for {there}, or spec: with the key of a specification."
        raise BadUserInput(message)
    return field.removeprefix(SPECIFICATION)


async def _facet(listing: ItemListing, context: Context, field: str, known: Known) -> Facet:
    items = context.read().items
    if field in LABELS:
        return facet(field, LABELS[field], await counted(items, listing.items, field))
    rows = known[_key(field)]
    counts = await counted_values(items, listing.items.where, _key(field), _definitions(rows))
    return facet(field, rows[0].label, counts)


def _definitions(rows: Sequence[Row]) -> Mapping[int, Definition]:
    """By their edition, as it was made, but with the labels of today."""
    return {
        row.edition: replace(row.definition, options=tuple(Option(**option) for option in row.options)) for row in rows
    }
