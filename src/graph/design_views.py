"""Looking at designs."""

from typing import Annotated

import strawberry

from graph.context import Info
from graph.declaring import argument
from graph.design_inputs import DesignPayload
from graph.mutations import mutation, reference
from rules.access import Permission
from rules.global_ids import row_id
from rules.refusals import not_found

NOTHING: frozenset[str] = frozenset()


@mutation(Permission.ANYONE)
async def record_design_view(
    info: Info, design_id: Annotated[strawberry.ID, argument("Which design was looked at.")]
) -> DesignPayload:
    """Tell that the viewer looks at a design: it counts once for each viewer, design and hour.

    Views are counted in memory and written every 5 seconds, so `viewCount` may lag behind by as much; what a crash may
    lose are the views of the last 5 seconds.
    """
    context, wanted = info.context, row_id("Design", design_id)
    if not wanted or not await context.read().designs.by_ids(NOTHING, [wanted]):
        raise not_found("designId")
    views = context.parts.views
    views.note(wanted, views.viewer(context.viewer, context.caller.address), context.now)
    return DesignPayload(design=reference("Design", wanted))
