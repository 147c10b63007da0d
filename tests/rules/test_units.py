"""Units, and what is the same in another one."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.units import UNITS, symbols_like, unit_of

NUMBERS = st.decimals(-(10**15) + 1, 10**15 - 1, places=4)


def test_every_dimension_has_its_units_and_the_one_they_are_compared_in_first() -> None:
    assert {symbols_like(unit) for unit in UNITS.values()} == {
        ("m", "mm", "cm", "km", "in", "ft", "yd", "mi"),
        ("kg", "mg", "g", "t", "oz", "lb"),
        ("l", "ml", "cl", "m3", "floz", "gal", "cup"),
        ("m2", "mm2", "cm2", "ha", "km2", "ft2", "acre"),
        ("K", "C", "F"),
        ("s", "ms", "min", "h", "d", "wk"),
    }


@pytest.mark.parametrize("quantities", [
    ["1 kg", "1000 g", "1000000 mg", "0.001 t"],
    ["1 lb", "16 oz", "453.59237 g"],
    ["1 m", "100 cm", "1000 mm", "0.001 km"],
    ["1 mi", "1760 yd", "5280 ft", "63360 in", "1609.344 m"],
    ["1 l", "1000 ml", "100 cl", "0.001 m3"],
    ["1 gal", "16 cup", "128 floz", "3785.411784 ml"],
    ["1 ha", "10000 m2", "0.01 km2", "100000000 cm2", "10000000000 mm2"],
    ["1 acre", "43560 ft2"],
    ["0 C", "32 F", "273.15 K"],
    ["-40 C", "-40 F"],
    ["-273.15 C", "-459.67 F", "0 K"],
    ["1 wk", "7 d", "168 h", "10080 min", "604800 s", "604800000 ms"],
])  # fmt: skip
def test_what_is_the_same_is_the_same_number(quantities: list[str]) -> None:
    assert len({_canonical(quantity) for quantity in quantities}) == 1


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        ("1 in", "0.0254"),
        ("0.0001 oz", "0.0000028349523125"),
        ("999999999999999.9999 lb", "453592369999999.999954640763"),
        ("20 C", "293.15"),
        ("1 F", "255.927777777778"),
        ("451 F", "505.927777777778"),
    ],
)
def test_numbers_are_exact_or_have_twelve_decimals(quantity: str, number: str) -> None:
    assert _canonical(quantity) == Decimal(number)


@pytest.mark.parametrize(
    ("name", "symbol"), [("kg", "kg"), ("KG", "kg"), ("L", "l"), ("c", "C"), ("f", "F"), ("\u212a", "K")]
)
def test_a_unit_is_found_in_capital_and_small_letters(name: str, symbol: str) -> None:
    unit = unit_of(name)
    assert unit
    assert unit.symbol == symbol


@pytest.mark.parametrize("name", ["", " ", "kilo", "kg ", "°C", "m²"])
def test_others_are_no_units(name: str) -> None:
    assert unit_of(name) is None


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(UNITS)))
def test_every_unit_keeps_the_order(one: Decimal, other: Decimal, name: str) -> None:
    unit = UNITS[name]
    assert (unit.canonical(one) < unit.canonical(other)) == (one < other)
    assert (unit.canonical(one) == unit.canonical(other)) == (one == other)


def test_the_precision_of_the_thread_does_not_count() -> None:
    with localcontext(prec=3):
        assert UNITS["g"].canonical(Decimal("123456789.1234")) == Decimal("123456.7891234")
        assert UNITS["f"].canonical(Decimal(451)) == Decimal("505.927777777778")


def _canonical(quantity: str) -> Decimal:
    number, name = quantity.split()
    return UNITS[name.lower()].canonical(Decimal(number))
