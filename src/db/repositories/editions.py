"""The index of each specification, as versions of its definition make it."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import SPECIFICATION_EDITIONS


class Editions(Repository):
    """Editions of the index: at most one of a specification is read, and one is being built."""

    source = SPECIFICATION_EDITIONS
