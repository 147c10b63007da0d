"""What a booking is made of: a code, options as they were, and what it costs."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from rules.checking import text
from rules.locales import translated
from rules.refusals import CONFLICT, SLOT_UNAVAILABLE, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody takes for one another, and no vowels but A and E."""
HALF = 4
MOVES_AN_HOUR = 5
"""So often a customer may move one booking."""

check_note = text(most=2_000, lines=True)
check_reason = text(most=500, lines=True)


def new_code() -> str:
    """A code to be read out on the phone: K7QF-3M2P."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(HALF)) for _ in range(2))


def option_ids(given: Sequence[str]) -> list[str]:
    """The options that are wanted, each once."""
    for place, one in enumerate(given):
        if one in given[:place]:
            raise Refusal(CONFLICT, "This option is in the list already.", "input", "optionIds", str(place))
    return list(given)


def require_offered(status: str, *path: str) -> None:
    """Refuse what the studio does not sell any more, or not yet."""
    if status != "PUBLISHED":
        raise Refusal(SLOT_UNAVAILABLE, "This service is not offered.", *path, alternatives=[])


def kept_options(options: Sequence[Any], locale: str) -> list[dict[str, Any]]:
    """Options as a booking keeps them, called as the customer knows them; money as text, for JSON has no Decimal."""
    return [
        {
            "option_id": option.id,
            "name": translated(option.translations, "name", (locale,), default=option.name),
            "amount": None if option.price_amount is None else f"{option.price_amount:f}",
            "currency": option.price_currency,
            "extra_minutes": option.extra_minutes,
        }
        for option in options
    ]


def total_price(service: Any, options: Sequence[Any], party_size: int) -> tuple[Decimal | None, str | None]:
    """What service and options cost for a party of so many, and in what; None where the service has no price."""
    if service.price_amount is None:
        return None, None
    each = service.price_amount + sum(option.price_amount or 0 for option in options)
    return each * party_size, service.price_currency
