"""Documents that mean ill are refused before they cost anything; those of a frontend's screens are not."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from time import thread_time
from typing import TYPE_CHECKING, Any

import pytest
from graphql import get_introspection_query

from engine.errors import formatted
from engine.limits import Limits
from engine.plans import Plans
from engine.variables import require_bounded
from graph.schema import build_schema
from hostile_documents import HOSTILE, WORST, operation
from services.screens import screens

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = build_schema()
LIMITS = Limits()
REFUSED_SECONDS = 0.05
OVERLAP = "The document's fields of one name take over 10,000 comparisons; 10,000 are allowed."
RING = ", ".join(f"'F{number}'" for number in range(1, 61))
EXCEEDED: dict[str, tuple[str, int, int]] = {
    "22 levels": ("The document is 22 levels deep; 12 are allowed.", 12, 22),
    "200 levels": ("The document nests 200 brackets; 100 are allowed.", 100, 200),
    "3,000 levels": ("The document has 9,000 tokens; 1,000 are allowed.", 1_000, 9_000),
    "13 levels through fragments": ("The document is 13 levels deep; 12 are allowed.", 12, 13),
    "lists in lists": ("The document has 6,010 tokens; 1,000 are allowed.", 1_000, 6_010),
    "lists in lists, 900 tokens": ("The document nests 442 brackets; 100 are allowed.", 100, 442),
    "objects in objects": ("The document nests 113 brackets; 100 are allowed.", 100, 113),
    "types in types": ("The document nests 301 brackets; 100 are allowed.", 100, 301),
    "inline fragments in each other": ("The document nests 112 brackets; 100 are allowed.", 100, 112),
    "a chain of 110 fragments": (
        "The document nests 113 levels of fragments and fields; 100 are allowed.",
        100,
        113,
    ),
    "a list of 251 ids": ("A list in the document has 251 items; 250 are allowed.", 250, 251),
    "31 aliases": ("The document has 31 aliases; 30 are allowed.", 30, 31),
    "2,000 aliases": ("The document has 6,002 tokens; 1,000 are allowed.", 1_000, 6_002),
    "aliases in a fragment": ("The document has 42 aliases; 30 are allowed.", 30, 42),
    "21 fields at the root": ("The document has 21 fields at its root; 20 are allowed.", 20, 21),
    "a fragment bomb": ("The document selects 33,554,432 fields; 500 are allowed.", 500, 2**25),
    "a fragment bomb of 2^60": (
        "The document selects 9,007,199,254,740,991 fields; 500 are allowed.",
        500,
        2**53 - 1,
    ),
    "a fragment bomb of fields": ("The document selects 3,071 fields; 500 are allowed.", 500, 3_071),
    "501 fields": ("The document selects 501 fields; 500 are allowed.", 500, 501),
    "3,000 overlapping fields": ("The document has 12,002 tokens; 1,000 are allowed.", 1_000, 12_002),
    "240 overlapping fields": (OVERLAP, 10_000, 10_001),
    "90 overlapping fields with arguments": (OVERLAP, 10_000, 10_001),
    "80 fragments side by side": (OVERLAP, 10_000, 10_001),
    "5,000 fragments": ("The document has 208,899 characters; 50,000 are allowed.", 50_000, 208_899),
    "5,000 variables": ("The document has 58,915 characters; 50,000 are allowed.", 50_000, 58_915),
    "2,000 operations": ("The document has 58,889 characters; 50,000 are allowed.", 50_000, 58_889),
    "51 directives": ("The document has 51 directives; 50 are allowed.", 50, 51),
    "500 directives on a field": ("The document has 1,003 tokens; 1,000 are allowed.", 1_000, 1_003),
    "directives through fragments": ("The document has 63 directives; 50 are allowed.", 50, 63),
    "1 MB of comments": ("The document has 1,000,014 characters; 50,000 are allowed.", 50_000, 1_000_014),
    "1 MB of commas": ("The document has 1,000,014 characters; 50,000 are allowed.", 50_000, 1_000_014),
    "1 MB in a block string": ("The document has 1,000,027 characters; 50,000 are allowed.", 50_000, 1_000_027),
    "1 MB in a name": ("The document has 1,000,004 characters; 50,000 are allowed.", 50_000, 1_000_004),
    "50,000 brackets": ("The document has 50,000 tokens; 1,000 are allowed.", 1_000, 50_000),
    "50,000 quotes": ("The document has 8,334 tokens; 1,000 are allowed.", 1_000, 8_334),
}
PARSE, INVALID = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
WRONG: dict[str, tuple[str, list[str]]] = {
    "50,000 backslashes in a block string": (PARSE, ["Syntax Error: Unterminated string."]),
    "12,000 half block strings": (PARSE, ["Syntax Error: Unterminated string."]),
    "24,000 escaped quotes": (PARSE, ["Syntax Error: Unterminated string."]),
    "12,000 escaped block quotes": (PARSE, ["Syntax Error: Unterminated string."]),
    "49,000 commas": (INVALID, ["Cannot query field 'nothing' on type 'Query'."]),
    "49,000 characters in a block string": (INVALID, ["Cannot query field 'nothing' on type 'Node'."]),
    "24,000 escapes": (INVALID, ["Cannot query field 'nothing' on type 'Node'."]),
    "a number of 10,000 digits": (INVALID, ["A value here cannot be read."]),
    "900 unknown fields": (INVALID, [f"Cannot query field 'a{number}' on type 'Studio'." for number in range(5)]),
    "fragments in a ring": (INVALID, [f"Cannot spread fragment 'F0' within itself via {RING}."]),
    "fragments all in each other": (
        INVALID,
        [
            "Cannot spread fragment 'F0' within itself.",
            "Cannot spread fragment 'F0' within itself via 'F1'.",
            "Cannot spread fragment 'F1' within itself.",
            "Cannot spread fragment 'F0' within itself via 'F1', 'F2'.",
            "Cannot spread fragment 'F1' within itself via 'F2'.",
        ],
    ),
    "1,000 tokens of a schema": (INVALID, [f"The 'A{number}' definition is not executable." for number in range(5)]),
    "a wrong variable in each place": (
        INVALID,
        ["Variable '$a' of type 'Int' used in position expecting type 'Boolean!'."] * 5,
    ),
}


def test_each_hostile_document_is_known_here() -> None:
    assert EXCEEDED.keys() | WRONG.keys() == HOSTILE.keys()


@pytest.mark.parametrize("name", EXCEEDED)
def test_a_document_that_asks_for_too_much_is_refused_with_the_numbers(name: str) -> None:
    message, limit, actual = EXCEEDED[name]
    extensions = {"code": "LIMIT_EXCEEDED", "limit": limit, "actual": actual}
    assert _refusal(name) == ("LIMIT_EXCEEDED", [{"message": message, "extensions": extensions}])


@pytest.mark.parametrize("name", WRONG)
def test_a_document_that_is_wrong_is_refused_in_a_few_errors(name: str) -> None:
    code, messages = WRONG[name]
    refused, errors = _refusal(name)
    assert (refused, [error["message"] for error in errors]) == (code, messages)
    assert [error["extensions"] for error in errors] == [{"code": code}] * len(errors)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_before_it_costs_anything(name: str) -> None:
    # Speed belongs to the benchmarks; here it is what is promised: a refusal that costs as much as an answer is none.
    assert min(_seconds_to_refuse(HOSTILE[name]) for _ in range(3)) < REFUSED_SECONDS


@pytest.mark.parametrize("name", WORST)
def test_what_is_within_all_limits_can_be_run(name: str) -> None:
    query = WORST[name]
    plan = Plans(SCHEMA, LIMITS).get(query, operation(query))
    assert ([error.message for error in plan.errors], plan.code, plan.price({}) >= 0) == ([], "", True)


def test_no_operation_of_a_screen_is_refused() -> None:
    plans = Plans(SCHEMA, LIMITS)
    for query, variables in screens(SCHEMA, seed=4, count=200):
        plan = plans.get(query, None)
        assert ([error.message for error in plan.errors], plan.code) == ([], ""), query
        assert plan.price(variables) <= LIMITS.cost, query
        require_bounded(variables, LIMITS)


@pytest.mark.parametrize("full", [True, False])
def test_the_consoles_introspection_is_not_refused(*, full: bool) -> None:
    query = get_introspection_query(
        descriptions=full,
        specified_by_url=full,
        directive_is_repeatable=full,
        schema_description=full,
        input_value_deprecation=full,
        one_of=full,
    )
    plan = Plans(SCHEMA, LIMITS).get(query, "IntrospectionQuery")
    assert ([error.message for error in plan.errors], plan.introspects, plan.price({})) == ([], True, 100)


def _seconds_to_refuse(query: str) -> float:
    """Of this thread's own CPU, with no plan kept."""
    plans = Plans(SCHEMA, LIMITS)
    with _undisturbed():
        began = thread_time()
        plan = plans.get(query, None)
        taken = thread_time() - began
    assert plan.document is None
    return taken


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without what a server does not do here: collecting the garbage of other tests, and tracing for the coverage."""
    tracing = sys.gettrace()
    sys.settrace(None)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        sys.settrace(tracing)


def _refusal(name: str) -> tuple[str, list[Any]]:
    """The code and the errors as a client sees them; nothing is left that could be run."""
    plan = Plans(SCHEMA, LIMITS).get(HOSTILE[name], None)
    assert plan.document is None
    return plan.code, formatted(plan.errors, "of-the-test", code=plan.code)
