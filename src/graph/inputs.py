"""Inputs of mutations as plain values."""

from collections.abc import Collection
from enum import Enum
from typing import Any

import strawberry

GUARDS = {"expected_version", "idempotency_key"}
"""What an input says of the write itself."""


def entered(wanted: Any, leave_out: Collection[str] = GUARDS) -> dict[str, Any]:
    """What an input gives, null where it says null; what it leaves out is not there."""
    given = ((name, value) for name, value in vars(wanted).items() if value is not strawberry.UNSET)
    return {name: value.value if isinstance(value, Enum) else value for name, value in given if name not in leave_out}


def filled(wanted: Any) -> dict[str, Any]:
    """What an input for something new gives: null says no more than leaving out."""
    return {name: value for name, value in entered(wanted).items() if value is not None}


def expected_version(wanted: Any) -> int | None:
    """The version that a change is meant for; None: whichever."""
    return None if wanted.expected_version is strawberry.UNSET else wanted.expected_version
