"""Plans: a document parsed, measured, validated and priced once for each operation in it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)

from engine.errors import (
    OPERATION_RESOLUTION_FAILURE,
    PARSE_FAILED,
    VALIDATION_FAILED,
    DocumentError,
    RequestError,
)
from engine.lru_cache import LruCache
from engine.measuring import require_measured, require_short_lists
from engine.parsing import parsed
from engine.pricing import pricing
from engine.selection import selections
from engine.validation import problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.limits import Limits

Key: TypeAlias = "tuple[str, str | None]"

INTROSPECTION = {"__schema", "__type"}

PLAN_BYTES = 6_000
TOKEN_BYTES = 500
"""What a plan holds beside its text, and for each token of it: found by benchmarks/hostile_documents.py."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of an operation before its variables are: either it can run, or why it cannot."""

    document: DocumentNode | None = None
    operation: OperationType | None = None
    name: str = ""
    root_fields: frozenset[str] = frozenset()
    introspects: bool = False
    errors: Sequence[GraphQLError] = field(default=())
    code: str = ""
    price: Callable[[Mapping[str, Any]], int] = lambda _variables: 0
    """What the operation costs with these variables, in points."""

    def require_runnable(self) -> DocumentNode:
        """Its document; DocumentError where it cannot run."""
        if self.document is None:
            raise DocumentError(self.errors, self.code)
        return self.document


class Plans:
    """The plans of one schema: at most `count`, of about `size` bytes; the least recently used goes first.

    Failed ones are kept too, in a tenth of that room of their own: however many there are, good ones stay.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, count: int = 1_000, size: int = 16_000_000) -> None:
        self.misses = 0
        """How many plans had to be made."""
        self._schema = schema
        self._limits = limits
        self._good: LruCache[Plan] = LruCache(count, size)
        self._failed: LruCache[Plan] = LruCache(count // 10, size // 10)

    @property
    def size(self) -> int:
        """About how many bytes the plans hold that can run."""
        return self._good.size

    def get(self, query: str, operation_name: str | None) -> Plan:
        """The plan for one operation of a document; a failed one says why in its errors."""
        key = (query, operation_name)
        return self._good.get(key) or self._failed.get(key) or self._made(key)

    def _made(self, key: Key) -> Plan:
        self.misses += 1
        try:
            plan, tokens = self._planned(*key)
        except GraphQLSyntaxError as error:
            plan = _failed([error], PARSE_FAILED)
        except RequestError as error:
            plan = _failed([error], error.code)
        if plan.document:
            self._good.add(key, plan, _size(key) + tokens * TOKEN_BYTES)
        else:
            told = sum(sys.getsizeof(error.message) for error in plan.errors)
            self._failed.add(key, plan, _size(key) + told)
        return plan

    def _planned(self, query: str, operation_name: str | None) -> tuple[Plan, int]:
        document, tokens = parsed(query, self._limits)
        require_measured(document, self._limits)
        if tokens > self._limits.list_items:  # before, there is no room for a longer list
            require_short_lists(document, self._limits)
        if errors := problems(self._schema, document):
            return _failed(errors, VALIDATION_FAILED), tokens
        operation = get_operation_ast(document, operation_name)
        if operation is None:
            raise _unclear(operation_name)
        return self._plan(document, operation), tokens

    def _plan(self, document: DocumentNode, operation: OperationDefinitionNode) -> Plan:
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        root = self._schema.get_root_type(operation.operation)
        selected = selections(operation.selection_set, root, fragments) if root else []
        root_fields = frozenset(node.name.value for node in selected)
        return Plan(
            document,
            operation.operation,
            operation.name.value if operation.name else "",
            root_fields,
            not root_fields.isdisjoint(INTROSPECTION),
            price=pricing(self._schema, operation, fragments),
        )


def _failed(errors: Sequence[GraphQLError], code: str) -> Plan:
    return Plan(errors=[_light(error) for error in errors], code=code)


def _light(error: GraphQLError) -> GraphQLError:
    """The error without the tree and the frames that it would keep in memory."""
    if isinstance(error, RequestError):
        return error.with_traceback(None)
    return GraphQLError(
        error.message,
        source=error.source,
        positions=error.positions,
        original_error=error.original_error and error.original_error.with_traceback(None),
        extensions=error.extensions,
    )


def _size(key: Key) -> int:
    """About how many bytes a plan takes without its tree."""
    return PLAN_BYTES + sum(map(sys.getsizeof, key))


def _unclear(operation_name: str | None) -> RequestError:
    if operation_name:
        message = "The document has no operation of the name given by operationName."
    else:
        message = "The document has several operations, or none: say which by operationName."
    return RequestError(OPERATION_RESOLUTION_FAILURE, message)
