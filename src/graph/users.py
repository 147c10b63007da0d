"""People with an account."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.declaring import attribute, object_type
from graph.node import FETCH, Node
from graph.permissions import Permission

if TYPE_CHECKING:
    from graph.images import Image


@object_type(Permission.ANYONE)
class User(Node):
    """Somebody with an account: a member of the studio, or of its staff."""

    username: str = attribute("The name to log in with; unique, whatever the case.")
    display_name: str = attribute("The name that others see.")
    avatar: Annotated["Image", strawberry.lazy("graph.images")] | None = attribute(
        "A picture of the person.", joined=True
    )
    created_at: datetime = attribute("When the account was made.")
    updated_at: datetime = attribute("When it was last changed.")
    version: int = attribute(
        "Grows by one with every change; send it as `expectedVersion` to guard against lost updates."
    )


FETCH["User"] = lambda context, fields, ids: context.db.read().users.by_ids(fields, ids)
