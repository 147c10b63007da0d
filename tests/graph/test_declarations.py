"""Everything in the schema tells what it is, and every field who may ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType

from graph.schema import build_schema
from rules.access import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = build_schema()
STANDARD = {"String", "Int", "Float", "Boolean", "ID"}


def test_everything_has_a_description() -> None:
    assert [name for name, _own, description in _described() if not (description or "").strip()] == []


def test_no_description_only_repeats_a_name() -> None:
    assert [
        name for name, own, description in _described() if _letters(description) in (_letters(own), _letters(name))
    ] == []


def test_a_description_is_a_sentence() -> None:
    texts = {name: str(description) for name, _own, description in _described()}
    assert [name for name, text in texts.items() if not text.rstrip("`").endswith(".")] == []


def test_every_field_has_a_declared_permission() -> None:
    permissions = {name: _metadata(field).get("permission") for name, field in _fields()}
    assert {name: found for name, found in permissions.items() if not isinstance(found, Permission)} == {}


def test_the_walk_meets_what_it_is_meant_for() -> None:
    names = {name for name, _own, _description in _described()}
    assert names >= {
        "Design", "Design.title", "Design.imageUrl(variant)", "DesignWhere.and", "OrderDirection.ASC", "DateTime",
        "Query.designs(first)", "DesignConnection", "DesignEdge.cursor", "Node.id", "CategoryBy.slug",
    }  # fmt: skip
    assert {"Query.designs", "Design.id", "PageInfo.endCursor"} <= {name for name, _field in _fields()}


def _described() -> Iterator[tuple[str, str, str | None]]:
    """Whole name, own name and description of each thing that clients see."""
    for kind in _types():
        yield kind.name, kind.name, kind.description
        members: dict[str, Any] = {}
        if isinstance(kind, GraphQLEnumType):
            members = kind.values
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            members = kind.fields
        for name, member in members.items():
            yield f"{kind.name}.{name}", name, member.description
            for argument, declared in getattr(member, "args", {}).items():
                yield f"{kind.name}.{name}({argument})", argument, declared.description


def _fields() -> Iterator[tuple[str, Any]]:
    for kind in _types():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items())


def _types() -> Iterator[GraphQLNamedType]:
    return (kind for kind in SCHEMA.type_map.values() if not kind.name.startswith("__") and kind.name not in STANDARD)


def _metadata(field: Any) -> dict[Any, Any]:
    declared = field.extensions.get("strawberry-definition")
    return dict(declared.metadata) if declared else {}


def _letters(text: str | None) -> str:
    return "".join(filter(str.isalpha, text or "")).casefold()
