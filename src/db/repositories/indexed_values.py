"""By what items are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.connection import Connection
    from db.scope import Scope


class IndexedValues:
    """The values of items in the form in which they are compared."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self.connection = connection
        self.scope = scope
