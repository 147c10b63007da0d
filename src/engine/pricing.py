"""What an operation costs, in points: worked out once for a document, as far as its variables do not decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    InlineFragmentNode,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from engine.literals import is_constant, literal, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode

Variables: TypeAlias = "Mapping[str, Any]"
Points: TypeAlias = "int | Callable[[Variables], int]"
"""A number, or how it follows from the variables."""
Rule: TypeAlias = "int | Callable[[Mapping[str, Any]], int]"
"""A number, or how it follows from a field's arguments: as the client sent them, of any JSON type; absent ones are not
there."""

WEIGHT = "weight"
"""In a field's `extensions`: the Rule of the points that it costs beside its objects."""
SIZE = "size"
"""In a field's `extensions`: the Rule of how many entries it has; or the lists right below it, where it is none."""

LIST_SIZE = 10
"""How many entries are reckoned with where no Rule tells."""
MUTATION = 10
INTROSPECTION = {"__schema": 100, "__type": 100}
CEILING = 1_000_000_000
"""No price, and no part of one, is larger."""


def pricing(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Callable[[Variables], int]:
    """The price of a valid operation as a function of its variables, as JSON has them; it never raises."""
    points = _Pricing(schema, fragments).of(operation)
    if isinstance(points, int):
        return lambda _variables: points
    defaults = {
        node.variable.name.value: literal(node.default_value, {})
        for node in operation.variable_definitions or ()
        if node.default_value
    }
    return lambda variables: points({**defaults, **variables})


class _Pricing:
    """Prices what is selected of a schema."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def of(self, operation: OperationDefinitionNode) -> Points:
        root = self._schema.get_root_type(operation.operation)
        fields = self._merged([operation.selection_set], root) if root else []
        own = MUTATION * len(fields) if operation.operation is OperationType.MUTATION else 0
        return _sum([own, *(self._field(parent, nodes, LIST_SIZE) for parent, nodes in fields)])

    def _below(self, nodes: list[FieldNode], kind: GraphQLCompositeType, size: Points) -> Points:
        """All that is selected below these; a list right there has `size` entries."""
        fields = self._merged([node.selection_set for node in nodes if node.selection_set], kind)
        return _sum([self._field(parent, below, size) for parent, below in fields])

    def _field(self, parent: GraphQLCompositeType, nodes: list[FieldNode], size: Points) -> Points:
        """One field, selected once or several times."""
        name = nodes[0].name.value
        field = self._schema.get_field(parent, name)
        if field is None or name in INTROSPECTION:
            return INTROSPECTION.get(name, 0)
        weight = _ruled(field.extensions.get(WEIGHT, 0), nodes[0])
        kind = get_named_type(field.type)
        if is_leaf_type(kind):
            return weight
        composite = cast("GraphQLCompositeType", kind)
        own_size = _ruled(field.extensions[SIZE], nodes[0]) if SIZE in field.extensions else None
        if not is_list_type(get_nullable_type(field.type)):
            return _sum([weight, 1, self._below(nodes, composite, LIST_SIZE if own_size is None else own_size)])
        entry = _sum([1, self._below(nodes, composite, LIST_SIZE)])
        return _sum([weight, _product(size if own_size is None else own_size, entry)])

    def _merged(
        self, selected: Iterable[SelectionSetNode], kind: GraphQLCompositeType
    ) -> list[tuple[GraphQLCompositeType, list[FieldNode]]]:
        """The fields of the answer and the type that each was selected on, whichever fragments they stand in."""
        found: dict[tuple[str, str], tuple[GraphQLCompositeType, list[FieldNode]]] = {}
        seen: set[str] = set()
        for one in selected:
            self._merge(one, kind, seen, found)
        return list(found.values())

    def _merge(self, selected: SelectionSetNode, kind: GraphQLCompositeType, seen: set[str], found: Any) -> None:
        for node in selected.selections:
            if isinstance(node, FieldNode):
                key = kind.name, (node.alias or node.name).value
                found.setdefault(key, (kind, []))[1].append(node)
            elif isinstance(node, InlineFragmentNode):
                self._merge(node.selection_set, self._conditioned(node, kind), seen, found)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                self._merge(fragment.selection_set, self._conditioned(fragment, kind), seen, found)

    def _conditioned(
        self, node: InlineFragmentNode | FragmentDefinitionNode, kind: GraphQLCompositeType
    ) -> GraphQLCompositeType:
        """The type that a fragment is on."""
        condition = node.type_condition
        return cast("GraphQLCompositeType", self._schema.type_map[condition.name.value]) if condition else kind


def _ruled(rule: Rule, node: FieldNode) -> Points:
    """What a rule makes of a field's arguments."""
    if isinstance(rule, int):
        return rule
    arguments = node.arguments or ()
    if all(is_constant(argument.value) for argument in arguments):
        return _bounded(rule(values(arguments, {})))
    return lambda variables: _bounded(rule(values(arguments, variables)))


def _sum(parts: list[Points]) -> Points:
    known = _bounded(sum(part for part in parts if isinstance(part, int)))
    open_parts = [part for part in parts if not isinstance(part, int)]
    if not open_parts:
        return known
    return lambda variables: _bounded(known + sum(part(variables) for part in open_parts))


def _product(size: Points, points: Points) -> Points:
    if isinstance(size, int) and isinstance(points, int):
        return _bounded(size * points)
    return lambda variables: _bounded(_at(size, variables) * _at(points, variables))


def _at(points: Points, variables: Variables) -> int:
    return points if isinstance(points, int) else points(variables)


def _bounded(points: int) -> int:
    return max(0, min(points, CEILING))
