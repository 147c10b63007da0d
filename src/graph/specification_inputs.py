"""What specifications are entered and changed with, and what is answered."""

from enum import Enum
from typing import Any

from graph.categories import Category
from graph.declaring import attribute, enum_type, input_field, input_type, object_type
from graph.inputs import filled
from graph.mutations import Payload, result
from graph.scalars import Decimal
from graph.specifications import Specification, SpecificationType
from rules.access import Permission
from rules.units import UNITS, symbols_like

UNIT = " · ".join(map(", ".join, dict.fromkeys(map(symbols_like, UNITS.values()))))


@enum_type(
    ABORT="The change is refused where values that fit now would not fit any more.",
    KEEP_AS_RESIDUE="They stay as they are, can be read, and count again when they fit again.",
)
class SpecificationConflict(Enum):
    """What becomes of values that do not fit a changed definition; those that did not fit before are no obstacle."""

    ABORT = "ABORT"
    KEEP_AS_RESIDUE = "KEEP_AS_RESIDUE"


@input_type()
class SpecificationOptionInput:
    """Something that can be chosen."""

    key: str = attribute(
        "By what it is stored: 1 to 64 small letters and digits, with single hyphens or underscores between."
    )
    label: str = attribute("What people read: 1 to 200 characters.")
    archived: bool | None = input_field(
        "true: it cannot be chosen any more. Left out: as it is, or false for a new option."
    )


@input_type()
class SpecificationInput:
    """A specification to be added to a category."""

    key: str = attribute(
        "By what inputs, filters and files name it: a letter from a to z, then up to 63 more, digits, hyphens and "
        "underscores. No category above or below may have the same. It never changes."
    )
    label: str = attribute("What people read: 1 to 200 characters.")
    type: SpecificationType = attribute("Of what kind the values are.")
    unit: str | None = input_field(f"Needed for a QUANTITY, and only for that: {UNIT}.")
    options: list[SpecificationOptionInput] | None = input_field(
        "Needed for ENUM and MULTI_ENUM, and only for these: 1 to 250, in order, each key once."
    )
    required: bool | None = input_field("Whether new items need a value; false when left out.")
    unique: bool | None = input_field(
        "Whether no two items may have the same value; false when left out. Not for BOOLEAN and MULTI_ENUM."
    )
    filterable: bool | None = input_field("Whether items can be found and ordered by it; false when left out.")
    min: Decimal | None = input_field("The least that an INTEGER, a DECIMAL or a QUANTITY may be, this in its unit.")
    max: Decimal | None = input_field("The most that an INTEGER, a DECIMAL or a QUANTITY may be, this in its unit.")
    max_length: int | None = input_field("How many characters a TEXT or a URL may have: 1 to 10,000.")
    position: int | None = input_field("Its place among those of its category, from 0 on; behind them when left out.")


@input_type()
class UpdateSpecificationInput:
    """What is to change; what is left out stays as it is, null clears.

    With another type, what only belonged to the old one goes: its unit, options, bounds or length.
    """

    label: str | None = input_field("What people read: 1 to 200 characters.")
    type: SpecificationType | None = input_field("Of what kind the values are.")
    unit: str | None = input_field(f"Needed for a QUANTITY, and only for that: {UNIT}.")
    options: list[SpecificationOptionInput] | None = input_field(
        "All that can be chosen, in order, in the place of what could. One that is left out goes; where some item has "
        "it, it is archived instead."
    )
    required: bool | None = input_field("Whether new items need a value; items that have none stay as they are.")
    unique: bool | None = input_field("Whether no two items may have the same value. Not for BOOLEAN and MULTI_ENUM.")
    filterable: bool | None = input_field("Whether items can be found and ordered by it.")
    min: Decimal | None = input_field(
        "The least that an INTEGER, a DECIMAL or a QUANTITY may be, this in its unit: another unit does not convert it."
    )
    max: Decimal | None = input_field(
        "The most that an INTEGER, a DECIMAL or a QUANTITY may be, this in its unit: another unit does not convert it."
    )
    max_length: int | None = input_field("How many characters a TEXT or a URL may have: 1 to 10,000.")
    position: int | None = input_field("Its place among those of its category, from 0 on.")
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class SpecificationImpact:
    """What a change means for the items below, deleted ones too; names, order and labels of options affect none."""

    items_affected: int = attribute("How many have a value, or have none where one becomes required.")
    items_convertible: int = attribute("How many of these have a value that fits the definition as it will be.")
    items_failing: int = attribute(
        "How many have not: their value does not fit, be it that it did not fit before either; or it becomes unique "
        "and another item has the same; or it becomes required and they have none."
    )
    examples: list[str] = attribute("At most five that fail, first what may be refused: the item and its value.")


@object_type(Permission.ANYONE)
class SpecificationPayload(Payload):
    """The specification as it is now, and what the change means for items."""

    specification: Specification | None = result("The specification; null where it was refused, or only tried.")
    category: Category | None = result("The category that has it; null where it was refused, or only tried.")
    impact: SpecificationImpact | None = result(
        "What the change does to items, or would do; null where what was given is refused as it is."
    )


def plain(given: dict[str, Any]) -> dict[str, Any]:
    """What an input gives, with plain values in the place of the options within it."""
    options = given.get("options")
    return {**given, "options": [filled(option) for option in options]} if options else given
