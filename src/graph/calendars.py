"""The studio's bookings as a calendar: its address, and how that is ended."""

from graph.accounts import UpdateProfilePayload
from graph.context import Info
from graph.mutations import mutation, reference
from graph.owning import own_row, require_session
from rules.access import Permission
from rules.changes import differences

GENERATION = "calendar_generation"


@mutation(Permission.STAFF)
async def rotate_calendar_token(info: Info) -> UpdateProfilePayload:
    """Give the viewer another `calendarUrl`; the one until now ends, wherever it is subscribed to."""
    context = info.context
    require_session(context)
    async with context.transaction() as tx:
        user = await own_row(context, tx)
        rotated = {GENERATION: user.calendar_generation + 1}
        await tx.users.note(user.id, **rotated)
        changes = differences({GENERATION: user.calendar_generation}, rotated)
        await tx.audit.record("user.calendar_rotated", user.id, changes, now=context.now, by=context.actor)
    return UpdateProfilePayload(viewer=reference("Viewer", user.id))
