"""Bookings of all kinds, and which of them conditions choose, in plain Python."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from db.ids import new_id
from rules.refusals import SLOT_TAKEN, Refusal
from rules.text import fold
from services.bookings import NOW, OPEN, TEN, a_service
from services.rows import THEN, a_resource, a_studio, a_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.database import Database

STATUSES = ("PENDING", "CONFIRMED", "DECLINED", "CANCELLED", "COMPLETED", "NO_SHOW", "EXPIRED")
NAMES = ("Mina Kim", "김민아", "Juno Park", "박준호", "Élodie Straße")
NOTES = (None, "With my dog", "둘이서 갑니다", "100 % sure_thing")
COMPARED = {"gt": datetime.__gt__, "gte": datetime.__ge__, "lt": datetime.__lt__, "lte": datetime.__le__}


class Agenda:
    """So many bookings of three services by four users and by guests, a few of each at the same instant."""

    def __init__(self, number: int = 60) -> None:
        random = Random(5)  # noqa: S311  (the same bookings each time)
        self.services = [a_service(name) for name in ("Portrait", "가족사진", "Course")]
        self.resources = [a_resource(name) for name in ("Room", "Camera", "Nobody's")]
        self.users = [a_user(f"user {place}") for place in range(4)]
        self.sessions: list[dict[str, Any]] = []
        self.needs: list[list[str]] = []
        self.rows = [self._booking(random, place) for place in range(number)]

    async def load(self, db: Database) -> None:
        """Write them all."""
        async with db.transaction() as tx:
            await tx.studios.add([a_studio(weekly_hours=OPEN)])
            await tx.resources.ensure_studio(THEN)
            await tx.services.add(self.services)
            await tx.resources.add(self.resources)
            await tx.users.add(self.users)
            for session, needs in zip(self.sessions, self.needs, strict=True):
                await tx.occupancies.occupy(session, needs, now=THEN, taken=Refusal(SLOT_TAKEN, "Taken."))
            await tx.bookings.add(self.rows)

    def found(self, where: dict[str, Any], key: str = "starts_at", *, descending: bool = True) -> list[str]:
        """The codes of those that match, in order."""
        rows = sorted(self.rows, key=lambda row: (row[key], row["id"]), reverse=descending)
        return [row["code"] for row in rows if self.matches(row, where)]

    def matches(self, row: dict[str, Any], where: dict[str, Any]) -> bool:
        """Whether a booking meets all conditions."""
        return all(_TESTS[name](self, row, value) for name, value in where.items())

    def has(self, row: dict[str, Any], resource: str) -> bool:
        """Whether a booking has this resource for itself."""
        return resource.removeprefix("Resource_") in self.needs[self.rows.index(row)]

    def _booking(self, random: Random, place: int) -> dict[str, Any]:
        service = self.services[place % 3]
        session = a_session(service["id"], TEN + timedelta(hours=place // 3))
        self.sessions.append(session)
        self.needs.append([self.resources[place % 3]["id"]] if place % 3 < 2 else [])
        status = random.choice(STATUSES)
        return a_booking(
            session,
            code=f"K7QF-{place:04}",
            user_id=random.choice([None, *(user["id"] for user in self.users)]),
            status=status,
            expires_at=session["starts_at"] if status == "PENDING" else None,
            service_name=service["name"],
            customer_name=random.choice(NAMES),
            customer_email=f"guest{place % 7}@example.com",
            note=random.choice(NOTES),
            created_at=NOW - timedelta(hours=random.randrange(20)),
        )


def a_session(service: str, starts_at: datetime, **named: Any) -> dict[str, Any]:
    """An hour of a service, with one seat that is taken."""
    ends_at = starts_at + timedelta(hours=1)
    times = {"starts_at": starts_at, "ends_at": ends_at, "busy_from": starts_at, "busy_until": ends_at}
    seats = {"capacity": 1, "seats_taken": 1, "bookings": 1}
    return {"id": new_id(), "service_id": service, "day": starts_at.date(), **times, **seats, **named}


def a_booking(session: dict[str, Any], **named: Any) -> dict[str, Any]:
    """A guest's confirmed booking of a session."""
    row_id = new_id()
    recorded = {"id": row_id, "created_at": NOW, "updated_at": NOW, "version": 1, "sequence": 0}
    times = {name: session[name] for name in ("service_id", "starts_at", "ends_at")}
    state = {"session_id": session["id"], "user_id": None, "status": "CONFIRMED", "expires_at": None}
    sold: dict[str, Any] = {
        "service_name": "Portrait",
        "options": [],
        "price_amount": None,
        "price_currency": None,
        "party_size": 1,
    }
    policy = {"min_notice_minutes": 0, "cancel_notice_minutes": 0, "time_zone": "Asia/Seoul", "locale": "en"}
    customer = {"customer_name": "Mina Kim", "customer_email": None, "customer_phone": None, "erased_at": None}
    known = {"code": row_id, "note": None}
    return {**recorded, **times, **state, **sold, **policy, **customer, **known, **named}


def _search(_agenda: Agenda, row: dict[str, Any], words: str) -> bool:
    names = ("code", "service_name", "customer_name", "customer_email", "note")
    texts = [fold(row[name]) for name in names if row[name]]
    return all(any(word in text for text in texts) for word in fold(words).split())


def _when(_agenda: Agenda, row: dict[str, Any], given: dict[str, str]) -> bool:
    return all(COMPARED[name](row["starts_at"], datetime.fromisoformat(one)) for name, one in given.items())


_TESTS: dict[str, Callable[[Agenda, dict[str, Any], Any], bool]] = {
    "and": lambda agenda, row, several: all(agenda.matches(row, one) for one in several),
    "or": lambda agenda, row, several: any(agenda.matches(row, one) for one in several),
    "not": lambda agenda, row, one: not agenda.matches(row, one),
    "status": lambda _, row, several: row["status"] in several,
    "serviceId": lambda _, row, one: f"Service_{row['service_id']}" == one,
    "userId": lambda _, row, one: f"User_{row['user_id']}" == one,
    "resourceId": Agenda.has,
    "startsAt": _when,
    "search": _search,
}
