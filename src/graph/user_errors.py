"""Errors as data: what a user can cause, each kind with its fix."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from graph.declaring import attribute, enum_type, interface_type, object_type
from graph.slots import Slot
from rules.access import Permission
from rules.messages import told
from rules.refusals import Refusal


@enum_type(
    INVALID="The value is not of the form that is asked for.",
    REQUIRED="Something that is needed is missing.",
    TOO_SHORT="The text is too short.",
    TOO_LONG="The text or the list is too long.",
    OUT_OF_RANGE="The value is outside its bounds.",
    NOT_UNIQUE="Somebody or something else has this value already.",
    NOT_FOUND="There is no such thing, or none that the viewer may see.",
    CONFLICT="It contradicts something else.",
    STALE_VERSION="It was changed since it was read.",
    SLOT_TAKEN="Somebody else has the slot.",
    SLOT_UNAVAILABLE="The studio does not offer this slot.",
    POLICY="A rule of the studio is against it.",
    CAPACITY="There is no room left.",
    STATE="It is not in a state that allows this.",
    BAD_CREDENTIALS="The name or the password is wrong.",
    PENDING_APPROVAL="The account waits for an admin's approval.",
    REJECTED="The account was not approved.",
    SUSPENDED="The account is suspended.",
    RATE_LIMITED="Too many tries: wait.",
    TOKEN_INVALID="The token is wrong, used or too old.",  # noqa: S106  (a description)
    PASSWORD_WEAK="The password is too easy to guess.",  # noqa: S106  (a description)
    UNSUPPORTED_MEDIA="The file is not of a kind that is taken.",
    TOO_LARGE="The file is too large.",
    CHECKSUM_MISMATCH="The bytes that came are not those that were announced.",
    IN_USE="Something else refers to it.",
    IDEMPOTENCY_MISMATCH="The idempotency key came with another input before.",
    QUOTA="A quota is used up.",
    LAST_ADMIN="The studio would be left without an admin.",
    UPSTREAM="Another service that is needed did not do its part.",
)
class ErrorCode(Enum):
    """What is wrong, for programs."""

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
    UPSTREAM = "UPSTREAM"


@interface_type(Permission.ANYONE)
class UserError:
    """Something that the user can mend."""

    code: ErrorCode = attribute("What is wrong, for programs.")
    message: str = attribute("What is wrong, for people, in the viewer's language.")
    path: list[str] = attribute("Where: from the argument's name on; places in lists are numbers as texts.")

    @classmethod
    def resolve_type(cls, error: Any, *_: Any) -> str:
        """Errors are objects of their own types."""
        return type(error).__name__


@object_type(Permission.ANYONE)
class InputError(UserError):
    """Any error without a fix of its own."""


@object_type(Permission.ANYONE)
class StaleVersion(UserError):
    """Somebody else has changed it: read it again, then send the current version."""

    current_version: int = attribute("The version that it has now.")


@object_type(Permission.ANYONE)
class OutOfRange(UserError):
    """A value, a length or a size outside its bounds."""

    min: str | None = attribute("The least that is allowed.")
    max: str | None = attribute("The most that is allowed.")


@object_type(Permission.ANYONE)
class InUse(UserError):
    """Something else refers to it."""

    count: int = attribute("How many things refer to it.")


@object_type(Permission.ANYONE)
class RateLimited(UserError):
    """Too many tries."""

    retry_after_seconds: int = attribute("How long to wait.")


@object_type(Permission.ANYONE)
class SlotTaken(UserError):
    """The slot cannot be had: choose another one."""

    alternatives: list[Slot] = attribute(
        "The nearest slots that can be booked, at most three; none where none is near."
    )


USER_ERRORS = (SlotTaken, InputError, StaleVersion, OutOfRange, InUse, RateLimited)

KINDS: dict[str, Any] = {
    "current_version": lambda values: (StaleVersion, {"current_version": values["current_version"]}),
    "count": lambda values: (InUse, {"count": values["count"]}),
    "retry_after_seconds": lambda values: (RateLimited, {"retry_after_seconds": values["retry_after_seconds"]}),
    "alternatives": lambda values: (SlotTaken, {"alternatives": values["alternatives"]}),
    "min": lambda values: (OutOfRange, _bounds(values)),
    "max": lambda values: (OutOfRange, _bounds(values)),
}
"""Which kind of error carries the fix that a refusal has."""


def user_error(refusal: Refusal, locales: Sequence[str]) -> UserError:
    """A refusal as an error of the kind that has room for its fix, told in the first of the languages that has it."""
    kind, fix = next((KINDS[name](refusal.values) for name in KINDS if name in refusal.values), (InputError, {}))
    message = told(refusal.message, refusal.values, locales)
    error: UserError = kind(code=ErrorCode[refusal.code], message=message, path=list(refusal.path), **fix)
    return error


def _bounds(values: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if values.get(name) is None else str(values[name]) for name in ("min", "max")}
