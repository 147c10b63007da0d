"""A studio that can be booked, what a customer asks of it, and a clock that stands still while they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from services import rows
from services.accounts import contents
from services.rows import THEN, a_studio
from services.server import Server
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.connection import Row
    from db.database import Database

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Seoul."""
OPEN = [{"weekday": day, "opens_at": "09:00", "closes_at": "18:00"} for day in ("MONDAY", "TUESDAY", "WEDNESDAY")]
TEN = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Ten in the morning on Tuesday, in Seoul."""
HALF_AN_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)
GUEST = {"name": "Mina Kim", "email": "mina@example.com"}
WRITTEN = (
    "bookings", "booking_events", "booking_sessions", "occupancies", "events", "audit_events", "idempotency_keys",
)  # fmt: skip
"""The tables that a booking is written to."""
TERMS = {"min_notice_minutes": 60, "cancel_notice_minutes": 1_440}
PRICE = {"price_amount": Decimal(50_000), "price_currency": "KRW"}
ERRORS = """userErrors {
    __typename code message path ... on SlotTaken { alternatives { localStart } } ... on OutOfRange { min max }
}"""
CREATE = f"""mutation ($input: BookingInput!) {{
    answer: createBooking(input: $input) {{ booking {{ id code status version startsAt }} manageToken {ERRORS} }}
}}"""
CHANGED = f"{{ booking {{ status version startsAt }} {ERRORS} }}"
RESCHEDULE = f"""mutation ($by: BookingBy!, $startsAt: DateTime!, $version: Int, $key: String) {{
    answer: rescheduleBooking(by: $by, startsAt: $startsAt, expectedVersion: $version, idempotencyKey: $key) {CHANGED}
}}"""
CANCEL = f"""mutation ($by: BookingBy!, $reason: String, $version: Int) {{
    answer: cancelBooking(by: $by, reason: $reason, expectedVersion: $version) {CHANGED}
}}"""
SLOTS = """query ($id: ID!, $from: Date!, $to: Date!, $partySize: Int! = 1, $optionIds: [ID!]) {
    service(by: {id: $id}) {
        slots(from: $from, to: $to, partySize: $partySize, optionIds: $optionIds) {
            startsAt endsAt remaining localStart
        }
    }
}"""


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now


@dataclass(frozen=True)
class Booked:
    """A booking, and the token by which its guest manages it."""

    id: str
    code: str
    token: str | None

    @property
    def row_id(self) -> str:
        """The id of its row."""
        return self.id.removeprefix("Booking_")

    @property
    def by(self) -> dict[str, Any]:
        """How its guest names it."""
        return {"managed": {"code": self.code, "token": self.token}}


def serving(settings: Settings, clock: Clock) -> Iterator[Server]:
    """A server with this clock, at which guests may write as often as they like; for a fixture."""
    unlimited = Settings(data_dir=settings.data_dir, database_url=settings.database_url, rate_limit="off")
    started = Server(unlimited, clock).start()
    yield started
    started.stop()


async def open_studio(db: Database, *services: dict[str, Any], **studio: Any) -> list[str]:
    """Found a studio in Seoul, open from Monday to Wednesday, with these services; their ids."""
    async with db.transaction() as tx:
        await tx.studios.add([a_studio(**{"weekly_hours": OPEN, **studio})])
        await tx.resources.ensure_studio(THEN)
        await tx.services.add(services)
    return [service["id"] for service in services]


def a_service(name: str = "Portrait", **named: Any) -> dict[str, Any]:
    """A published service of an hour that costs 50,000 won and can be cancelled until a day before."""
    return rows.a_service(name, **{**TERMS, **PRICE, **named})


async def a_resource(db: Database, *services: str, name: str = "Room", **named: Any) -> str:
    """A room that these services need besides what they need already; its id."""
    resource = rows.a_resource(name, **named)
    async with db.transaction() as tx:
        await tx.resources.add([resource])
        for service, needed in (await tx.services.resource_ids(services)).items():
            await tx.services.need(service, [*needed, resource["id"]], now=THEN)
    return str(resource["id"])


async def with_options(db: Database, service: str, *options: dict[str, Any]) -> list[str]:
    """Let a service have these options; their global ids."""
    async with db.transaction() as tx:
        await tx.services.options.write(service, options, now=THEN)
    return [f"ServiceOption_{option['id']}" for option in options]


def wanted(service: str, starts_at: datetime = TEN, **named: Any) -> dict[str, Any]:
    """The input of createBooking, by a guest; what is None is left out."""
    given = {"serviceId": f"Service_{service}", "startsAt": starts_at.isoformat(), "customer": GUEST, **named}
    return {name: value for name, value in given.items() if value is not None}


def book(
    server: Server, service: str, starts_at: datetime = TEN, headers: dict[str, str] | None = None, **named: Any
) -> Booked:
    """A booking that is made."""
    answer = server.ask(CREATE, headers, input=wanted(service, starts_at, **named))["answer"]
    assert answer["userErrors"] == []
    return Booked(answer["booking"]["id"], answer["booking"]["code"], answer["manageToken"])


def step(name: str, *, reason: bool = False) -> str:
    """The text of a mutation that staff settle a booking by: confirmBooking and the like."""
    declared, given = (", $reason: String", ", reason: $reason") if reason else ("", "")
    return f"""mutation ($id: ID!, $version: Int{declared}) {{
        answer: {name}(id: $id, expectedVersion: $version{given}) {CHANGED}
    }}"""


def starts(server: Server, service: str, days: int = 62, **asked: Any) -> list[datetime]:
    """When the service can be booked from now on, over the API."""
    first = NOW.date()
    span: dict[str, Any] = {"from": first.isoformat(), "to": (first + timedelta(days=days - 1)).isoformat()}
    slots = server.ask(SLOTS, id=f"Service_{service}", **span, **asked)["service"]["slots"]
    return [datetime.fromisoformat(slot["startsAt"]) for slot in slots]


async def occupied(db: Database) -> list[Row]:
    """The occupancies that are active, the earliest first; no resource has two at a time."""
    found = [row for row in (await contents(db, "occupancies"))["occupancies"] if row.active]
    found.sort(key=lambda row: (row.resource_id, row.busy_from))
    for one, other in pairwise(found):
        assert one.resource_id != other.resource_id or one.busy_until <= other.busy_from
    return sorted(found, key=lambda row: row.busy_from)


async def letters(db: Database) -> list[tuple[str, str]]:
    """Every letter that is to be sent, in the order of the events: its name, and to whom."""
    events = (await contents(db, "events"))["events"]
    return [(event.payload["letter"], event.payload["to"]) for event in events if event.kind == "mail.wanted"]


def an_error(code: str, message: str, *path: str, kind: str = "InputError", **fix: Any) -> dict[str, Any]:
    """One of `userErrors`."""
    return {"__typename": kind, "code": code, "message": message, "path": list(path), **fix}


def refused(*errors: dict[str, Any], **besides: Any) -> dict[str, Any]:
    """The answer of a mutation that was refused."""
    return {"booking": None, "userErrors": list(errors), **besides}
