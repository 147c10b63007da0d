"""From Strawberry's types to the schema that the engine executes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema_directives import OneOf

from engine.pricing import SIZE, WEIGHT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from graphql import GraphQLResolveInfo
    from strawberry.types.scalar import ScalarDefinition


EACH = "each"
"""Metadata of a subscription's field: the function `(event, info)` that gives what is told of an event."""


def core_schema(
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    *,
    types: Iterable[type] = (),
    scalars: Mapping[object, ScalarDefinition] | None = None,
) -> GraphQLSchema:
    """The graphql-core schema of Strawberry types; `types` are those that are reached only through an interface."""
    config = StrawberryConfig(scalar_map=scalars or {}, disable_field_suggestions=True)
    schema = strawberry.Schema(query, mutation, subscription, types=list(types), config=config)
    core: GraphQLSchema = schema._schema  # noqa: SLF001  (there is no other way)
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = _is_one_of(kind)
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            _price(kind)
    for field in core.subscription_type.fields.values() if core.subscription_type else ():
        field.resolve = _each_event(field.extensions["strawberry-definition"])
    return core


def core_info(info: strawberry.Info[Any, Any]) -> GraphQLResolveInfo[Any]:
    """What graphql-core knows of the field being resolved: its path, and what is selected below it."""
    return info._raw_info  # noqa: SLF001  (there is no other way)


def _each_event(field: Any) -> Callable[..., Awaitable[Any]]:
    """How a field of a subscription resolves an event: Strawberry would hand it on as it is."""
    tell = field.metadata[EACH]
    return lambda event, info, **_arguments: tell(event, strawberry.Info(info, field))


def _is_one_of(kind: GraphQLInputObjectType) -> bool:
    """Whether it is declared @oneOf: Strawberry knows, graphql-core's validation does not."""
    definition: Any = kind.extensions["strawberry-definition"]
    return any(isinstance(directive, OneOf) for directive in definition.directives or ())


def _price(kind: GraphQLObjectType | GraphQLInterfaceType) -> None:
    """Give its fields the pricing rules that stand in the metadata of their declarations."""
    for field in kind.fields.values():
        if definition := field.extensions.get("strawberry-definition"):
            rules = {name: definition.metadata[name] for name in (WEIGHT, SIZE) if name in definition.metadata}
            field.extensions.update(rules)
