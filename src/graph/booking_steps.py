"""Steps of bookings as who asks takes them: whose step it is, and what of it the audit tells."""

from collections.abc import Sequence
from typing import Any

from db.booking_steps import Step
from db.database import Transaction
from graph.bookings import is_staff
from graph.context import Context
from rules.changes import differences
from rules.checking import camel_case


def step(context: Context, name: str, reason: str | None = None) -> Step:
    """A step that who asks takes now."""
    actor = context.viewer.id if context.viewer else None
    return Step(name, context.now, actor, by_customer=not is_staff(context), reason=reason)


async def audit(
    tx: Transaction, context: Context, action: str, booking: Any, overridden: Sequence[str] = (), **changed: Any
) -> None:
    """Staff's changes are told in the audit, with the rules set aside; customers' in the booking's own history."""
    if not is_staff(context):
        return
    before = {camel_case(name): getattr(booking, name, None) for name in changed}
    after = {camel_case(name): value for name, value in changed.items()}
    changes = differences(before, {**after, "overridden": ", ".join(overridden) or None})
    await tx.audit.record(f"booking.{action}", booking.id, changes, now=context.now, by=context.actor)
