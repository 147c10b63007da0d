"""Facets: what a list can be narrowed to, and how many entries would be left."""

from collections.abc import Sequence

from db.facets import Count
from engine.errors import LIMIT_EXCEEDED, BadUserInput, RequestError
from engine.selection import within_a_list
from engine.strawberry_types import core_info
from graph.context import Info
from graph.declaring import attribute, object_type
from rules.access import Permission

MOST_FIELDS = 20


@object_type(Permission.ANYONE)
class FacetValue:
    """A value that a list can be narrowed to."""

    value: str = attribute("As conditions name it: what `eq` finds, a slug of a category, true or false.")
    label: str = attribute("As people read it.")
    count: int = attribute("How many entries the list would have, were it narrowed to this value of the field alone.")
    selected: bool = attribute("Whether `where` names it for this field, at its top or in an `and` there.")


@object_type(Permission.ANYONE)
class Facet:
    """The values of one field in a list, counted with all conditions but those on the field itself."""

    field: str = attribute("The field, as it was asked for.")
    label: str = attribute("What people call it.")
    values: list[FacetValue] = attribute(
        "The values that occur, the most frequent first, then by value: at most 100. Selected ones are there even where"
        " they do not occur."
    )


def require_facets(info: Info, fields: Sequence[object]) -> None:
    """RequestError where there are too many of them, or where they would be counted for each entry of a list."""
    if within_a_list(core_info(info)):
        message = "Facets are counted only where the list is asked for on a single object."
        raise RequestError(LIMIT_EXCEEDED, message)
    if len(fields) > MOST_FIELDS:
        raise BadUserInput(f"At most {MOST_FIELDS} facets may be asked for at once, not {len(fields)}.")


def facet(field: str, label: str, counts: Sequence[Count]) -> Facet:
    """A facet as clients see it."""
    values = [FacetValue(value=one.value, label=one.label, count=one.count, selected=one.selected) for one in counts]
    return Facet(field=field, label=label, values=values)
