"""The engine's front: a schema that answers requests. How it executes is nobody else's business."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from graphql import OperationType

from engine.answer import Answer, answered, fault, objects_in, refusal
from engine.errors import TIMEOUT, UNAVAILABLE, DocumentError, NotAcceptable, RequestError
from engine.execution import Execution, says_nothing
from engine.gates import Gates
from engine.plans import Plans
from engine.record import Record

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from graphql import GraphQLSchema

    from engine.context import Context
    from engine.limits import Limits
    from engine.persisted import Documents
    from engine.plans import Plan
    from engine.rates import Rates
    from engine.request import Request

Given = TypeVar("Given")
SECONDS_BETWEEN_TRIES = 0.5


class Schema:
    """A GraphQL schema that answers, within its limits, what it is asked."""

    def __init__(
        self, core: GraphQLSchema, limits: Limits, rates: Rates, documents: Documents, *, introspection: bool
    ) -> None:
        self.limits = limits
        self._gates = Gates(documents, Plans(core, limits), rates, limits, introspection)
        self._execution = Execution(core)

    def may_introspect(self, context: Context) -> bool:
        """Whether the whole schema may be told to who asks."""
        return self._gates.may_introspect(context)

    async def is_subscription(self, request: Request, context: Context) -> bool:
        """Whether a request is to be answered by `stream`; RequestError where it is too early to ask again."""
        return await self._gates.is_subscription(request, context)

    def require_points(self, context: Context) -> None:
        """RequestError RATE_LIMITED to those who are known to have to wait."""
        self._gates.require_points(context)

    async def charge(self, points: int, context: Context) -> None:
        """Take the points of what is answered beside GraphQL; RequestError RATE_LIMITED where there are too few."""
        await self._gates.charge(context.bucket, points, context)

    async def charge_refusal(self, context: Context) -> None:
        """Count a request that was refused before it came here; RequestError RATE_LIMITED where it is one too many."""
        await self._gates.charge_reading(context)

    async def execute(self, request: Request, context: Context) -> Answer:
        """Answer a query or a mutation; whatever is wrong with it is in the answer."""
        try:
            return await self._timed(self._executed(request, context), context)
        finally:
            context.release()

    async def stream(
        self, request: Request, context: Context, contexts: Callable[[], Context]
    ) -> AsyncGenerator[Answer]:
        """Answer a subscription once for each event, anything else once; each event is asked for with a new context.

        A refusal is the last answer.
        """
        try:
            begun = await self._timed(self._begun(request, context), context)
            if isinstance(begun, Answer):
                yield begun
                return
            plan, events = begun
            following = _Following(plan, request, contexts, context.record)
            async with aclosing(events):
                async for event in events:
                    answer = await self._event(following, event)
                    if answer:
                        yield answer
                    if answer and answer.refused:
                        return
        except RequestError as refused:
            yield refusal(refused, context.request_id)
        except Exception as error:  # noqa: BLE001  (whatever ended the events, the one who follows is told)
            yield fault(error, context.request_id)
        finally:
            context.release()

    async def _executed(self, request: Request, context: Context) -> Answer:
        plan = await self._gates.plan(request, context)
        if plan.operation is OperationType.SUBSCRIPTION:
            message = "A subscription is answered as text/event-stream, or over a websocket."
            raise NotAcceptable(message)
        return await self._run(plan, request, context)

    async def _begun(self, request: Request, context: Context) -> Answer | tuple[Plan, AsyncGenerator[Any]]:
        plan = await self._gates.plan(request, context)
        if plan.operation is not OperationType.SUBSCRIPTION:
            return await self._run(plan, request, context)
        return plan, await self._execution.events(plan, request.variables or {}, context)

    async def _event(self, following: _Following, event: object) -> Answer | None:
        """What an event tells; a short outage is waited for: the next event would come, and this one never again."""
        patience = asyncio.get_running_loop().time() + self.limits.seconds
        while True:
            answer = await self._told(following, event)
            is_away = answer is not None and answer.refused == UNAVAILABLE
            if not is_away or asyncio.get_running_loop().time() > patience:
                return answer
            await asyncio.sleep(SECONDS_BETWEEN_TRIES)

    async def _told(self, following: _Following, event: object) -> Answer | None:
        context = following.contexts()
        context.record = Record()  # of its own, whatever transport it is
        try:
            return await self._timed(self._retold(following, context, event), context)
        finally:
            context.release()
            following.record.add(context.record)

    async def _retold(self, following: _Following, context: Context, event: object) -> Answer | None:
        """One event, for whoever the follower is by now; None where it does not concern them."""
        plan, request = following.plan, following.request
        await context.admit(plan.root_fields)
        await self._gates.pay(plan, request, context)
        result = await self._execution.run(plan, request.variables or {}, context, event)
        return None if says_nothing(result) else answered(result, context.request_id)

    async def _run(self, plan: Plan, request: Request, context: Context) -> Answer:
        result = await self._execution.run(plan, request.variables or {}, context)
        answer = answered(result, context.request_id)
        if not request.tells_cost:
            return answer
        requested, statements = context.record.cost, context.statements
        cost = {"requested": requested, "actual": objects_in(result.data), "statements": statements}
        return replace(answer, extensions={"cost": cost})

    async def _timed(self, work: Awaitable[Given], context: Context) -> Given | Answer:
        """What `work` gives within the deadline, else the Answer that says why it gives nothing."""
        given: Given | Answer
        try:
            async with asyncio.timeout(self.limits.seconds) as deadline:
                given = await work
        except (DocumentError, RequestError) as refused:
            given = refusal(refused, context.request_id)
        except Exception as error:  # noqa: BLE001  (a fault is answered too, whichever way the request came)
            late = isinstance(error, TimeoutError) and deadline.expired()
            given = refusal(self._too_late(), context.request_id) if late else fault(error, context.request_id)
        context.record.statements = context.statements
        if isinstance(given, Answer):
            context.record.codes = given.codes
        return given

    def _too_late(self) -> RequestError:
        seconds = f"{self.limits.seconds:g}"
        return RequestError(
            TIMEOUT, f"The operation took longer than {seconds} seconds and was ended; ask for less, or try again."
        )


@dataclass(frozen=True, slots=True)
class _Following:
    """A subscription that has begun."""

    plan: Plan
    request: Request
    contexts: Callable[[], Context]
    """A new one for each event."""
    record: Record
