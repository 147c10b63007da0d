"""What a service may be, and on which terms it may be booked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from rules.checking import (
    camel_case,
    distinct,
    each,
    needed,
    optional,
    place,
    require_distinct,
    slug,
    text,
    whole,
)
from rules.images import pictures
from rules.money import checked_currency, checked_price, written
from rules.refusals import CONFLICT, IN_USE, Refusal
from rules.translations import language_tag, merged, translations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from rules.checking import Check

A_DAY = 1_440
A_YEAR = 365 * A_DAY
MAX_OPTIONS = 30
MAX_CAPACITY = 500
MAX_RESOURCES = 20
MAX_LANGUAGES = 30
TEXTS: dict[str, Check] = {
    "name": text(most=200),
    "summary": text(most=500),
    "description": text(most=10_000, lines=True),
}
"""What is translated, each as it is checked where it may be missing."""
BLANK: dict[str, Any] = {
    "summary": None,
    "description": None,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "slot_step_minutes": 30,
    "min_notice_minutes": 60,
    "max_days_ahead": 60,
    "max_per_day": None,
    "capacity": 1,
    "requires_confirmation": False,
    "cancel_notice_minutes": A_DAY,
    "price": None,
    "status": "DRAFT",
    "translations": {},
    "image_ids": [],
    "options": [],
    "resource_ids": [],
}
"""A new service, as far as nothing is said."""
KINDS = {"image_ids": "Image", "resource_ids": "Resource"}
"""What lists of ids are ids of."""
BLANK_OPTION: dict[str, Any] = {"id": None, "price": None, "extra_minutes": 0, "translations": {}}


class Price(NamedTuple):
    """An amount of money, and what it is an amount of."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """As people write it."""
        return f"{written(self.amount, self.currency)} {self.currency}"


def price_of(row: Any) -> Price | None:
    """The price that two columns of a row say."""
    return None if row.price_amount is None else Price(row.price_amount, row.price_currency)


def price_columns(price: Price | None) -> dict[str, Any]:
    """The two columns that say a price."""
    amount, currency = price or (None, None)
    return {"price_amount": amount, "price_currency": currency}


def checks(currency: str) -> dict[str, Check]:
    """The checks of a service whose prices are in `currency`, unless they say otherwise."""
    return CHECKS | {
        "price": price_check(currency),
        "options": each(OPTION_CHECKS | {"price": price_check(currency)}, most=MAX_OPTIONS),
    }


def price_check(own: str) -> Check:
    """The check of a price, in the currency `own` unless it says otherwise; null: none."""

    def check(value: Mapping[str, Any] | None, path: tuple[str, ...]) -> Price | None:
        if value is None:
            return None
        given = value.get("currency")
        currency = own if given is None else checked_currency(given, *path, "currency")
        return Price(checked_price(value["amount"], currency, *path, "amount"), currency)

    return check


def _unless_null(check: Check) -> Check:
    return lambda value, path: None if value is None else check(value, path)


def _translations(value: Sequence[Mapping[str, Any]] | None, path: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Texts by language; what has none is left out."""
    entries = each({"locale": _language, **TEXTS}, most=MAX_LANGUAGES)(value, path)
    require_distinct([entry["locale"] for entry in entries], path, "locale")
    texts = {entry.pop("locale"): {name: text for name, text in entry.items() if text} for entry in entries}
    return {locale: fields for locale, fields in texts.items() if fields}


def _language(value: str, _path: tuple[str, ...]) -> str:
    return language_tag(value)


CHECKS: dict[str, Check] = {
    **TEXTS,
    "name": text(least=1, most=200),
    "slug": slug,
    "duration_minutes": whole(5, 7 * A_DAY),
    "buffer_before_minutes": whole(0, A_DAY),
    "buffer_after_minutes": whole(0, A_DAY),
    "slot_step_minutes": whole(5, A_DAY),
    "min_notice_minutes": whole(0, A_YEAR),
    "max_days_ahead": whole(1, 730),
    "max_per_day": _unless_null(whole(1, 1_000)),
    "capacity": whole(1, MAX_CAPACITY),
    "requires_confirmation": needed,
    "cancel_notice_minutes": _unless_null(whole(0, A_YEAR)),
    "image_ids": pictures,
    "resource_ids": distinct(most=MAX_RESOURCES),
    "status": needed,
    "position": place,
    "translations": _translations,
}
OPTION_CHECKS: dict[str, Check] = {
    "id": optional,
    "name": text(least=1, most=200),
    "extra_minutes": whole(0, A_DAY),
    "translations": translations("name", most=200),
}


def with_kept(entries: Sequence[Mapping[str, Any]], kept: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The options that a service is to have: what an entry leaves out stays as it is, or as it is in a new one."""
    return [_with_kept(entry, kept.get(entry.get("id") or "", {})) for entry in entries]


def _with_kept(entry: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    option = {**BLANK_OPTION, **before, **entry}
    if "translations" in entry:
        option["translations"] = merged(before.get("translations", {}), entry["translations"])
    return option


def currency_problems(price: Price | None, options: Sequence[Mapping[str, Any]], *, listed: bool) -> list[Refusal]:
    """Where the prices of a service are of several currencies; `listed` tells whether the input has the options."""
    message = "All prices of a service are in one currency: give this one in {currency} too, or change the others."
    prices = [(("input", "options", str(number), "price"), one["price"]) for number, one in enumerate(options)]
    priced = [(path, one) for path, one in prices if one]
    first = price or (priced[0][1] if priced else None)
    wrong = [path for path, one in priced if first and one.currency != first.currency]
    if wrong and not listed:
        return [Refusal(CONFLICT, message, "input", "price", currency=priced[0][1].currency)]
    return [Refusal(CONFLICT, message, *path, currency=first.currency) for path in wrong if first]


def require_unbooked(bookings: int) -> None:
    """Refuse to delete a service that was ever booked: its bookings tell of it."""
    if bookings:
        message = "{count} bookings are of this service, past ones among them: give it the status ARCHIVED instead."
        raise Refusal(IN_USE, message, "id", count=bookings)


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know, and ids that they can ask for."""
    return {camel_case(name): _told(name, value) for name, value in columns.items()}


def _told(name: str, value: Any) -> Any:
    if name == "options":
        return _as_text([_told_option(option) for option in value])
    if name == "translations":
        return _as_text(value)
    if name in KINDS:
        return ", ".join(f"{KINDS[name]}_{one}" for one in value) or None
    return str(value).lower() if isinstance(value, bool) else value


def _told_option(option: Mapping[str, Any]) -> dict[str, Any]:
    known = {"id": f"ServiceOption_{option['id']}", "name": option["name"], "extraMinutes": option["extra_minutes"]}
    price = {"price": str(option["price"])} if option["price"] else {}
    names = {"translations": option["translations"]} if option["translations"] else {}
    return {**known, **price, **names}


def _as_text(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
