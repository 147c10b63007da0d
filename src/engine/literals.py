"""The values in a document, as plain data: like variables as JSON has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphql import ArgumentNode, ObjectFieldNode

MAX_DIGITS = 300
"""A longer number is none that a computer counts with."""


def values(nodes: Iterable[ArgumentNode | ObjectFieldNode], variables: Mapping[str, Any]) -> dict[str, Any]:
    """What is given by name; a variable that is not given leaves nothing."""
    return {
        node.name.value: literal(node.value, variables)
        for node in nodes
        if not isinstance(node.value, VariableNode) or node.value.name.value in variables
    }


def is_constant(node: ValueNode) -> bool:
    """Whether no variable decides the value."""
    if isinstance(node, ListValueNode):
        return all(map(is_constant, node.values))
    if isinstance(node, ObjectValueNode):
        return all(is_constant(field.value) for field in node.fields)
    return not isinstance(node, VariableNode)


def literal(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    """One value; null for a variable that is not given."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, ListValueNode):
        return [literal(one, variables) for one in node.values]
    if isinstance(node, ObjectValueNode):
        return values(node.fields, variables)
    if isinstance(node, IntValueNode | FloatValueNode):
        return _number(node)
    return node.value if isinstance(node, StringValueNode | BooleanValueNode | EnumValueNode) else None


def _number(node: IntValueNode | FloatValueNode) -> float | None:
    if len(node.value) > MAX_DIGITS:
        return None
    return int(node.value) if isinstance(node, IntValueNode) else float(node.value)
