"""What a user asked for and cannot have: data for the answer, never a fault."""

from __future__ import annotations

from typing import Any

INVALID = "INVALID"
REQUIRED = "REQUIRED"
TOO_SHORT = "TOO_SHORT"
TOO_LONG = "TOO_LONG"
OUT_OF_RANGE = "OUT_OF_RANGE"
NOT_UNIQUE = "NOT_UNIQUE"
NOT_FOUND = "NOT_FOUND"
CONFLICT = "CONFLICT"
STALE_VERSION = "STALE_VERSION"
SLOT_TAKEN = "SLOT_TAKEN"
SLOT_UNAVAILABLE = "SLOT_UNAVAILABLE"
POLICY = "POLICY"
CAPACITY = "CAPACITY"
STATE = "STATE"
BAD_CREDENTIALS = "BAD_CREDENTIALS"
PENDING_APPROVAL = "PENDING_APPROVAL"
REJECTED = "REJECTED"
SUSPENDED = "SUSPENDED"
RATE_LIMITED = "RATE_LIMITED"
TOKEN_INVALID = "TOKEN_INVALID"  # noqa: S105  (a code)
PASSWORD_WEAK = "PASSWORD_WEAK"  # noqa: S105  (a code)
UNSUPPORTED_MEDIA = "UNSUPPORTED_MEDIA"
TOO_LARGE = "TOO_LARGE"
CHECKSUM_MISMATCH = "CHECKSUM_MISMATCH"
IN_USE = "IN_USE"
IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
QUOTA = "QUOTA"
LAST_ADMIN = "LAST_ADMIN"


class Refusal(Exception):
    """One reason: a code, a message, and the path of what is wrong, from the argument's name on.

    The message is English; `{name}` stands for the value of that name in `values`, which also carries the fix where
    the code has one: `current_version`, `min` and `max`, `count`, `retry_after_seconds`.
    """

    def __init__(self, code: str, message: str, *path: str, **values: Any) -> None:
        super().__init__(message.format(**values))
        self.code = code
        self.message = message
        self.path = path
        self.values = values

    def at(self, *path: str) -> Refusal:
        """The same, of something that stands elsewhere."""
        return type(self)(self.code, self.message, *path, **self.values)


class Refusals(Exception):
    """Several reasons at once."""

    def __init__(self, reasons: list[Refusal]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = reasons


def refuse(reasons: list[Refusal]) -> None:
    """Raise Refusals when there is any reason."""
    if reasons:
        raise Refusals(reasons)


def require_version(expected: int | None, current: int, *path: str) -> None:
    """Guard against lost updates: refuse to change what somebody else has changed since it was read.

    `path` says where the expected version stands; left out: in the input.
    """
    if expected is not None and expected != current:
        message = "Somebody else has changed this meanwhile: it is at version {current_version} now."
        raise Refusal(STALE_VERSION, message, *(path or ("input", "expectedVersion")), current_version=current)


def require_patience(wait_seconds: int, *path: str) -> None:
    """Refuse what was done too often, as long as there is something to wait."""
    if wait_seconds:
        message = "Too many tries: wait {retry_after_seconds} seconds."
        raise Refusal(RATE_LIMITED, message, *path, retry_after_seconds=wait_seconds)


def not_found(*path: str) -> Refusal:
    """There is no such thing, or none that the viewer may see."""
    return Refusal(NOT_FOUND, "There is no such thing, or it is not yours to see.", *path)
