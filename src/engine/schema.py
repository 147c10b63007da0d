"""The engine's front: a schema that answers requests. How it executes is nobody else's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from graphql import ExecutionResult, GraphQLSchema, OperationType, execute

from engine.errors import INTROSPECTION_DISABLED, METHOD_NOT_ALLOWED, Formatted, RequestError, formatted
from engine.plans import Plans

if TYPE_CHECKING:
    from collections.abc import Mapping


class Context(Protocol):
    """What the engine needs to know of a request's context; resolvers know more."""

    request_id: str
    headers: list[tuple[bytes, bytes]]
    """Headers of the answer that resolvers add."""

    @property
    def by_cookie(self) -> bool:
        """Whether the request signs in by what a browser sends along unasked."""

    @property
    def may_introspect(self) -> bool:
        """Whether who asks may see the whole schema where it is not public."""

    @property
    def may_upload(self) -> bool:
        """Whether who asks may send files at all."""

    async def admit(self, root_fields: frozenset[str]) -> None:
        """Find out who asks, before anything runs; RequestError where they may not ask at all."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends, whichever way."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What it gets: data, errors or both. `refused` names the code under which nothing was executed at all."""

    data: Any = None
    errors: list[Formatted] | None = None
    refused: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The response as the specification writes it."""
        body: dict[str, Any] = {} if self.refused else {"data": self.data}
        return {"errors": self.errors, **body} if self.errors else body


class Schema:
    """A GraphQL schema with the plans of the documents it has seen."""

    def __init__(self, core: GraphQLSchema, *, introspection: bool) -> None:
        self.core = core
        self._plans = Plans(core)
        self._introspection = introspection

    def may_introspect(self, context: Context) -> bool:
        """Whether the whole schema may be told to who asks."""
        return self._introspection or context.may_introspect

    async def execute(self, request: Request, context: Context) -> Answer:
        """Answer one request; whatever is wrong with it is in the answer."""
        plan = self._plans.get(request.query, request.operation_name)
        if plan.document is None:
            return Answer(errors=formatted(plan.errors, context.request_id, code=plan.code), refused=plan.code)
        if request.reads_only and plan.operation is not OperationType.QUERY:
            return refusal(RequestError(METHOD_NOT_ALLOWED, "Only queries can be sent by GET; send this one by POST."))
        try:
            await context.admit(plan.root_fields)
        except RequestError as error:
            return refusal(error)
        if plan.introspects and not self.may_introspect(context):
            return refusal(RequestError(INTROSPECTION_DISABLED, "The schema is for staff here: sign in first."))
        result = execute(
            self.core,
            plan.document,
            context_value=context,
            variable_values=dict(request.variables or {}),
            operation_name=request.operation_name,
            hide_suggestions=True,
        )
        return _answered(result if isinstance(result, ExecutionResult) else await result, context.request_id)


def refusal(error: RequestError) -> Answer:
    """The answer to a request that was not executed."""
    code = (error.extensions or {})["code"]
    return Answer(errors=formatted([error], "", code=code), refused=code)


def _answered(result: ExecutionResult, request_id: str) -> Answer:
    if not result.errors:
        return Answer(result.data)
    errors = formatted(result.errors, request_id)
    never_ran = result.data is None and all(error.path is None for error in result.errors)
    return Answer(result.data, errors, refused=errors[0]["extensions"]["code"] if never_ran else None)
