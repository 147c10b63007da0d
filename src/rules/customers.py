"""Who books or asks, and how they are reached."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.accounts import JOINERS
from rules.checking import text
from rules.locales import accepted
from rules.refusals import INVALID, REQUIRED, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

UNSEEN = ("Cf", "Zl", "Zp")
"""Kinds of characters that hide, turn round or break a line, beside control characters."""

_one_line = text(least=1, most=80)


@dataclass(frozen=True, slots=True)
class Contact:
    """A name, an e-mail address and a phone number (E.164), as they were given with a booking or an inquiry."""

    name: str
    email: str | None = None
    phone: str | None = None


def check_name(value: str | None, path: tuple[str, ...]) -> str:
    """A customer's name: 1 to 80 characters in one line."""
    name = str(_one_line(value, path))
    if any(unicodedata.category(each) in UNSEEN for each in name if each not in JOINERS):
        raise Refusal(INVALID, "It holds characters that cannot be seen.", *path)
    return name


def reach_problems(email: str | None, phone: str | None, path: tuple[str, ...], *, guest: bool) -> list[Refusal]:
    """What is missing to reach a customer: one of both, and a guest's e-mail, for links are sent there."""
    if guest and not email:
        return [Refusal(REQUIRED, "Give an e-mail address: the booking is confirmed there.", *path, "email")]
    if not email and not phone:
        return [Refusal(REQUIRED, "Give an e-mail address or a phone number.", *path, "email")]
    return []


def best_locale(accept_language: str, spoken: Sequence[str]) -> str:
    """The language that an Accept-Language header likes best among the `spoken` ones, else the first of these."""
    tags = {tag.partition("-")[0].lower(): tag for tag in reversed(spoken)} | {tag.lower(): tag for tag in spoken}
    for wanted in map(str.lower, accepted(accept_language, spoken)):
        if found := tags.get(wanted) or tags.get(wanted.partition("-")[0]):
            return found
    return spoken[0]
