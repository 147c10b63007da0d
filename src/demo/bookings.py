"""The demo studio's bookings, each made on the terms of its service and through the steps that any booking takes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from db.availability import calendars, needed_resources, studio_clock
from db.booking_steps import Step, begin, take
from demo.catalogue import identity
from demo.visits import VISITS, Visit
from rules.booking_slots import Slot, Terms, slots
from rules.booking_states import expires_at, first_status
from rules.bookings import ALPHABET, HALF, kept_options, total_price
from rules.locales import translated
from rules.refusals import SLOT_TAKEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.availability import Clock
    from db.connection import Row
    from db.database import Transaction

NEARBY = timedelta(days=6)
"""So far from its day a visit may be, where the studio is closed or full."""
PENDING_HOURS = 24
ANSWERED_AFTER = timedelta(hours=3)
TERMS = (
    "duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "slot_step_minutes", "min_notice_minutes",
    "max_days_ahead", "max_per_day", "capacity",
)  # fmt: skip
OPTION = frozenset({"name", "translations", "price_amount", "price_currency", "extra_minutes"})
REASONS = {
    "declined": {"en": "We are photographing a wedding outside that afternoon."},
    "cancelled": {"en": "Down with a cold; we will come back in spring.", "ko": "아이가 감기에 걸렸어요."},
}


class Wish(NamedTuple):
    """A visit with its service's row, the options that it takes, and when the studio was founded."""

    visit: Visit
    service: Row
    options: list[Row]
    epoch: datetime

    @property
    def made_at(self) -> datetime:
        """When it was booked."""
        return self.epoch + timedelta(days=self.visit.made)


async def write_bookings(tx: Transaction, epoch: datetime) -> None:
    """Book every visit for which there is a slot. Nobody is mailed: the customers are known by their phones only."""
    clock = await studio_clock(tx)
    services = {visit.service: identity("service", visit.service) for visit in VISITS}
    rows = {service: await tx.services.locked(service) for service in set(services.values())}
    options = await tx.services.options_of(OPTION, list(rows))
    for visit in VISITS:
        row, known = rows[services[visit.service]], options[services[visit.service]]
        wish = Wish(visit, row, [known[place] for place in visit.options], epoch)
        if slot := await _slot(tx, clock, wish):
            await _book(tx, clock, wish, slot)


async def _slot(tx: Transaction, clock: Clock, wish: Wish) -> Slot | None:
    """The slot nearest to what was planned, on the same side of the founding; None where none is near."""
    visit, terms = wish.visit, _terms(wish)
    day = wish.epoch.astimezone(clock.zone).date() + timedelta(days=visit.day)
    wanted = datetime.combine(day, time.fromisoformat(visit.time), clock.zone)
    days = day - NEARBY, day + NEARBY
    known = await calendars(tx, clock, [terms], days, now=wish.made_at)
    offered = slots(terms, known[terms.service_id], *days, visit.party_size, wish.made_at)
    fitting = [one for one in offered if (one.ends_at <= wish.epoch if visit.day < 0 else one.starts_at > wish.epoch)]
    return min(fitting, key=lambda one: abs(one.starts_at - wanted), default=None)


def _terms(wish: Wish) -> Terms:
    duration, *others = (getattr(wish.service, name) for name in TERMS)
    return Terms(wish.service.id, duration + sum(option.extra_minutes for option in wish.options), *others)


async def _book(tx: Transaction, clock: Clock, wish: Wish, slot: Slot) -> None:
    booking = _booking(clock, wish, slot)
    booking["session_id"] = await _take_seats(tx, wish, slot, booking)
    await begin(tx, booking, Step("created", wish.made_at))
    for name, at in zip(wish.visit.steps, _moments(wish, booking), strict=True):
        row = await tx.bookings.locked(booking["id"])
        await take(tx, row, Step(name, at, reason=_reason(name, wish.visit.locale)))


def _moments(wish: Wish, booking: Mapping[str, Any]) -> list[datetime]:
    """When each of the steps was taken."""
    at = {"expired": booking["expires_at"], "completed": booking["ends_at"], "no_show": booking["ends_at"]}
    return [at.get(name) or wish.made_at + ANSWERED_AFTER for name in wish.visit.steps]


def _reason(step: str, locale: str) -> str | None:
    reasons = REASONS.get(step, {})
    return reasons.get(locale, reasons.get("en"))


async def _take_seats(tx: Transaction, wish: Wish, slot: Slot, booking: Mapping[str, Any]) -> str:
    """The id of the session in which they are."""
    size, now = wish.visit.party_size, wish.made_at
    taken = Refusal(SLOT_TAKEN, "Somebody else has this time: choose another one.")
    if slot.session_id:
        if not await tx.occupancies.take_seats(slot.session_id, size, now=now):
            raise taken
        return slot.session_id
    session = {
        "id": identity("booking session", booking["id"]),
        "service_id": wish.service.id,
        **{name: getattr(slot, name) for name in ("starts_at", "ends_at", "busy_from", "busy_until")},
        "day": slot.local_start.date(),
        "capacity": wish.service.capacity,
        "seats_taken": size,
        "bookings": 1,
    }
    await tx.occupancies.occupy(session, await needed_resources(tx, wish.service.id), now=now, taken=taken)
    return str(session["id"])


def _booking(clock: Clock, wish: Wish, slot: Slot) -> dict[str, Any]:
    """The row, but for its session."""
    visit, made_at = wish.visit, wish.made_at
    booking_id = identity("booking", f"{visit.service}/{visit.customer}")
    return {
        "id": booking_id,
        "created_at": made_at,
        "updated_at": made_at,
        "version": 1,
        "sequence": 0,
        "erased_at": None,
        "user_id": None,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "time_zone": clock.zone.key,
        "party_size": visit.party_size,
        "locale": visit.locale,
        "note": visit.note,
        **_customer(visit, Random(booking_id)),  # noqa: S311  (no secret)
        **_as_sold(wish),
        **_standing(wish.service, made_at, slot.starts_at),
    }


def _customer(visit: Visit, rng: Random) -> dict[str, Any]:
    code = "-".join("".join(rng.choices(ALPHABET, k=HALF)) for _ in range(2))
    phone = f"+82100000{rng.randrange(10_000):04}"
    return {"code": code, "customer_name": visit.customer, "customer_email": None, "customer_phone": phone}


def _as_sold(wish: Wish) -> dict[str, Any]:
    service, locale = wish.service, wish.visit.locale
    amount, currency = total_price(service, wish.options, wish.visit.party_size)
    return {
        "service_id": service.id,
        "service_name": translated(service.translations, "name", (locale,), default=service.name),
        "options": kept_options(wish.options, locale),
        "price_amount": amount,
        "price_currency": currency,
        "min_notice_minutes": service.min_notice_minutes,
        "cancel_notice_minutes": service.cancel_notice_minutes,
    }


def _standing(service: Row, made_at: datetime, starts_at: datetime) -> dict[str, Any]:
    status = first_status(requires_confirmation=service.requires_confirmation, staff=False)
    until = expires_at(made_at, starts_at, service.min_notice_minutes, PENDING_HOURS)
    return {"status": status, "expires_at": until if status == "PENDING" else None}
