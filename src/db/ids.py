"""Ids for new rows."""

from __future__ import annotations

from uuid_utils import uuid7


def new_id() -> str:
    """A UUIDv7 as 32 hexadecimal digits: ids of later rows sort later."""
    return uuid7().hex
