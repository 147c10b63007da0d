"""From what a client selected to the columns that answer it."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo, get_named_type

from db.sources import Fields
from engine.selection import below, named
from engine.strawberry_types import core_info
from graph.context import Info
from graph.declaring import JOINED, NEEDS


def row_fields(info: Info, type_name: str | None = None) -> Fields:
    """The columns for a field that returns a row, or a list of rows; of an interface, those for one of its types."""
    raw = core_info(info)
    kind = cast("GraphQLObjectType", raw.schema.get_type(type_name)) if type_name else _object(raw.return_type)
    return frozenset(_columns(below(raw.field_nodes, kind, raw.fragments), kind, raw))


def page_fields(info: Info) -> Fields:
    """The columns for a field that returns a connection."""
    raw = core_info(info)
    kind = _object(raw.return_type)
    edge, node = _object(kind.fields["edges"].type), _object(kind.fields["nodes"].type)
    connection = below(raw.field_nodes, kind, raw.fragments)
    edges = below(named(connection, "edges"), edge, raw.fragments)
    rows = [*named(connection, "nodes"), *named(edges, "node")]
    return frozenset(_columns(below(rows, node, raw.fragments), node, raw))


def selected_below(info: Info, field: str) -> Fields | None:
    """The columns for a row that stands in a field of the object which this field returns; None: not selected."""
    raw = core_info(info)
    kind = _object(raw.return_type)
    declared = {name for name, one in kind.fields.items() if _declared(one).python_name == field}
    nodes = [node for node in below(raw.field_nodes, kind, raw.fragments) if node.name.value in declared]
    if not nodes:
        return None
    row = _object(kind.fields[declared.pop()].type)
    return frozenset(_columns(below(nodes, row, raw.fragments), row, raw))


def selected_names(info: Info) -> set[str]:
    """The names of the fields selected on what this field returns."""
    raw = core_info(info)
    return {node.name.value for node in below(raw.field_nodes, _object(raw.return_type), raw.fragments)}


def _columns(nodes: Sequence[FieldNode], kind: GraphQLObjectType, raw: GraphQLResolveInfo[Any]) -> Iterator[str]:
    for name in dict.fromkeys(node.name.value for node in nodes):
        if name.startswith("__"):
            continue
        declared = _declared(kind.fields[name])
        if declared.metadata.get(JOINED):
            inner = _object(kind.fields[name].type)
            below_it = _columns(below(named(nodes, name), inner, raw.fragments), inner, raw)
            yield from (f"{declared.python_name}.{column}" for column in ("id", *below_it))
        else:
            yield from declared.metadata.get(NEEDS, (declared.python_name,))


def _declared(field: GraphQLField) -> Any:
    return field.extensions["strawberry-definition"]


def _object(kind: GraphQLOutputType) -> GraphQLObjectType:
    return cast("GraphQLObjectType", get_named_type(kind))
