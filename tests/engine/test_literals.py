"""Values in a document are read as JSON would have them."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse_value

from engine.literals import is_constant, literal

VARIABLES = {"a": 1, "null": None}
LITERALS: dict[str, tuple[str, Any]] = {
    "a number": ("1", 1),
    "a broken number": ("-1.5e3", -1_500.0),
    "a number of 10,000 digits": ("1" * 10_000, None),
    "a number beyond all bounds": ("1e999", float("inf")),
    "a text": ('"a"', "a"),
    "a block of text": ('"""\n  a\n"""', "a"),
    "true": ("true", True),
    "null": ("null", None),
    "one of an enum": ("DRAFT", "DRAFT"),
    "a list": ("[1, [2], {a: 3}]", [1, [2], {"a": 3}]),
    "an object": ('{a: {b: "c"}}', {"a": {"b": "c"}}),
    "a variable": ("$a", 1),
    "a variable that is null": ("{a: $null}", {"a": None}),
    "a variable that is not given": ("{a: $b, c: $a}", {"c": 1}),
    "one in a list": ("[$b, $a]", [None, 1]),
}


@pytest.mark.parametrize(("text", "value"), LITERALS.values(), ids=LITERALS.keys())
def test_a_literal_is_read(text: str, value: Any) -> None:
    assert literal(parse_value(text), VARIABLES) == value


@pytest.mark.parametrize(("text", "_value"), LITERALS.values(), ids=LITERALS.keys())
def test_only_variables_vary(text: str, _value: Any) -> None:
    assert is_constant(parse_value(text)) == ("$" not in text)
