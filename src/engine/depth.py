"""How deep a document goes: deeper ones are refused before they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode

if TYPE_CHECKING:
    from graphql import DocumentNode, SelectionSetNode


def depth(document: DocumentNode) -> int:
    """The levels of fields in its deepest operation; introspection is one level. Fragments must not be cyclic."""
    operations = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = _Fragments(document)
    return max((fragments.below(operation.selection_set) for operation in operations), default=0)


class _Fragments:
    """The fragments of a document, each measured once."""

    def __init__(self, document: DocumentNode) -> None:
        found = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
        self._fragments = {node.name.value: node for node in found}
        self._depths: dict[str, int] = {}

    def below(self, selected: SelectionSetNode | None) -> int:
        if selected is None:
            return 0
        return max((self._one(node) for node in selected.selections), default=0)

    def _one(self, node: object) -> int:
        if isinstance(node, FieldNode):
            return 1 if node.name.value.startswith("__") else 1 + self.below(node.selection_set)
        if isinstance(node, FragmentSpreadNode):
            return self._named(node.name.value)
        return self.below(node.selection_set) if isinstance(node, InlineFragmentNode) else 0

    def _named(self, name: str) -> int:
        if name not in self._depths:
            self._depths[name] = self.below(self._fragments[name].selection_set)
        return self._depths[name]
