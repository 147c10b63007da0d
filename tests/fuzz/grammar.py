"""Operations that a schema allows, and operations that it nearly allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    OperationType,
    get_named_type,
    is_composite_type,
    is_non_null_type,
)

from fuzz.values import Values, literal

if TYPE_CHECKING:
    from random import Random

    from graphql import GraphQLArgument, GraphQLField, GraphQLInputType, GraphQLSchema

    from fuzz.values import Known

KINDS = {OperationType.QUERY: 16, OperationType.MUTATION: 5, OperationType.SUBSCRIPTION: 1}
SLOW = {"register", "logIn", "changePassword", "deleteAccount"}
"""They hash a password, a quarter of a second each: few of them are enough."""
MISTAKES = ("{0} {0}", "{0} @skip", "{0} @nonsense(if: true)", "{0}: {0}", "{0}(nonsense: 1)", "...Nobody", "nonsense")
BROKEN = (
    *("{0}{{", "{{{0}", "{0} \ufeff", "# {0}", "{0} {0}", "{0}\x01", "type Q {{ a: Int }}"),
    "{0} extend type Query {{ a: Int }}",
)
DEPTHS = (3, 9, 30, 300)


@dataclass
class Operation:
    """A document with its variables."""

    kind: OperationType
    query: str
    variables: dict[str, Any]
    name: str | None


@dataclass
class Grammar:
    """Writes operations over a schema."""

    schema: GraphQLSchema
    chance: Random
    known: Known

    def operation(self) -> Operation:
        """One more operation: of two, one is meant to be valid."""
        mistakes = self.chance.choice((0.0, 0.0, 0.02, 0.1))
        return _Document(self.schema, self.chance, Values(self.chance, self.known, mistakes)).operation()


@dataclass
class _Document:
    """One document on its way."""

    schema: GraphQLSchema
    chance: Random
    values: Values
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)

    def operation(self) -> Operation:
        kinds = {kind: weight for kind, weight in KINDS.items() if self.schema.get_root_type(kind)}
        (kind,) = self.chance.choices(list(kinds), list(kinds.values()))
        root = self.schema.get_root_type(kind)
        assert root
        selection = self._selection(root, self.chance.randint(2, 7))
        name = self.chance.choice((None, "Fuzz"))
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        head = f"{kind.value} {name or ''}{declared}"
        query = " ".join((head, selection, *self.fragments))
        if self._errs():
            query = self.chance.choice(BROKEN).format(query)
        if self._errs():
            self.variables = {name: self.chance.choice((None, [], {}, "x")) for name in self.variables}
        return Operation(kind, query, self.variables, "Nobody" if self._errs() else name)

    def _selection(self, kind: Any, depth: int) -> str:
        fields = self._fields(kind, depth)
        parts = [self._field(name, chosen, depth) for name, chosen in fields]
        if self._errs():
            parts.append(self.chance.choice(MISTAKES).format(fields[0][0] if fields else "id"))
        if self._errs():
            depth_below = self.chance.choice(DEPTHS)
            parts.append("parent { " * depth_below + "id" + " }" * depth_below)
        if depth and self.chance.random() < 0.2:
            parts.append(self._spread(kind, depth - 1))
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _fields(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> list[tuple[str, GraphQLField]]:
        """Some fields of a type; at the end of the depth, leaves only."""
        fields = {
            name: each
            for name, each in kind.fields.items()
            if (depth or not is_composite_type(get_named_type(each.type)))
            and (name not in SLOW or self.chance.random() < 0.05)
        }
        chosen = self.chance.sample(sorted(fields), min(len(fields), self.chance.randint(1, 4)))
        return [(name, fields[name]) for name in chosen]

    def _field(self, name: str, chosen: GraphQLField, depth: int) -> str:
        given = [self._argument(each, argument.type) for each, argument in chosen.args.items() if self._gives(argument)]
        arguments = f"({', '.join(given)})" if given else ""
        alias = f"a{self.chance.randrange(999)}: " if given or self.chance.random() < 0.1 else ""
        directive = self.chance.choice(("", "", "", " @include(if: true)", " @skip(if: false)"))
        kind: Any = get_named_type(chosen.type)
        below = f" {self._selection(kind, max(depth - 1, 0))}" if is_composite_type(kind) and not self._errs() else ""
        return f"{alias}{name}{arguments}{directive}{below}"

    def _gives(self, argument: GraphQLArgument) -> bool:
        return not self._errs() if is_non_null_type(argument.type) else self.chance.random() < 0.35

    def _argument(self, name: str, kind: GraphQLInputType) -> str:
        value = self.values.of(kind, name)
        if self.chance.random() < 0.5:
            return f"{name}: {literal(value)}"
        variable = f"v{len(self.variables)}"
        self.variables[variable] = value
        self.declared.append(f"${variable}: {'String' if self._errs() else kind}")
        return f"{name}: ${variable}"

    def _spread(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        """A fragment on the type, or on one of those that implement it; by mistake, on any."""
        fitting: list[Any] = [kind]
        if isinstance(kind, GraphQLInterfaceType):
            fitting += self.schema.get_possible_types(kind)
        on = self.chance.choice(fitting)
        body = self._selection(on, depth)
        named = self.chance.choice(list(self.schema.type_map)) if self._errs() else on.name
        if self.chance.random() < 0.5:
            return f"... on {named} {body}"
        name = f"F{0 if self._errs() else len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {named} {body}")
        return f"...{name}"

    def _errs(self) -> bool:
        return self.chance.random() < self.values.oddness
