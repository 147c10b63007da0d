"""Numbers as specifications hold them, with a unit or without."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rules.checking import LARGEST
from rules.refusals import INVALID, OUT_OF_RANGE, Refusal
from rules.units import UNITS, Unit, symbols_like, unit_of

if TYPE_CHECKING:
    from rules.specifications import Definition

GREATEST = Decimal(LARGEST)
SMALLEST = -GREATEST - 1
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?", re.ASCII)
"""As many digits as are kept."""
QUANTITY = re.compile(rf"({NUMBER.pattern}) ?([^\s\d]\S*)?", re.ASCII)


class Quantity(NamedTuple):
    """A number with the digits that it was written with, and its unit where it has one."""

    number: Decimal
    unit: Unit | None = None

    def __str__(self) -> str:
        return f"{self.number:f} {self.unit.symbol}" if self.unit else f"{self.number:f}"

    @property
    def canonical(self) -> Decimal:
        """The number in the unit in which all of its dimension are compared."""
        return self.unit.canonical(self.number) if self.unit else self.number


def number_in(text: str) -> Decimal | None:
    """The number that a text is; None where it is none, or has more digits than are kept."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


def quantity_in(text: str, definition: Definition, path: tuple[str, ...]) -> Quantity:
    """A number and its unit, the definition's where none is written; a Refusal where it is none of that dimension."""
    found = QUANTITY.fullmatch(text)
    if found is None:
        message = "This is no number with a unit: write it as in 12.50 {unit}, with at most 15 digits and 4 decimals."
        raise Refusal(INVALID, message, *path, unit=definition.unit)
    return Quantity(Decimal(found[1]), unit_for(found[2], definition, path))


def unit_for(name: str | None, definition: Definition, path: tuple[str, ...]) -> Unit:
    """The unit of this name, the definition's where there is no name; a Refusal where it measures something else."""
    own = own_unit(definition)
    unit = unit_of(name) if name else own
    if unit is None or unit.dimension != own.dimension:
        units = ", ".join(symbols_like(own))
        raise Refusal(INVALID, "This is not measured in that: use one of {units}.", *path, units=units)
    return unit


def own_unit(definition: Definition) -> Unit:
    """The unit of a QUANTITY; none is without."""
    return UNITS[str(definition.unit).lower()]


def require_within(given: Quantity, definition: Definition, path: tuple[str, ...]) -> None:
    """Refuse what is outside the definition's bounds, which are in the definition's own unit."""
    least, most = _bounds(definition)
    if (least is None or least.canonical <= given.canonical) and (most is None or given.canonical <= most.canonical):
        return
    if most is None:
        message = "This has to be {min} or more."
    elif least is None:
        message = "This has to be {max} or less."
    else:
        message = "This has to be from {min} to {max}."
    raise Refusal(OUT_OF_RANGE, message, *path, min=least and str(least), max=most and str(most))


def _bounds(definition: Definition) -> tuple[Quantity | None, Quantity | None]:
    least, most = definition.min, definition.max
    if definition.type == "INTEGER":
        least = SMALLEST if least is None else max(least, SMALLEST)
        most = GREATEST if most is None else min(most, GREATEST)
    return _bound(least, definition), _bound(most, definition)


def _bound(number: Decimal | None, definition: Definition) -> Quantity | None:
    unit = own_unit(definition) if definition.type == "QUANTITY" else None
    return None if number is None else Quantity(number, unit)
