"""What a document asks for is counted through its fragments, and refused with the numbers before it is validated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind, build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.limits import Limits
from engine.parsing import TOKEN
from engine.plans import Plans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql import GraphQLError, Token

SCHEMA = build_schema("directive @d repeatable on FIELD | QUERY type Query { a(b: [Int]): Int deep: Query }")
WITHIN: dict[str, tuple[dict[str, int], str]] = {
    "characters": ({"characters": 5}, "{ a }"),
    "tokens": ({"tokens": 4}, "{ a } # and a comment"),
    "what stands in strings": ({"tokens": 5}, '"""a "b" \\""" { a }""" query { a }'),
    "two levels": ({"depth": 2}, "{ deep { a } }"),
    "levels side by side": ({"depth": 2}, "{ deep { a } x: deep { a } }"),
    "levels of two operations": ({"depth": 2}, "query A { deep { a } } query B { deep { a } }"),
    "inline fragments are no level": ({"depth": 1}, "{ ... { ... on Query { a } } }"),
    "introspection is one level": ({"depth": 1}, "{ __schema { types { fields { type { name } } } } }"),
    "aliases": ({"aliases": 2}, "{ x: a y: a a }"),
    "aliases of each operation": ({"aliases": 1}, "query A { x: a } query B { x: a }"),
    "fields at the root": ({"root_fields": 2}, "{ a deep { a b: a c: a } }"),
    "a field at the root twice": ({"root_fields": 1}, "{ a ...F ... { a } } fragment F on Query { a }"),
    "directives": ({"directives": 2}, "{ a @d ... @include(if: true) { a } }"),
    "fields": ({"nodes": 3}, "{ deep { a } ... { a } }"),
    "fields through fragments": ({"nodes": 4}, "{ ...F ...F } fragment F on Query { deep { a } }"),
}
BEYOND: dict[str, tuple[dict[str, int], str, str, int]] = {
    "characters": ({"characters": 5}, "{ a } ", "The document has 6 characters; 5 are allowed.", 6),
    "tokens": ({"tokens": 3}, "{ a }#", "The document has 4 tokens; 3 are allowed.", 4),
    "levels": ({"depth": 2}, "{ deep { deep { a } } }", "The document is 3 levels deep; 2 are allowed.", 3),
    "levels of the other operation": (
        {"depth": 1},
        "query A { a } query B { deep { a } }",
        "The document is 2 levels deep; 1 are allowed.",
        2,
    ),
    "levels through fragments": (
        {"depth": 2},
        "{ deep { ...F } } fragment F on Query { deep { ...G } } fragment G on Query { ... { a } }",
        "The document is 3 levels deep; 2 are allowed.",
        3,
    ),
    "aliases": ({"aliases": 1}, "{ x: a deep { y: a } }", "The document has 2 aliases; 1 are allowed.", 2),
    "aliases in a fragment": (
        {"aliases": 3},
        "{ ...F deep { ...F } } fragment F on Query { x: a y: a }",
        "The document has 4 aliases; 3 are allowed.",
        4,
    ),
    "fields at the root": (
        {"root_fields": 1},
        "{ ...F a } fragment F on Query { ... { deep { a } } }",
        "The document has 2 fields at its root; 1 are allowed.",
        2,
    ),
    "directives everywhere": (
        {"directives": 5},
        "query ($v: Boolean = true @d) @d { a @d ...F @d ... @d { a } } fragment F on Query @d { a @skip(if: $v) }",
        "The document has 7 directives; 5 are allowed.",
        7,
    ),
    "fields": ({"nodes": 2}, "{ deep { a __typename } }", "The document selects 3 fields; 2 are allowed.", 3),
    "fields through fragments": (
        {"nodes": 7},
        "{ ...F ...F } fragment F on Query { ...G ...G } fragment G on Query { a deep { a } }",
        "The document selects 12 fields; 7 are allowed.",
        12,
    ),
}
UNMEASURED = {
    "a fragment within itself": ("{ ...A } fragment A on Query { ...A }", "Cannot spread fragment 'A' within itself."),
    "fragments in a ring": (
        "{ ...A } fragment A on Query { deep { ...B } } fragment B on Query { ...A }",
        "Cannot spread fragment 'A' within itself via 'B'.",
    ),
    "a fragment that is not there": ("{ ...A }", "Unknown fragment 'A'."),
}
WORDS = ["...", "a", "on", "fragment", "query", "_1", "{a}", "-1", "0.5", "1e9", "2E-7", "1.5e+3"]
STRINGS = ['"a"', '""', r'"\""', r'"\\"', '"#{"']
BLOCKS = ['"""a"b\\"""c"""', '""""""', '"""\n"{" ""a"""', '"""\\\\""" """', "#c\n", '# { "\r', ",", "\ufeff", "\n", " "]
SOUP = st.lists(st.sampled_from([*"{}()[]:=$@!&|", *WORDS, *STRINGS, *BLOCKS]) | st.text(max_size=2), max_size=12).map(
    "".join
)


@pytest.mark.parametrize(("limits", "query"), WITHIN.values(), ids=WITHIN.keys())
def test_what_is_within_the_limit_is_planned(limits: dict[str, int], query: str) -> None:
    plan = Plans(SCHEMA, Limits(**limits)).get(query, "A" if "query A" in query else None)
    assert ([error.message for error in plan.errors], plan.code) == ([], "")


@pytest.mark.parametrize(("limits", "query", "message", "actual"), BEYOND.values(), ids=BEYOND.keys())
def test_what_is_beyond_a_limit_is_refused_with_the_numbers(
    limits: dict[str, int], query: str, message: str, actual: int
) -> None:
    plan = Plans(SCHEMA, Limits(**limits)).get(query, None)
    (limit,) = limits.values()
    assert (plan.document, plan.code) == (None, "LIMIT_EXCEEDED")
    assert _told(plan.errors) == [
        {"message": message, "extensions": {"code": "LIMIT_EXCEEDED", "limit": limit, "actual": actual}}
    ]


@pytest.mark.parametrize(("query", "message"), UNMEASURED.values(), ids=UNMEASURED.keys())
def test_what_cannot_be_counted_is_left_to_the_validation(query: str, message: str) -> None:
    plan = Plans(SCHEMA, Limits()).get(query, None)
    assert ([error.message for error in plan.errors], plan.code) == ([message], "GRAPHQL_VALIDATION_FAILED")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOUP)
def test_tokens_are_counted_as_the_parser_counts_them(text: str) -> None:
    lexer = Lexer(Source(text))
    try:
        while lexer.advance().kind is not TokenKind.EOF:
            pass
    except GraphQLSyntaxError:
        return  # the parser says so
    assert len(TOKEN.findall(text)) == len(list(_read(lexer)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOUP)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    plan = Plans(SCHEMA, Limits(tokens=10)).get(text, None)
    assert (plan.code == "LIMIT_EXCEEDED") == (len(TOKEN.findall(text)) > 10)


def _read(lexer: Lexer) -> Iterator[Token]:
    """All tokens before the end, comments too, the last one first."""
    token = lexer.token.prev
    while token and token.kind is not TokenKind.SOF:
        yield token
        token = token.prev


def _told(errors: Iterable[GraphQLError]) -> list[Any]:
    return [error.formatted for error in errors]
