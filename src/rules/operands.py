"""What conditions compare values with, in the form in which values are indexed; raises ValueErrors in plain words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.index_values import IndexValue, in_order, index_values
from rules.options import called
from rules.quantities import Quantity, unit_for
from rules.readings import read
from rules.refusals import INVALID, Refusal
from rules.specifications import CHOICES, NUMBERS, TEXTS

if TYPE_CHECKING:
    from decimal import Decimal

    from rules.specifications import Definition
    from rules.units import Unit

OPEN = CHOICES | TEXTS
"""Any text may be, or become, a value of these."""
LONGEST_TOLD = 60
"""Of a text, in a message."""
ASKED_BY = {
    **dict.fromkeys(TEXTS, "eq, in or contains"),
    **dict.fromkeys(NUMBERS, "eq, in, gt, gte, lt or lte"),
    "DATE": "eq, in, from or to",
}
"""What asks for values of a type; of the others eq and in alone."""


def compared(definition: Definition, text: str, unit: str | None = None) -> IndexValue | None:
    """What a value has to be to equal this text, or to hold this one option; None where none can.

    An option is named by its key or label. Raises a ValueError for a unit that has no place here.
    """
    text = _measured(text, definition, unit)
    if definition.type in CHOICES:
        option = called(text, definition)
        return IndexValue(option.key) if option else None
    unbounded = replace(definition, max_length=None)  # a text may be shorter than its folded form
    found = index_values({"content": {"text": text}}, unbounded)
    return found[0] if found else None


def require_readable(definition: Definition, text: str, unit: str | None = None) -> None:
    """Raise a ValueError for what can be no number, date or answer, whatever the bounds; any text can be another's."""
    text = _measured(text, definition, unit)
    if definition.type in OPEN:
        return
    try:
        read(text, definition)
    except Refusal as refusal:
        if refusal.code == INVALID:
            raise ValueError(f"{text[:LONGEST_TOLD]!r} can be no value of {definition.key}. {refusal}") from None


def number_bound(definition: Definition, number: Decimal, unit: str | None = None) -> str:
    """What a value has to be above or below; a ValueError where it is no number, or for a unit."""
    require_type(definition, NUMBERS, "gt, gte, lt and lte compare numbers")
    return in_order(Quantity(number, _unit(definition, unit)).canonical)


def require_type(definition: Definition, types: set[str], purpose: str) -> None:
    """Raise a ValueError, with what to use, where something is asked that only values of these types can be asked."""
    if definition.type not in types:
        use = ASKED_BY.get(definition.type, "eq or in")
        raise ValueError(f"{purpose}, and {definition.key} is none: use {use}.")


def _measured(text: str, definition: Definition, unit: str | None) -> str:
    """A text with its unit, where one is named."""
    if unit is None:
        return text
    _unit(definition, unit)
    return f"{text} {unit}"


def _unit(definition: Definition, name: str | None) -> Unit | None:
    """The unit of an operand, the definition's where none is named; a ValueError where it has no place here."""
    if definition.type != "QUANTITY":
        if name is not None:
            raise ValueError(f"{definition.key} has no unit: leave unit out.")
        return None
    try:
        return unit_for(name, definition, ())
    except Refusal as refusal:
        raise ValueError(str(refusal)) from None
