"""What is selected is seen through fragments, by whichever name it is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    build_schema,
    graphql_sync,
    parse,
    validate,
)

from engine.selection import below, named, within_a_list

SDL = """
interface Node { id: ID }
interface Shown implements Node { id: ID image: Image }
type Image implements Node { id: ID url: String }
type Design implements Node & Shown { id: ID title: String image: Image likes(from: Int): Int }
type Category implements Node { id: ID name: String designs: [Design] best: Design }
union Found = Design | Category
type Query { node: Node found: Found design: Design category: Category categories: [Category] }
"""
SCHEMA = build_schema(SDL)
SELECTED = {
    "fields": ("{ design { id title } }", ["id", "title"]),
    "nothing but the name of the type": ("{ design { __typename } }", ["__typename"]),
    "aliases": ("{ design { a: title b: title id } }", ["title", "title", "id"]),
    "fields with arguments": ("{ design { likes(from: 1) more: likes(from: 2) } }", ["likes", "likes"]),
    "skipped fields": ("{ design { id @skip(if: true) title @include(if: false) } }", ["id", "title"]),
    "a fragment": ("{ design { ...A } } fragment A on Design { id title }", ["id", "title"]),
    "a fragment in a fragment": (
        "{ design { ...A } } fragment A on Design { id ...B } fragment B on Design { title }",
        ["id", "title"],
    ),
    "a fragment twice": ("{ design { ...A ...A } } fragment A on Design { title }", ["title"]),
    "a fragment beside its fields": ("{ design { title ...A } } fragment A on Design { title }", ["title", "title"]),
    "a fragment on an interface": ("{ design { ...A } } fragment A on Node { id }", ["id"]),
    "an inline fragment": ("{ design { ... { id } ... on Design { title } } }", ["id", "title"]),
    "an inline fragment with a directive": ("{ design { ... @include(if: true) { id } } }", ["id"]),
    "inline fragments within each other": ("{ design { ... on Node { ... on Shown { ... { id } } } } }", ["id"]),
    "a list's fields": ("{ categories { id name } }", []),
    "a type among others": ("{ node { id ... on Design { title } ... on Category { name } } }", ["id", "title"]),
    "a fragment on another type": (
        "{ node { ...A ...B } } fragment A on Category { name } fragment B on Image { url }",
        [],
    ),
    "an interface among others": ("{ node { ... on Shown { image { id } } } }", ["image"]),
    "a type of a union": (
        "{ found { __typename ... on Design { title } ... on Category { name } } }",
        ["__typename", "title"],
    ),
    "a type within an interface": (
        "{ node { ... on Shown { ... on Design { title } ... on Node { id } } } }",
        ["title", "id"],
    ),
    "a field asked for twice": ("{ design { id } design { title } }", ["id", "title"]),
}


@pytest.mark.parametrize(("query", "expected"), SELECTED.values(), ids=SELECTED.keys())
def test_the_fields_of_a_design_are_found(query: str, expected: list[str]) -> None:
    nodes, fragments = _parsed(query)
    asked = [node for node in nodes if node.name.value != "categories"]
    assert _names(below(asked, _kind("Design"), fragments)) == expected


def test_what_applies_depends_on_the_type() -> None:
    nodes, fragments = _parsed(
        "{ node { ...A } } fragment A on Node { id ... on Category { name } ... on Image { url } }"
    )
    found = {name: _names(below(nodes, _kind(name), fragments)) for name in ("Design", "Category", "Image")}
    assert found == {"Design": ["id"], "Category": ["id", "name"], "Image": ["id", "url"]}


def test_fields_below_fields_of_the_same_name_are_found_together() -> None:
    nodes, fragments = _parsed(
        "{ category { best { id } ...A name } } fragment A on Category { top: best { title } designs { likes } }"
    )
    fields = below(nodes, _kind("Category"), fragments)
    assert _names(fields) == ["best", "best", "designs", "name"]
    assert _names(below(named(fields, "best"), _kind("Design"), fragments)) == ["id", "title"]
    assert named(fields, "top") == []
    assert below(named(fields, "name"), _kind("Design"), fragments) == []


def test_fragments_that_spread_each_other_twice_are_read_once() -> None:
    """Read wherever they are spread, these would be a million fields."""
    chain = "".join(f" fragment F{place} on Design {{ ...F{place + 1} ...F{place + 1} }}" for place in range(20))
    nodes, fragments = _parsed(f"{{ design {{ ...F0 }} }}{chain} fragment F20 on Design {{ title }}")
    assert _names(below(nodes, _kind("Design"), fragments)) == ["title"]


def test_a_fragment_below_two_fields_of_the_same_name_is_read_once() -> None:
    nodes, fragments = _parsed(
        "{ category { best { ...A } best { ...A id } } } fragment A on Design { title }",
    )
    fields = below(nodes, _kind("Category"), fragments)
    assert _names(below(fields, _kind("Design"), fragments)) == ["title", "id"]


def test_a_field_below_a_list_knows_it() -> None:
    seen: dict[str, bool] = {}

    def resolve(_source: Any, info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:
        seen[".".join(map(str, info.path.as_list()))] = within_a_list(info)
        return [{}] if info.field_name in {"categories", "designs"} else {}

    query = "{ categories { best { image { id } } } category { best { id } designs { image { id } } } }"
    graphql_sync(SCHEMA, query, field_resolver=resolve)
    assert {path for path, within in seen.items() if within} == {
        *("categories.0.best", "categories.0.best.image", "categories.0.best.image.id"),
        *("category.designs.0.image", "category.designs.0.image.id"),
    }
    assert {"categories", "category", "category.best", "category.best.id", "category.designs"} <= seen.keys()


def _parsed(query: str) -> tuple[list[FieldNode], dict[str, FragmentDefinitionNode]]:
    """The fields at the root, and the fragments by their names."""
    document = parse(query)
    assert validate(SCHEMA, document) == []
    (operation,) = (one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    fragments = (one for one in document.definitions if isinstance(one, FragmentDefinitionNode))
    nodes = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    return nodes, {fragment.name.value: fragment for fragment in fragments}


def _kind(name: str) -> GraphQLObjectType:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind


def _names(nodes: list[FieldNode]) -> list[str]:
    return [node.name.value for node in nodes]
