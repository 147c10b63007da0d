"""Definitions as rows and as JSON hold them, and whose values stand for which."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.specifications import Definition, Option, definition, matched, plain

WEIGHT = Definition("1", "9", "weight", "Weight", "QUANTITY", unit="kg", min=Decimal("0.50"), max=Decimal(12))
COLOUR = Definition("2", "9", "colour", "Colour", "ENUM", options=(Option("red", "Red"), Option("blue", "Blau", True)))


@pytest.mark.parametrize("known", [WEIGHT, COLOUR])
def test_a_definition_is_the_same_from_json(known: Definition) -> None:
    assert definition(plain(known)) == known
    assert str(definition(plain(known)).min) == str(known.min)


def test_a_row_may_hold_more_than_the_definition() -> None:
    assert definition(plain(COLOUR) | {"edition_id": "7", "below": "8"}) == COLOUR


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ({}, {}),
        ({"1": ("weight", "QUANTITY")}, {"1": "1"}),
        ({"1": ("weight", "TEXT")}, {"1": "1"}),
        ({"7": ("weight", "QUANTITY")}, {"1": "7"}),
        ({"7": ("weight", "TEXT")}, {}),
        ({"7": ("mass", "QUANTITY")}, {}),
        ({"1": ("weight", "TEXT"), "7": ("weight", "QUANTITY")}, {"1": "1"}),
        ({"7": ("weight", "QUANTITY"), "2": ("colour", "ENUM"), "8": ("colour", "ENUM")}, {"1": "7", "2": "2"}),
    ],
)
def test_a_value_stands_for_its_own_definition_or_one_with_its_key_and_type(
    entries: dict[str, tuple[str, str]], found: dict[str, str]
) -> None:
    given: dict[str, dict[str, Any]] = {under: {"key": key, "type": kind} for under, (key, kind) in entries.items()}
    assert matched(given, [WEIGHT, COLOUR]) == found
