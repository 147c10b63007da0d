"""What is asked of the product, and the statements that it runs for that: recorded on a copy of the database."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from db.availability import calendars, studio_clock
from db.database import open_database
from demo.benchmark_bookings import DAYS, WHOLE_HOUSE
from graph.slots import TERMS, terms_of
from recording import RecordingDatabase
from rules.booking_slots import slots
from steps import Author

if TYPE_CHECKING:
    from booked import Copies
    from steps import Step

AT_ONCE, REPEATS = 16, 15
GUEST = {"name": "Mina Kim", "email": "mina@example.com"}
SLOTS = """query ($slug: String!, $from: Date!, $to: Date!) {
    service(by: {slug: $slug}) { id slots(from: $from, to: $to) { startsAt endsAt remaining localStart } }
}"""
CREATE = """mutation ($input: BookingInput!) {
    createBooking(input: $input) { booking { id code status startsAt } manageToken userErrors { code message } }
}"""


@dataclass(frozen=True, slots=True)
class Script:
    """Requests: for the same slots again and again, for bookings one after the other, and for rounds of them at once.

    `rule` is how many milliseconds the rule takes that finds the slots, `offered` how many it finds.
    """

    slots: list[Step]
    bookings: list[Step]
    at_once: list[list[Step]]
    rule: float
    offered: int


class _Author(Author):
    """Books, too."""

    async def bookings(self, service: str, starts: list[str]) -> list[Step]:
        """Bookings of these starts."""
        return [await self._booking(service, start) for start in starts]

    async def _booking(self, service: str, start: str) -> Step:
        step, data = await self.step(CREATE, input={"serviceId": service, "startsAt": start, "customer": GUEST})
        if data["createBooking"]["userErrors"]:
            raise RuntimeError(f"It was not booked: {data['createBooking']['userErrors']}")
        return step


async def write_script(copies: Copies, bookings: int, rounds: int) -> Script:
    """Slots of the service that needs all rooms; so many bookings of one of them, and so many rounds of AT_ONCE."""
    async with RecordingDatabase(open_database(copies.recorded, 2)) as db:
        with tempfile.TemporaryDirectory() as folder:
            author = _Author(db, Path(folder))
            rule = await _rule(db)
            asked = [(await author.step(SLOTS, slug=WHOLE_HOUSE, **_days()))[0] for _ in range(REPEATS)]
            _, data = await author.step(SLOTS, slug="room-1", **_days())
            service, free = data["service"]["id"], [slot["startsAt"] for slot in data["service"]["slots"]]
            days = defaultdict(list)
            for start in free:
                days[start[:10]].append(start)
            by_day = list(days.values())
            alone = [start for starts in by_day[AT_ONCE:] for start in starts]
            return Script(
                asked,
                await author.bookings(service, alone[:bookings]),
                [await author.bookings(service, [day[number] for day in by_day[:AT_ONCE]]) for number in range(rounds)],
                *rule,
            )


async def _rule(db: RecordingDatabase) -> tuple[float, int]:
    """How many milliseconds the rule takes, and how many slots it finds."""
    now, reader = datetime.now(UTC), db.read()
    service = await reader.services.by_slug(frozenset(TERMS), WHOLE_HOUSE)
    terms, first = terms_of(service), now.date() + timedelta(days=1)
    days = first, first + timedelta(days=DAYS - 1)
    calendar = (await calendars(reader, await studio_clock(reader), [terms], days, now=now))[terms.service_id]
    took, found = [], 0
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = len(slots(terms, calendar, *days, 1, now))
        took.append((time.perf_counter() - began) * 1_000)
    return median(took), found


def _days() -> dict[str, str]:
    first = datetime.now(UTC).date() + timedelta(days=1)
    return {"from": first.isoformat(), "to": (first + timedelta(days=DAYS - 1)).isoformat()}
