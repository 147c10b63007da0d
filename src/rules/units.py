"""Units of quantities: each belongs to a dimension, whose quantities are compared in its first unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

EXACT = Context(prec=60)
"""Holds a product of a number and a factor whole, whatever the thread's own context is."""
PLACES = Decimal("1e-12")
"""To what a number is rounded that has no end as a decimal."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; a number of it is `(number + offset) * factor / divisor` in the first unit of its dimension."""

    symbol: str
    dimension: str
    factor: Decimal = Decimal(1)
    divisor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)

    def canonical(self, number: Decimal) -> Decimal:
        """So many of it in the first unit of its dimension: exact, or to 12 decimals where that has no end."""
        product = EXACT.multiply(EXACT.add(number, self.offset), self.factor)
        if self.divisor == 1:
            return product
        return EXACT.quantize(EXACT.divide(product, self.divisor), PLACES)


def unit_of(name: str) -> Unit | None:
    """The unit of this name, in capital or small letters; None where there is none."""
    return UNITS.get(name.lower())


def symbols_like(unit: Unit) -> tuple[str, ...]:
    """The symbols of all units of the same dimension, the one first in which they are compared."""
    return tuple(other.symbol for other in UNITS.values() if other.dimension == unit.dimension)


FACTORS = {
    "length": "m 1  mm 0.001  cm 0.01  km 1000  in 0.0254  ft 0.3048  yd 0.9144  mi 1609.344",
    "mass": "kg 1  mg 0.000001  g 0.001  t 1000  oz 0.028349523125  lb 0.45359237",
    "volume": "l 1  ml 0.001  cl 0.01  m3 1000  floz 0.0295735295625  gal 3.785411784  cup 0.2365882365",
    "area": "m2 1  mm2 0.000001  cm2 0.0001  ha 10000  km2 1000000  ft2 0.09290304  acre 4046.8564224",
    "time": "s 1  ms 0.001  min 60  h 3600  d 86400  wk 604800",
}
"""How much of the first unit each unit is; gallons, cups and fluid ounces are those of the US."""
TEMPERATURES = (
    Unit("K", "temperature"),
    Unit("C", "temperature", offset=Decimal("273.15")),
    Unit("F", "temperature", factor=Decimal(5), divisor=Decimal(9), offset=Decimal("459.67")),
)


def _units() -> dict[str, Unit]:
    """All of them by their symbols in small letters."""
    pairs = [(dimension, table.split()) for dimension, table in FACTORS.items()]
    scaled = [
        Unit(symbol, dimension, Decimal(factor))
        for dimension, words in pairs
        for symbol, factor in zip(words[::2], words[1::2], strict=True)
    ]
    return {unit.symbol.lower(): unit for unit in (*scaled, *TEMPERATURES)}


UNITS = _units()
