"""What documents cost that mean ill: milliseconds of CPU until each is refused, or planned if it is within limits."""

from __future__ import annotations

import gc
import tracemalloc
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from graphql import get_introspection_query

from engine.limits import Limits
from engine.plans import Plans
from graph.schema import build_schema

if TYPE_CHECKING:
    from graphql import GraphQLSchema

REPEATS = 7
PAGE = "designs(first: 100) { nodes { id title category { name } coverImage { url } } pageInfo { endCursor } }"


def nested(levels: int) -> str:
    """Fields within fields."""
    return "{ parent " * levels + "{ id }" + " }" * levels


def each(count: int, text: str) -> str:
    """The text so many times, with the number in the place of #."""
    return " ".join(text.replace("#", str(number)) for number in range(count))


def chain(count: int, spreads: str, last: str, kind: str = "Query") -> str:
    """Fragments F0, F1 … of which each one selects `spreads`, with the next one's number in the place of #."""
    fragments = (f"fragment F{one} on {kind} {{ {spreads.replace('#', str(one + 1))} }}" for one in range(count))
    return f"{' '.join(fragments)} fragment F{count} on {kind} {{ {last} }}"


BY = 'by: {slug: "a"}'
HOSTILE: dict[str, str] = {
    "22 levels": f"{{ category({BY}) {nested(20)} }}",
    "200 levels": f"{{ category({BY}) {nested(198)} }}",
    "3,000 levels": "{ a" * 3_000 + " }" * 3_000,
    "13 levels through fragments": f"{{ category({BY}) {{ ...F0 }} }} "
    + chain(11, "parent { ...F# }", "id", "Category"),
    "lists in lists": "{ nodes(ids: " + "[" * 3_000 + "]" * 3_000 + ") { id } }",
    "lists in lists, 900 tokens": "{ nodes(ids: " + "[" * 440 + "]" * 440 + ") { id } }",
    "objects in objects": "{ designs(where: " + "{not: " * 110 + "{}" + "}" * 110 + ") { totalCount } }",
    "types in types": f"query ($a: {'[' * 300}Int{']' * 300}) {{ studio {{ id }} }}",
    "inline fragments in each other": "{ " + "... { " * 110 + "studio { id }" + " }" * 111,
    "a chain of 110 fragments": f"{{ ...F0 }} {chain(110, '...F#', 'studio { id }')}",
    "a list of 251 ids": "{ nodes(ids: [" + '"a" ' * 251 + "]) { id } }",
    "31 aliases": f"{{ {each(31, 'a#: __typename')} }}",
    "2,000 aliases": f"{{ {each(2_000, 'a#: __typename')} }}",
    "aliases in a fragment": f"{{ {each(7, f'a#: category({BY}) {{ ...F }}')} }} "
    f"fragment F on Category {{ {each(5, 'b#: name')} }}",
    "21 fields at the root": f"{{ {PAGE} {each(20, 'a#: __typename')} }}",
    "a fragment bomb": f"{{ ...F0 }} {chain(24, '...F# ...F#', 'studio { id }')}",
    "a fragment bomb of 2^60": f"{{ ...F0 }} {chain(60, '...F# ...F#', 'studio { id }')}",
    "a fragment bomb of fields": f"{{ category({BY}) {{ ...F0 }} }} "
    + chain(10, "parent { ...F# } ... on Category { parent { ...F# } }", "id", "Category"),
    "501 fields": f"{{ studio {{ {each(500, 'id')} }} }}",
    "3,000 overlapping fields": f"{{ {each(3_000, 'studio { id }')} }}",
    "240 overlapping fields": f"{{ {each(240, 'studio { id }')} }}",
    "90 overlapping fields with arguments": f"{{ {each(90, 'designs(first: 1) { totalCount }')} }}",
    "80 fragments side by side": f"{{ {each(80, '...F#')} }} {each(80, 'fragment F# on Query { studio { id } }')}",
    "5,000 fragments": f"{{ ...F0 }} {each(5_000, 'fragment F# on Query { studio { id } }')}",
    "5,000 variables": f"query ({each(5_000, '$a#: Int')}) {{ studio {{ id }} }}",
    "2,000 operations": each(2_000, "query A# { studio { id } }"),
    "51 directives": f"{{ {each(51, '__typename @skip(if: true)')} }}",
    "500 directives on a field": f"{{ __typename {each(500, '@a')} }}",
    "directives through fragments": f"{{ ...F0 }} {chain(6, '...F# @skip(if: true) ...F#', 'studio { id }')}",
    "1 MB of comments": "{ __typename }" + "#\n" * 500_000,
    "1 MB of commas": "{ __typename " + "," * 1_000_000 + "}",
    "1 MB in a block string": '{ node(id: """' + "a\n" * 500_000 + '""") { id } }',
    "1 MB in a name": "{ " + "a" * 1_000_000 + " }",
    "50,000 brackets": "{" * 50_000,
    "50,000 quotes": '"' * 50_000,
    "50,000 backslashes in a block string": '"""' + "\\" * 49_990 + '"""',
    "12,000 half block strings": '"""' + '\\""' * 12_000,
    "24,000 escaped quotes": '{ node(id: "' + '\\"' * 24_000,
    "12,000 escaped block quotes": '{ node(id: """' + '\\"""' * 12_000,
    "49,000 commas": "{ __typename " + "," * 49_000 + " nothing }",
    "49,000 characters in a block string": '{ node(id: """' + "a\n" * 24_000 + '""") { nothing } }',
    "24,000 escapes": '{ node(id: "' + "\\n" * 24_000 + '") { nothing } }',
    "a number of 10,000 digits": f"{{ designs(first: {'1' * 10_000}) {{ totalCount }} }}",
    "900 unknown fields": f"{{ studio {{ {each(490, 'a#')} }} }}",
    "fragments in a ring": f"{{ ...F0 }} {chain(60, '...F#', '...F0')}",
    "fragments all in each other": "{ ...F0 } " + each(15, f"fragment F# on Query {{ {each(15, '...F#')} }}"),
    "1,000 tokens of a schema": each(250, "scalar A#"),
    "a wrong variable in each place": "query ($a: Int) { "
    + each(40, f"category({BY}) {{ ...@include(if: $a) {{ id }} }}")
    + " }",
}
"""Each has to be refused."""

WORST: dict[str, str] = {
    "63 overlapping fields": f"{{ {each(63, 'studio { id }')} }}",
    "100 overlapping leaves": f"{{ studio {{ {each(100, 'id')} }} }}",
    "57 overlapping fields with arguments": f"query ($a: Int) {{ {each(57, 'designs(first: $a) { totalCount }')} }}",
    "49 fragments side by side": f"{{ {each(49, '...F#')} }} {each(49, 'fragment F# on Query { studio { id } }')}",
    "120 operations": each(120, "query A# { studio { id } }"),
    "50 operations over 55 fragments": f"{each(50, 'query A# { ...F0 }')} {chain(55, '...F#', 'studio { id }')}",
    "130 variables": f"query ({each(130, '$a#: ID!')}) {{ nodes(ids: [{each(130, '$a#')}]) {{ id }} }}",
    "40 operations over 230 uses of a variable": f"{each(40, 'query A#($a: ID!) { ...F }')} "
    f"fragment F on Query {{ nodes(ids: [{each(230, '$a')}]) {{ id }} }}",
    "110 conditions": "{ designs(where: {and: [" + each(110, '{search: "a"}') + "]}) { totalCount } }",
    "90 times the same names": "{ __schema { types { " + each(45, "name kind") + " } } }",
    "63 inline fragments": f"{{ {each(63, '... { studio { id } }')} }}",
    "99 levels of conditions": "query ($a: [DesignWhere!]) { designs(where: "
    + "{not: " * 97
    + "{and: $a}"
    + "}" * 97
    + ") { totalCount } }",
    "97 levels of inline fragments": "{ " + "... { " * 97 + "studio { id }" + " }" * 98,
    "49,000 commas": "{ __typename " + "," * 49_000 + "}",
    "49,000 characters in a block string": '{ node(id: """' + "a\n" * 24_000 + '""") { id } }',
    "fragments and a block string": "{ "
    + each(49, "...F#")
    + " } "
    + each(48, "fragment F# on Query { studio { id } }")
    + ' fragment F48 on Query { studio { id } node(id: """'
    + "a\n" * 22_000
    + '""") { id } }',
    "introspection": get_introspection_query(input_value_deprecation=True, schema_description=True),
}
"""Each is within all limits, and as near to them as we found."""


def operation(query: str) -> str | None:
    """Which operation of the document is asked for."""
    return "A1" if query.startswith("query A0") else None


def main() -> None:
    """Print the milliseconds of each document, the worst last, and what plans hold in memory."""
    schema = build_schema()
    gc.disable()  # a full collection looks at all modules, and falls to whichever document is just then read
    for title, documents in (("refused", HOSTILE), ("planned", WORST)):
        print(f"\n{title}: ms of CPU, {REPEATS} times")
        times = {name: _milliseconds(schema, query) for name, query in documents.items()}
        for name in sorted(times, key=lambda name: max(times[name])):
            print(f"{median(times[name]):7.2f} median {max(times[name]):7.2f} most  {name}")
    print("\nbytes of a plan: measured, reckoned")
    for name, query in WORST.items():
        print("{:9,} {:9,}  {}".format(*_bytes(schema, query), name))


def _milliseconds(schema: GraphQLSchema, query: str) -> list[float]:
    return [_once(Plans(schema, Limits()), query) for _ in range(REPEATS)]


def _once(plans: Plans, query: str) -> float:
    began = process_time()
    plans.get(query, operation(query))
    return 1_000 * (process_time() - began)


def _bytes(schema: GraphQLSchema, query: str) -> tuple[int, int]:
    """What a plan with its text holds, and what the cache takes it for."""
    plans = Plans(schema, Limits(), size=100_000_000)
    tracemalloc.start()
    queries = [query + " " * more for more in range(1, REPEATS + 1)]
    for one in queries:
        plans.get(one, operation(one))
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held // REPEATS, plans.size // REPEATS


if __name__ == "__main__":
    main()
