"""Who books or asks without an account: how they are reached, in which language, and how often."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry

from auth import emails, phones
from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from db.locks import take_turn
from engine.rates import address_key
from graph.context import Context
from graph.declaring import attribute, input_field, input_type
from graph.idempotency import hashed
from rules.access import Permission, may
from rules.customers import Contact, best_locale, check_name, reach_problems
from rules.guests import EMAIL_LIMIT, PHONE_LIMIT, WINDOW, wait_seconds
from rules.refusals import INVALID, Refusal, refuse, require_patience
from rules.text import fold


@input_type()
class CustomerInput:
    """Who comes, and how they are reached: by e-mail, by phone or both; a guest needs an e-mail address."""

    name: str = attribute("What they are called: 1 to 80 characters.")
    email: str | None = input_field("Where mails reach them.")
    phone: str | None = input_field("Their phone number; without a country code it is one of the studio's country.")


ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a guest, how often it may come in an hour, and the row that counts it this time."""

    key: str
    limit: int
    row_id: str


def is_guest(context: Context) -> bool:
    """Whether nobody is signed in who may do more than the public; who has just registered may not."""
    return not may(context.viewer, Permission.SIGNED_IN)


def locale_of(context: Context, studio_locales: Sequence[str]) -> str:
    """The language in which who asks is answered: their own, else the best that the studio speaks."""
    own = context.viewer.locale if context.viewer else None
    return own or best_locale(context.caller.accept_language, studio_locales)


def customer_of(user: Row) -> Contact:
    """Somebody with an account as their own customer; `user` has display_name and email."""
    return Contact(user.display_name, user.email)


def contact(studio: Row, given: Any, path: tuple[str, ...], *, guest: bool) -> Contact:
    """How a customer is reached; Refusals with all that is wrong. `studio` has time_zone.

    `given` has a name, an email and a phone; with `guest` the e-mail is needed.
    """
    values, reasons = checked_contact(studio, given, path, guest=guest)
    refuse(reasons)
    return Contact(**values)


def checked_contact(
    studio: Row, given: Any, path: tuple[str, ...], *, guest: bool
) -> tuple[dict[str, Any], list[Refusal]]:
    """The values of a Contact, and all that is wrong with them."""
    values: dict[str, Any] = {"name": None}
    reasons = []
    try:
        values["name"] = check_name(given.name, (*path, "name"))
    except Refusal as reason:
        reasons.append(reason)
    email, phone = _text(given.email), _text(given.phone)
    values["email"] = emails.normalised(email) if email else None
    values["phone"] = phones.normalised(phone, phones.region_of(studio.time_zone)) if phone else None
    if email and not values["email"]:
        reasons.append(Refusal(INVALID, "This is not an e-mail address.", *path, "email"))
    if phone and not values["phone"]:
        message = "This is not a phone number: write it with its country code, as in +82 10 1234 5678."
        reasons.append(Refusal(INVALID, message, *path, "phone"))
    return values, reasons + reach_problems(email, phone, path, guest=guest)


async def count_guest(context: Context, contact: Contact, operation: str, wanted: Any) -> None:
    """Count a guest's address, e-mail and phone; Refusal RATE_LIMITED where one of them came too often in an hour.

    Of members only the e-mail and the phone that they give for somebody are counted; staff are not.

    Outside the transaction of what the guest writes: what is refused there has still been tried. An input that comes
    again under its idempotency key is counted once, however many of it come at once. What is refused here is not
    counted, or else somebody who waits would never get in.
    """
    if may(context.viewer, Permission.STAFF) or not context.parts.throttles_log_ins:
        return
    async with context.transaction() as tx:
        per_hour = int(await tx.settings.value("guests.per_hour"))
        counted = list(_counted(context, contact, per_hour, _retried(context, operation, wanted)))
        wait = await _count(tx, counted, context.now)
    require_patience(wait, "input")


async def _count(tx: Transaction, counted: list[Counted], now: datetime) -> int:
    """Write a row for each that is not counted yet; or how many seconds to wait, and nothing is written."""
    for one in counted:  # the address first, always: no two wait for each other
        await take_turn(tx.connection, f"guest {one.key}")
    known = await tx.guest_requests.by_ids(frozenset(), [one.row_id for one in counted])
    new = [one for one in counted if one.row_id not in known]
    times = await tx.guest_requests.since([one.key for one in new], now - WINDOW)
    wait = max((wait_seconds(times[one.key], one.limit, now) for one in new), default=0)
    if not wait:
        rows = [{"id": one.row_id, "created_at": now, "updated_at": now, "counted": one.key} for one in new]
        await tx.guest_requests.add(rows)
    return wait


def _counted(context: Context, contact: Contact, per_hour: int, retried: str | None) -> Iterator[Counted]:
    """What is counted: keyed hashes, for nobody shall find out by them who has written."""
    limits = [(f"address:{address_key(context.caller.address)}", per_hour)] if is_guest(context) else []
    limits += [(f"email:{fold(contact.email)}", EMAIL_LIMIT)] if contact.email else []
    limits += [(f"phone:{contact.phone}", PHONE_LIMIT)] if contact.phone else []
    for known_by, limit in limits:
        key = _digest(context, known_by)
        yield Counted(key, limit, _digest(context, f"{retried} {key}")[:ID_DIGITS] if retried else new_id())


def _retried(context: Context, operation: str, wanted: Any) -> str | None:
    """By what an input is known when its caller sends it again; None where it has no idempotency key."""
    if wanted.idempotency_key in (None, strawberry.UNSET):
        return None
    caller = context.viewer.id if context.viewer else ""  # who has just signed up writes a new one by the same key
    return f"{caller} {hashed(operation, wanted)}"


def _digest(context: Context, text: str) -> str:
    return hmac.digest(context.parts.guest_key, text.encode(), "sha256").hex()


def _text(given: str | None) -> str | None:
    """What was given, unless it is nothing."""
    return None if given in (None, strawberry.UNSET) else str(given).strip() or None
