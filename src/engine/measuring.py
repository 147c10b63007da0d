"""How much a document asks for, counted on its tree before the validation, which takes longer."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    OperationDefinitionNode,
    Visitor,
    visit,
)

from engine.parsing import MAX_NESTING, require_at_most

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode, SelectionNode, SelectionSetNode

    from engine.limits import Limits


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection asks for; what stands in a fragment counts wherever the fragment is spread."""

    depth: int = 0
    """Levels of fields; introspection is one."""
    nesting: int = 0
    """Levels of selections, fragments among them."""
    aliases: int = 0
    directives: int = 0
    nodes: int = 0
    """Selected fields."""
    names: frozenset[str] = frozenset()
    """The names of its uppermost fields, as the answer has them."""


def require_measured(document: DocumentNode, limits: Limits) -> None:
    """LimitExceeded where an operation asks for too much; in a cycle of fragments nothing can be counted."""
    try:
        measures = list(_operations(document))
    except CycleError:
        return  # the validation says where
    for measure in measures:
        _require_within(measure, limits)


def require_short_lists(document: DocumentNode, limits: Limits) -> None:
    """LimitExceeded at the first list of literals that is too long."""
    visit(document, _Lists(limits.list_items))


class _Lists(Visitor):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def enter_list_value(self, node: ListValueNode, *_place: object) -> None:
        require_at_most(
            self._limit, len(node.values), "A list in the document has {actual} items; {limit} are allowed."
        )


def _require_within(measure: Measure, limits: Limits) -> None:
    require_at_most(limits.depth, measure.depth, "The document is {actual} levels deep; {limit} are allowed.")
    require_at_most(
        MAX_NESTING, measure.nesting, "The document nests {actual} levels of fragments and fields; {limit} are allowed."
    )
    require_at_most(limits.aliases, measure.aliases, "The document has {actual} aliases; {limit} are allowed.")
    require_at_most(
        limits.root_fields, len(measure.names), "The document has {actual} fields at its root; {limit} are allowed."
    )
    require_at_most(limits.directives, measure.directives, "The document has {actual} directives; {limit} are allowed.")
    require_at_most(limits.nodes, measure.nodes, "The document selects {actual} fields; {limit} are allowed.")


def _operations(document: DocumentNode) -> Iterator[Measure]:
    fragments = _fragments(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            own = len(node.directives or ()) + sum(len(one.directives or ()) for one in node.variable_definitions or ())
            yield _sum([_below(node.selection_set, fragments), Measure(directives=own)])


def _fragments(document: DocumentNode) -> dict[str, Measure]:
    """Each fragment measured once, those that it spreads before itself."""
    nodes = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    spread = {name: set(_spread(node.selection_set)) & nodes.keys() for name, node in nodes.items()}
    measures: dict[str, Measure] = {}
    for name in TopologicalSorter(spread).static_order():
        node = nodes[name]
        own = Measure(directives=len(node.directives or ()))
        measures[name] = _sum([_below(node.selection_set, measures), own])
    return measures


def _spread(selected: SelectionSetNode) -> Iterator[str]:
    for node in selected.selections:
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            yield from _spread(node.selection_set)


def _below(selected: SelectionSetNode, fragments: Mapping[str, Measure]) -> Measure:
    return _sum([_one(node, fragments) for node in selected.selections])


def _one(node: SelectionNode, fragments: Mapping[str, Measure]) -> Measure:
    own = Measure(nesting=1, directives=len(node.directives or ()))
    if isinstance(node, FragmentSpreadNode):
        return _within(own, fragments.get(node.name.value, Measure()))
    if isinstance(node, InlineFragmentNode):
        return _within(own, _below(node.selection_set, fragments))
    return _field(node, own, fragments) if isinstance(node, FieldNode) else own


def _field(node: FieldNode, own: Measure, fragments: Mapping[str, Measure]) -> Measure:
    below = _below(node.selection_set, fragments) if node.selection_set else Measure()
    return Measure(
        depth=1 if node.name.value.startswith("__") else 1 + below.depth,
        nesting=own.nesting + below.nesting,
        aliases=bool(node.alias) + below.aliases,
        directives=own.directives + below.directives,
        nodes=1 + below.nodes,
        names=frozenset([(node.alias or node.name).value]),
    )


def _within(fragment: Measure, below: Measure) -> Measure:
    """A fragment's own measure and that of what it selects."""
    return Measure(
        below.depth,
        fragment.nesting + below.nesting,
        below.aliases,
        fragment.directives + below.directives,
        below.nodes,
        below.names,
    )


def _sum(parts: list[Measure]) -> Measure:
    """Those that stand beside each other."""
    return Measure(
        max(part.depth for part in parts),
        max(part.nesting for part in parts),
        sum(part.aliases for part in parts),
        sum(part.directives for part in parts),
        sum(part.nodes for part in parts),
        frozenset().union(*(part.names for part in parts)),
    )
