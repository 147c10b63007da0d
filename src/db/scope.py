"""Who reads: decides which rows a statement finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam

from db.types import Id

if TYPE_CHECKING:
    from sqlalchemy import BindParameter


class Sight(Enum):
    """How much is seen; part of a statement's shape."""

    PUBLIC = "what everybody sees"
    MEMBER = "also what is one's own"
    STAFF = "everything"


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is seen, and by whom (None: nobody that we know)."""

    sight: Sight = Sight.PUBLIC
    viewer: str | None = None


PUBLIC = Scope()
STAFF = Scope(Sight.STAFF)


def the_viewer() -> BindParameter[Any]:
    """The id of who reads, in a statement for Sight.MEMBER."""
    return bindparam("viewer", type_=Id())
