"""What a client selected, seen through fragments: so that only that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    InlineFragmentNode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FragmentDefinitionNode, SelectionSetNode

Fragments: TypeAlias = "Mapping[str, FragmentDefinitionNode]"


def below(nodes: Sequence[FieldNode], kind: GraphQLObjectType, fragments: Fragments) -> list[FieldNode]:
    """The fields selected below these, of an object of type `kind`; @skip and @include are taken as selected."""
    found: list[FieldNode] = []
    seen: set[str] = set()  # a fragment counts once: those that spread each other twice would double with every level
    for node in nodes:
        if node.selection_set:
            found += _fields(node.selection_set, kind, fragments, seen)
    return found


def selections(selected: SelectionSetNode, kind: GraphQLObjectType, fragments: Fragments) -> list[FieldNode]:
    """The fields of one selection set, on an object of type `kind`; a fragment counts once."""
    return list(_fields(selected, kind, fragments, set()))


def named(nodes: Sequence[FieldNode], name: str) -> list[FieldNode]:
    """Those of the fields that have this name."""
    return [node for node in nodes if node.name.value == name]


def within_a_list(info: GraphQLResolveInfo[Any]) -> bool:
    """Whether the field is resolved once for each entry of a list."""
    return any(isinstance(step, int) for step in info.path.as_list())


def _fields(
    selected: SelectionSetNode, kind: GraphQLObjectType, fragments: Fragments, seen: set[str]
) -> Iterator[FieldNode]:
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            fragment = fragments[node.name.value]
            if _applies(fragment.type_condition.name.value, kind):
                yield from _fields(fragment.selection_set, kind, fragments, seen)
        elif isinstance(node, InlineFragmentNode) and (
            node.type_condition is None or _applies(node.type_condition.name.value, kind)
        ):
            yield from _fields(node.selection_set, kind, fragments, seen)


def _applies(condition: str, kind: GraphQLObjectType | GraphQLInterfaceType) -> bool:
    return condition == kind.name or any(condition == interface.name for interface in kind.interfaces)
