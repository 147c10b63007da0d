"""Who may ask for a field. Whose a row is, is decided where the row is read."""

from enum import Enum


class Permission(Enum):
    """Declared beside every field."""

    ANYONE = "anyone"
