"""Who asks, and what they may do; whose a row is, is decided where it is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Permission(IntEnum):
    """What a field asks for, in steps: who may more, may less."""

    ANYONE = 0
    SIGNED_IN = 1
    """Even with a password that must be changed first."""
    MEMBER = 2
    STAFF = 3
    ADMIN = 4


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody with an account who asks; `session` is None where they ask by an API key."""

    id: str
    role: str
    status: str = "APPROVED"
    must_change_password: bool = False
    session: str | None = None
    locale: str | None = None

    @property
    def permission(self) -> Permission:
        """The most that they may do."""
        if self.status != "APPROVED":
            return Permission.ANYONE
        return Permission.SIGNED_IN if self.must_change_password else Permission[self.role]


def may(viewer: Viewer | None, wanted: Permission) -> bool:
    """Whether somebody may what a field asks for; None is the anonymous public."""
    return wanted <= (viewer.permission if viewer else Permission.ANYONE)


def sees_private(viewer: Viewer | None, owner: str) -> bool:
    """Whether somebody sees what is private to `owner`: the owner and staff do."""
    return viewer is not None and (viewer.id == owner or may(viewer, Permission.STAFF))
