"""Steps of bookings as who asks takes them: whose step it is, and what of it the audit tells."""

from typing import Any

from db.booking_steps import Step
from db.connection import Row
from db.database import Transaction
from graph.bookings import is_staff
from graph.context import Context
from rules.changes import differences
from rules.checking import camel_case


def step(context: Context, name: str, reason: str | None = None) -> Step:
    """A step that who asks takes now."""
    actor = context.viewer.id if context.viewer else None
    return Step(name, context.now, actor, by_customer=not is_staff(context), reason=reason)


async def audit(tx: Transaction, context: Context, action: str, booking: Row, **changed: Any) -> None:
    """Staff's changes are told in the audit; customers' in the booking's own history."""
    if is_staff(context):
        before = {camel_case(name): getattr(booking, name) for name in changed}
        changes = differences(before, {camel_case(name): value for name, value in changed.items()})
        await tx.audit.record(f"booking.{action}", booking.id, changes, now=context.now, by=context.actor)
