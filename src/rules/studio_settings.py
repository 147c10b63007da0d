"""What an admin can set, what holds until then, and which texts are the frontend's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from rules.checking import text
from rules.refusals import INVALID, OUT_OF_RANGE, QUOTA, Refusal, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLIC = "public."
"""How the keys of the frontend's own texts begin; everybody reads them."""
PUBLIC_KEY = re.compile(r"public\.[a-z0-9._-]+", re.ASCII)
LONGEST_KEY = 100
MOST_PUBLIC = 200
LONGEST_VALUE = 10_000
DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
DECIDED = datetime(2026, 11, 21, tzinfo=UTC)
"""When the defaults were decided: what nobody has set was last changed then."""
KEYS = UUID("019a0000-0000-7000-8000-000000000003")


@dataclass(frozen=True, slots=True)
class Definition:
    """One key: its default, which values it takes (`check` gives back what is written, or raises a Refusal)."""

    key: str
    default: str
    check: Callable[[str], str]
    public: bool
    description: str


def setting_id(key: str) -> str:
    """The id of a key's row, the same whether it is there or not (32 hexadecimal digits)."""
    return uuid5(KEYS, key).hex


def is_public(key: str) -> bool:
    """Whether everybody reads it."""
    return DEFINITIONS[key].public if key in DEFINITIONS else key.startswith(PUBLIC)


def described(key: str) -> str | None:
    """What it is for; None for the frontend's own."""
    return DEFINITIONS[key].description if key in DEFINITIONS else None


def checked_key(key: str) -> str:
    """The key itself; a Refusal where it is neither defined nor public."""
    if key in DEFINITIONS or (len(key) <= LONGEST_KEY and PUBLIC_KEY.fullmatch(key)):
        return key
    if not key.startswith(PUBLIC):
        raise not_found("key")
    message = "After `public.` a key has small letters, digits and . _ -: at most {longest} characters in all."
    raise Refusal(INVALID, message, "key", longest=LONGEST_KEY)


def checked_value(key: str, value: str) -> str:
    """The value as it is written; a Refusal where the key does not take it."""
    if key in DEFINITIONS:
        return DEFINITIONS[key].check(value)
    return _text(value, ("value",)) or ""


def require_room(public: int) -> None:
    """Refuse one public key more where there are so many."""
    if public >= MOST_PUBLIC:
        raise Refusal(QUOTA, "There are {max} public settings already: use one of them.", "key", max=MOST_PUBLIC)


def _whole(least: int, most: int) -> Callable[[str], str]:
    """A whole number within bounds."""

    def check(value: str) -> str:
        number = int(value) if DIGITS.fullmatch(value.strip()) else -1
        if not least <= number <= most:
            message = "This has to be a whole number from {min} to {max}."
            raise Refusal(OUT_OF_RANGE, message, "value", min=least, max=most)
        return str(number)

    return check


_text = text(most=LONGEST_VALUE, lines=True)
DEFINITIONS = {
    one.key: one
    for one in (
        Definition(
            "bookings.pending_hours",
            "24",
            _whole(1, 720),
            public=True,
            description="For how many hours a booking waits to be confirmed: 1 to 720. It never waits longer than "
            "its service's notice allows.",
        ),
        Definition(
            "bookings.retention_days",
            "730",
            _whole(0, 36_500),
            public=True,
            description="How many days a booking (from its end on) and an inquiry (from when it came) keep what tells "
            "whose they are: 1 to 36500; 0: for ever.",
        ),
        Definition(
            "guests.per_hour",
            "10",
            _whole(1, 1_000),
            public=False,
            description="How many bookings and inquiries a guest may send from one address in an hour: 1 to 1000.",
        ),
    )
}
"""By key."""
