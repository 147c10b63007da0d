"""Operations such as a frontend's screens and the console send: valid, and of a reasonable size."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLField, GraphQLInterfaceType, GraphQLSchema

    Composite = GraphQLObjectType | GraphQLInterfaceType

LEVELS = 4
"""To-one steps below a root field, or below an entry of its list."""
SIZES = (5, 10, 12, 20, 24)
WEEK = {"from": "2026-12-01", "to": "2026-12-07"}
"""Days that have to be told."""


def screens(schema: GraphQLSchema, seed: int, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Documents with their variables, always the same for one seed."""
    for number in range(count):
        yield _Screen(schema, Random(f"{seed} {number}")).operation(number)  # noqa: S311  (not for secrets)


@dataclass
class _Screen:
    schema: GraphQLSchema
    chance: Random
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)

    def operation(self, number: int) -> tuple[str, dict[str, Any]]:
        """One document: mostly a query for one to three things, else a mutation."""
        changes = number % 5 == 4
        root = self.schema.mutation_type if changes else self.schema.query_type
        assert root
        names = self.chance.sample(list(root.fields), 1 if changes else self.chance.randint(1, 3))
        asked = " ".join(self._field(name, root.fields[name], LEVELS, lists=2) for name in names)
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self.variables.items())
        head = f"{'mutation' if changes else 'query'} Screen{number}{f'({declared})' if declared else ''}"
        text = "\n".join([f"{head} {{ {asked} }}", *self.fragments.values()])
        return text, {name: value for name, (_, value) in self.variables.items() if value is not None}

    def _field(self, name: str, definition: GraphQLField, levels: int, lists: int) -> str:
        kind: Any = get_named_type(definition.type)
        alias = f"{name}{self.chance.randint(1, 9)}: " if self.chance.random() < 0.05 else ""
        asked = alias + name + self._arguments(definition, lists)
        if is_leaf_type(kind):
            return asked
        if kind.name.endswith("Connection"):
            return f"{asked} {{ {self._page(kind, levels, lists - 1)} }}"
        if is_list_type(get_nullable_type(definition.type)):
            return f"{asked} {self._selection(kind, 1, 0)}"
        return f"{asked} {self._selection(kind, levels - 1, lists)}"

    def _arguments(self, definition: GraphQLField, lists: int) -> str:
        given = []
        for name, argument in definition.args.items():
            if name == "first":
                size = self.chance.choice(SIZES) if lists > 1 else 5
                given.append(f"first: {size if self.chance.random() < 0.5 else self._variable('Int', size)}")
            elif is_required_argument(argument) or (name in ("where", "orderBy") and self.chance.random() < 0.3):
                value: Any = {"search": "silk"} if name == "where" and lists > 1 else WEEK.get(name)
                given.append(f"{name}: {self._variable(str(argument.type), value)}")
        return f"({', '.join(given)})" if given else ""

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = kind, value
        return f"${name}"

    def _page(self, kind: GraphQLObjectType, levels: int, lists: int) -> str:
        node: Any = get_named_type(kind.fields["nodes"].type)
        entry = self._selection(node, levels - 1, lists)
        shape = self.chance.choice([f"nodes {entry}", f"edges {{ cursor node {entry} }}"])
        beside = self.chance.choice(["", " pageInfo { endCursor hasNextPage }", " pageInfo { endCursor } totalCount"])
        return shape + beside

    def _selection(self, kind: Composite, levels: int, lists: int) -> str:
        """The fields of one object: in a fragment of their own, or where they are asked for."""
        possible = kind.fields
        leaves = [name for name, one in possible.items() if is_leaf_type(get_named_type(one.type))]
        others = [name for name in possible if name not in leaves and self._fits(possible[name], levels, lists)]
        names = self.chance.sample(leaves, min(len(leaves), self.chance.randint(2, 9)))
        names += self.chance.sample(others, min(len(others), self.chance.randint(0, 2)))
        asked = " ".join(self._field(name, possible[name], levels, lists) for name in names) or "__typename"
        if self.chance.random() < 0.7:
            return f"{{ __typename {asked} }}"
        name = f"{kind.name}Part{len(self.fragments)}"
        self.fragments[name] = f"fragment {name} on {kind.name} {{ {asked} }}"
        return f"{{ ...{name} }}"

    @staticmethod
    def _fits(one: GraphQLField, levels: int, lists: int) -> bool:
        """Whether this much can still be asked for: lists within lists only once."""
        many = is_list_type(get_nullable_type(one.type)) or "first" in one.args
        return levels > 1 and (lists > 0 or not many)
