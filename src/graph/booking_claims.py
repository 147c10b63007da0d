"""Claiming a slot: the rule that lists slots decides again, all others are kept out, and the constraint holds it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db.availability import Clock, calendars, needed_resources, studio_clock
from db.booking_steps import expire_all
from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from rules.booking_slots import Calendar, Slot, Terms, around, claim_slot
from rules.booking_slots import overridden as set_aside
from rules.refusals import SLOT_TAKEN, Refusal


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot that is wanted; staff are not held to notice and limits. `path` is where the start stands."""

    starts_at: datetime
    party_size: int
    now: datetime
    staff: bool
    path: tuple[str, ...] = ("input", "startsAt")
    leaving: Row | None = None
    """The booking that is moved: its seats are given back first."""


async def hold(tx: Transaction, service_id: str, now: datetime) -> list[str]:
    """Keep everybody else from what a service needs, and let go what has expired there; the resources' ids."""
    resources = await needed_resources(tx, service_id)
    await tx.occupancies.lock(resources)
    await expire_all(tx, resources, now)
    return resources


@dataclass(frozen=True, slots=True)
class Claimed:
    """A slot whose seats are taken, the session that they are in, and what staff have set aside for it."""

    clock: Clock
    slot: Slot
    session_id: str
    party_size: int
    overridden: tuple[str, ...] = ()


async def claim(tx: Transaction, terms: Terms, resources: list[str], wanted: Claim) -> Claimed:
    """Take the seats of a slot of a service whose resources are held; else a Refusal, with other slots."""
    await _leave(tx, terms, wanted)
    clock = await studio_clock(tx)
    calendar = await _calendar(tx, clock, terms, wanted, _the_day)
    try:
        slot = _slot(terms, calendar, wanted)
    except Refusal as refusal:
        if "alternatives" not in refusal.values:
            raise
        slot = _slot(terms, await _calendar(tx, clock, terms, wanted, around), wanted)
    overridden = set_aside(terms, calendar, wanted.starts_at, wanted.now) if wanted.staff else ()
    session_id = await _take_seats(tx, terms, resources, slot, wanted)
    return Claimed(clock, slot, session_id, wanted.party_size, overridden)


async def _leave(tx: Transaction, terms: Terms, wanted: Claim) -> None:
    """Keep everybody else from the sessions that matter, before it is looked what is free, and leave the old one."""
    leaving = wanted.leaving
    await tx.occupancies.lock_sessions(leaving and leaving.session_id, terms.service_id, wanted.starts_at)
    if leaving:
        await tx.occupancies.leave_seats(leaving.session_id, leaving.party_size, now=wanted.now)


async def _take_seats(tx: Transaction, terms: Terms, resources: list[str], slot: Slot, wanted: Claim) -> str:
    """The id of the session in which they are."""
    if slot.session_id:
        if not await tx.occupancies.take_seats(slot.session_id, wanted.party_size, now=wanted.now):
            raise _taken(wanted)
        return slot.session_id
    session = {
        "id": new_id(),
        "service_id": terms.service_id,
        **{name: getattr(slot, name) for name in ("starts_at", "ends_at", "busy_from", "busy_until")},
        "day": slot.local_start.date(),
        "capacity": terms.capacity,
        "seats_taken": wanted.party_size,
        "bookings": 1,
    }
    await tx.occupancies.occupy(session, resources, now=wanted.now, taken=_taken(wanted))
    return str(session["id"])


async def _calendar(
    tx: Transaction, clock: Clock, terms: Terms, wanted: Claim, days: Callable[[ZoneInfo, datetime], tuple[date, date]]
) -> Calendar:
    """What is known of the day of the start: it decides. Those around it are read only to find others."""
    known = await calendars(tx, clock, [terms], days(clock.zone, wanted.starts_at), now=wanted.now)
    return known[terms.service_id]


def _the_day(zone: ZoneInfo, starts_at: datetime) -> tuple[date, date]:
    first, last = around(zone, starts_at)
    day = first + (last - first) / 2
    return day, day


def _slot(terms: Terms, calendar: Calendar, wanted: Claim) -> Slot:
    asked = (wanted.starts_at, wanted.party_size, wanted.now)
    return claim_slot(terms, calendar, *asked, staff=wanted.staff, path=wanted.path)


def _taken(wanted: Claim) -> Refusal:
    """What the constraint has the last word with, where the check before it has seen nothing."""
    return Refusal(SLOT_TAKEN, "Somebody else has this time: choose another one.", *wanted.path, alternatives=[])
