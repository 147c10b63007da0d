"""Plans: a document parsed and validated once for each operation in it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from engine.depth import depth
from engine.errors import (
    LIMIT_EXCEEDED,
    MAX_ERRORS,
    OPERATION_RESOLUTION_FAILURE,
    PARSE_FAILED,
    VALIDATION_FAILED,
    RequestError,
)
from engine.selection import selections

if TYPE_CHECKING:
    from collections.abc import Sequence

INTROSPECTION = {"__schema", "__type"}
MAX_TOKENS = 1_000
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of an operation before its variables are: either it can run, or why it cannot."""

    document: DocumentNode | None = None
    operation: OperationType | None = None
    root_fields: frozenset[str] = frozenset()
    introspects: bool = False
    errors: Sequence[GraphQLError] = field(default=())
    code: str = ""


class Plans:
    """The plans of one schema: documents of at most `size` characters in all, the least recently used goes first."""

    def __init__(self, schema: GraphQLSchema, *, size: int = 500_000) -> None:
        self._schema = schema
        self._room = size
        self._plans: OrderedDict[tuple[str, str | None], Plan] = OrderedDict()

    def get(self, query: str, operation_name: str | None) -> Plan:
        """The plan for one operation of a document; a failed one is kept too."""
        key = (query, operation_name)
        if plan := self._plans.get(key):
            self._plans.move_to_end(key)
            return plan
        plan = self._made(query, operation_name)
        self._keep(key, plan)
        return plan

    def _keep(self, key: tuple[str, str | None], plan: Plan) -> None:
        self._plans[key] = plan
        self._room -= _size(key)
        while self._room < 0:
            self._room += _size(self._plans.popitem(last=False)[0])

    def _made(self, query: str, operation_name: str | None) -> Plan:
        try:
            document = parse(query, max_tokens=MAX_TOKENS, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            return Plan(errors=[error], code=PARSE_FAILED)
        if errors := validate(self._schema, document, specified_rules, max_errors=MAX_ERRORS, hide_suggestions=True):
            return Plan(errors=errors, code=VALIDATION_FAILED)
        if (levels := depth(document)) > MAX_DEPTH:
            return Plan(errors=[_too_deep(levels)], code=LIMIT_EXCEEDED)
        operation = get_operation_ast(document, operation_name)
        if operation is None:
            return Plan(errors=[_unclear(operation_name)], code=OPERATION_RESOLUTION_FAILURE)
        root_fields = self._root_fields(document, operation)
        return Plan(document, operation.operation, root_fields, not root_fields.isdisjoint(INTROSPECTION))

    def _root_fields(self, document: DocumentNode, operation: OperationDefinitionNode) -> frozenset[str]:
        root = self._schema.get_root_type(operation.operation)
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        selected = selections(operation.selection_set, root, fragments) if root else []
        return frozenset(node.name.value for node in selected)


def _size(key: tuple[str, str | None]) -> int:
    query, operation_name = key
    return len(query) + len(operation_name or "")


def _too_deep(levels: int) -> RequestError:
    return RequestError(LIMIT_EXCEEDED, f"The document is {levels} levels deep; {MAX_DEPTH} are allowed.")


def _unclear(operation_name: str | None) -> RequestError:
    if operation_name:
        message = "The document has no operation of the name given by operationName."
    else:
        message = "The document has several operations, or none: say which by operationName."
    return RequestError(OPERATION_RESOLUTION_FAILURE, message)
