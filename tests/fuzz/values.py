"""Values for the inputs of a schema: those that are meant, and odd ones in their place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    is_list_type,
    is_non_null_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from graphql import GraphQLInputField, GraphQLInputType


Known: TypeAlias = "Mapping[str, Sequence[str]]"
"""{name of an argument or an input field, else of a scalar: words of what is there}."""


class Verbatim(str):
    """What stands in a document without quotes: an enum's value, or a number of any length."""

    __slots__ = ()


HUGE = Verbatim("7" * 10_000)
SURROGATE = "\ud83c"
ODD: tuple[Any, ...] = (
    *("", " ", "\0", "a\0b", SURROGATE, f"x{SURROGATE}", "\u202eevil", "\ufeff", "e\u0301" * 40, "👩" * 9),
    *("'", '"', "\\", "%", "_", "';--", "' OR '1'='1", "1; DROP TABLE designs", "$1", ":id", "서울 한복", "साड़ी"),
    *("../../etc/passwd", "C:\\boot.ini", "file:///etc/shadow", "http://127.0.0.1:1/", "{{7*7}}", "${env}", "x/y"),
    *("<script>alert(1)</script>", "null", "NaN", "true", "[]", "A" * 3_000, "\n" * 30, "\x1b[2J", "\x7f", "\u2028"),
    *("Og==", "RGVzaWduOjE=", "Design_", "Design_1", "User_" + "f" * 32, "Nobody_" + "0" * 32, "Design_" + "Z" * 32),
    *(0, -1, 1, 2**31 - 1, 2**31, -(2**31), 2**53 + 1, 2**63, 2**64, 10**400, HUGE, 1.5, -0.0, 1e308, 1e-320),
    *(True, False, None, [], [None], [[]], {}, {"a": 1}, {"id": None}, {"id": "1", "slug": "2"}, [[[[[[[[1]]]]]]]]),
    *("2026-02-30T00:00:00Z", "0000-00-00", "9999-12-31T23:59:60Z", "2026-01-01", "2026-01-01T00:00:00+99:99", "now"),
    *("Mars/Olympus", "ko_KR", "xx-" + "y" * 300, "KRW ", "\u0663", "\uff11\uff12", "1e9", "0x10", 'x" UNION SELECT 1'),
    *(Verbatim("NOT_THERE"), Verbatim("$x")),
)  # fmt: skip
PLAUSIBLE = {
    "Int": (1, 2, 3, 5, 20, 100),
    "Float": (0.0, 0.5, 1),
    "Boolean": (True, False),
    "DateTime": ("2026-01-01T00:00:00Z", "2030-06-30T12:00:00.123456+09:00", "1999-12-31T23:59:59-11:30"),
    "Date": ("2026-12-01", "2030-02-28", "1999-12-31"),
    "LocalTime": ("00:00", "09:30", "23:59"),
    "Decimal": ("0", "12.50", "50000"),
    "Locale": ("en", "ko", "hi", "en-GB"),
    "TimeZone": ("Asia/Seoul", "UTC", "America/Lord_Howe"),
    "CurrencyCode": ("KRW", "EUR"),
    "URL": ("https://example.com/m3", "http://example.com"),
    "Upload": (None,),
}
FURTHER = 0.2
"""How often an optional field of an input object is given: low enough for conditions within conditions to end."""


@dataclass
class Values:
    """Chooses values; `oddness` is from 0 to 1."""

    chance: Random
    known: Known
    oddness: float = 0.0

    def of(self, kind: GraphQLInputType, name: str) -> Any:
        """A value for the argument or the input field of this type and name."""
        if self.chance.random() < self.oddness:
            return self.chance.choice(ODD)
        if is_non_null_type(kind):
            return self._given(kind.of_type, name)
        return None if self.chance.random() < FURTHER / 4 else self._given(kind, name)

    def _given(self, kind: Any, name: str) -> Any:
        if is_list_type(kind):
            return [self.of(kind.of_type, name) for _ in range(self.chance.randrange(4))]
        if isinstance(kind, GraphQLEnumType):
            return Verbatim(self.chance.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return {name: self.of(field.type, name) for name, field in self._chosen(kind)}
        if kind.name in PLAUSIBLE:
            return self.chance.choice(PLAUSIBLE[kind.name])
        return self._word(self.known.get(name) or self.known[kind.name])

    def _chosen(self, kind: GraphQLInputObjectType) -> list[tuple[str, GraphQLInputField]]:
        fields = list(kind.fields.items())
        if kind.is_one_of:
            return [self.chance.choice(fields)]
        return [(name, field) for name, field in fields if _is_demanded(field) or self.chance.random() < FURTHER]

    def _word(self, words: Sequence[str]) -> str:
        """One of them; where values are odd, now and then with another character in it."""
        word = self.chance.choice(words)
        if self.chance.random() >= self.oddness or not word:
            return word
        place = self.chance.randrange(len(word))
        return word[:place] + self.chance.choice("aZ09_=-\0é") + word[place + self.chance.randrange(2) :]


def literal(value: Any) -> str:
    """The value as a document writes it."""
    if isinstance(value, Verbatim):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value)


def _is_demanded(field: GraphQLInputField) -> bool:
    return is_non_null_type(field.type)
