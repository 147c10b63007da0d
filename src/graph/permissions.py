"""Who may ask for a field. Whose a row is, is decided where the row is read."""

from collections.abc import Callable
from typing import Any

from strawberry.extensions import FieldExtension

from engine.errors import FORBIDDEN, UNAUTHENTICATED, RequestError
from graph.context import Info
from rules.access import Permission, Viewer, may

NEEDED = {
    Permission.SIGNED_IN: "a signed-in user",
    Permission.MEMBER: "a member",
    Permission.STAFF: "staff",
    Permission.ADMIN: "an admin",
}


class Guarded(FieldExtension):
    """Lets a root field be asked for only by those that `permission` names."""

    def __init__(self, permission: Permission) -> None:
        self._permission = permission

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **given: Any) -> Any:
        """Refuse, or go on."""
        require(info.context.viewer, self._permission)
        return await next_(source, info, **given)


def guarded(permission: Permission) -> list[FieldExtension]:
    """What a field of this permission is wrapped in: nothing where anyone may ask."""
    return [] if permission is Permission.ANYONE else [Guarded(permission)]


def require(viewer: Viewer | None, permission: Permission) -> None:
    """Raise UNAUTHENTICATED for the anonymous, FORBIDDEN for those who may not."""
    if may(viewer, permission):
        return
    if viewer is None:
        raise RequestError(UNAUTHENTICATED, f"This is for {NEEDED[permission]}: sign in first, with logIn.")
    if viewer.must_change_password:
        raise RequestError(FORBIDDEN, "Your password has to be changed first, with changePassword.")
    raise RequestError(FORBIDDEN, f"This is for {NEEDED[permission]}.")
