"""What a request passes before anything runs, the same whichever way it came."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import OperationType

from engine.errors import (
    INTROSPECTION_DISABLED,
    METHOD_NOT_ALLOWED,
    RATE_LIMITED,
    DocumentError,
    RequestError,
)
from engine.limits import LimitExceeded
from engine.rates import Bucket
from engine.variables import require_bounded

if TYPE_CHECKING:
    from engine.context import Context
    from engine.limits import Limits
    from engine.persisted import Documents
    from engine.plans import Plan, Plans
    from engine.rates import Charge, Rates
    from engine.request import Request

READING_POINTS = 10
"""What it costs to read a request that is refused, or a document that was not seen before."""
CHARACTERS_A_POINT = 200
"""Of such a document; those that take longest to read are long."""


@dataclass(frozen=True, slots=True)
class Gates:
    """Each gate raises DocumentError or RequestError to those whom it does not let through."""

    documents: Documents
    plans: Plans
    rates: Rates
    limits: Limits
    introspection: bool

    async def plan(self, request: Request, context: Context) -> Plan:
        """The plan of a request that may run; it is priced and paid for."""
        self.require_points(context)
        try:
            plan = await self._admitted(request, context)
            await self.pay(plan, request, context)
        except (DocumentError, RequestError):
            await self.charge_reading(context)
            raise
        return plan

    async def is_subscription(self, request: Request, context: Context) -> bool:
        """Whether a subscription is asked for; what else is wrong with a request is told when it is answered."""
        if "subscription" not in (request.query or "subscription"):
            return False
        self.require_points(context)
        with suppress(DocumentError, RequestError):
            plan = await self._known(request, context)
            return plan.operation is OperationType.SUBSCRIPTION
        return False

    async def pay(self, plan: Plan, request: Request, context: Context) -> None:
        """Take the points of one execution; RequestError where there are too few."""
        variables = request.variables or {}
        context.record.cost = cost = max(1, plan.price(variables))
        if cost > self.limits.cost:
            raise LimitExceeded(
                f"The operation would cost {cost:,} points; {self.limits.cost:,} are allowed. Ask for smaller pages.",
                self.limits.cost,
                cost,
            )
        await self.charge(context.bucket, cost, context)

    def may_introspect(self, context: Context) -> bool:
        """Whether the whole schema may be told to who asks."""
        return self.introspection or context.may_introspect

    async def _admitted(self, request: Request, context: Context) -> Plan:
        plan = await self._known(request, context)
        plan.require_runnable()
        if request.reads_only and plan.operation is OperationType.MUTATION:
            raise RequestError(METHOD_NOT_ALLOWED, "Only queries can be sent by GET; send this one by POST.")
        await context.admit(plan.root_fields)
        if plan.introspects and not self.may_introspect(context):
            raise RequestError(INTROSPECTION_DISABLED, "The schema is for staff here: sign in first.")
        require_bounded(request.variables or {}, self.limits)
        return plan

    async def _known(self, request: Request, context: Context) -> Plan:
        text, made = await self.documents.text(request, context), self.plans.misses
        plan, record = self.plans.get(text, request.operation_name), context.record
        record.operation, record.name = plan.operation.value if plan.operation else "", plan.name
        if self.plans.misses > made:
            record.plan_was_cached = False
            await self.charge_reading(context, READING_POINTS + len(text) // CHARACTERS_A_POINT)
        return plan

    def require_points(self, context: Context) -> None:
        """Before anything is read: refuse those who are known to have to wait."""
        address = context.address_bucket
        buckets = [_reading(address)] if context.is_private else [_reading(address), address]
        for bucket in buckets:
            if refused := self.rates.refuses(bucket):
                raise _too_often(refused, context)

    async def charge_reading(self, context: Context, points: int = READING_POINTS) -> None:
        """Take the points of reading what was refused, or new; RequestError where the address has none left for it."""
        charge = await self.rates.charge(_reading(context.address_bucket), points)
        if not charge.allowed:
            raise _too_often(charge, context)

    async def charge(self, bucket: Bucket, points: int, context: Context) -> None:
        """Take points; RequestError where there are too few."""
        charge = await self.rates.charge(bucket, points)
        if not charge.allowed:
            raise _too_often(charge, context)
        context.headers += charge.headers


def _reading(address: Bucket) -> Bucket:
    """Counts what an address makes us read, whoever signs in from there: apart, for its neighbours share it."""
    return Bucket(f"reading:{address.key}", address.points_a_minute)


def _too_often(charge: Charge, context: Context) -> RequestError:
    told = {name for name, _ in charge.headers}
    context.headers[:] = [*(header for header in context.headers if header[0] not in told), *charge.headers]
    return RequestError(
        RATE_LIMITED, f"You have asked for {charge.limit:,} points within a minute: wait {charge.reset_seconds} s."
    )
