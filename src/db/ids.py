"""Ids of rows."""

from __future__ import annotations

from uuid_utils import uuid7

BEFORE_ALL = "0" * 32
"""Where a walk through rows by their ids begins."""


def new_id() -> str:
    """A UUIDv7 as 32 hexadecimal digits: ids of later rows sort later."""
    return uuid7().hex
