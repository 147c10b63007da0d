"""Running a plan. The compiled executor will stand here: nothing else knows how a plan is run."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, cast

from graphql import ExecutionResult, Executor, GraphQLSchema, create_source_event_stream, execute

from engine.errors import MAX_ERRORS, DocumentError, NothingToTell

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from engine.context import Context
    from engine.plans import Plan


@dataclass(frozen=True, slots=True)
class Execution:
    """A schema whose plans can be run."""

    core: GraphQLSchema

    async def run(
        self, plan: Plan, variables: Mapping[str, Any], context: Context, event: object = None
    ) -> ExecutionResult:
        """The result of an operation, or of one event of a subscription."""
        document = plan.require_runnable()
        result = execute(self.core, document, event, variable_values=dict(variables), **_given(plan, context))
        return result if isinstance(result, ExecutionResult) else await result

    async def events(self, plan: Plan, variables: Mapping[str, Any], context: Context) -> AsyncGenerator[Any]:
        """What a subscription follows; DocumentError where it cannot begin."""
        given = _given(plan, context)
        executor = Executor.build(self.core, plan.require_runnable(), raw_variable_values=dict(variables), **given)
        if not isinstance(executor, Executor):
            raise DocumentError(executor)
        begun = create_source_event_stream(executor)
        events = await begun if isawaitable(begun) else begun
        if isinstance(events, ExecutionResult):
            raise DocumentError(events.errors or [])
        return cast("AsyncGenerator[Any]", events)  # ours are all of them generators


def says_nothing(result: ExecutionResult) -> bool:
    """Whether an event turned out not to concern the one who follows."""
    return any(isinstance(error.original_error, NothingToTell) for error in result.errors or ())


def _given(plan: Plan, context: Context) -> dict[str, Any]:
    return {
        "context_value": context,
        "operation_name": plan.name or None,
        "max_coercion_errors": MAX_ERRORS,
        "hide_suggestions": True,
    }
