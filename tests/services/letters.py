"""Letters on their way: what calls for them, and what a mail server got."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import vobject

from db.booking_steps import Step, take
from db.events import MAIL_WANTED
from db.ids import new_id
from services.bookings import NOW, TEN
from services.planting import a_booking
from services.rows import THEN, a_service, a_user

if TYPE_CHECKING:
    from email.message import EmailMessage

    from db.connection import Row
    from db.database import Database
    from jobs.letters import Letters

HOUR = timedelta(hours=1)
SECRET = b"a key that only tests have"
BOOKED = {"customer_name": "Mina Kim", "customer_email": "mina@home.example", "note": "With a dog."}
INQUIRY: dict[str, Any] = {
    "name": "Jun",
    "email": "jun@home.example",
    "phone": None,
    "message": "Weddings?",
    "service_id": None,
    "preferred_date": None,
    "status": "OPEN",
    "locale": "ko",
}


async def book(db: Database, **named: Any) -> dict[str, Any]:
    """A customer's booking, and the letter that they get."""
    service = a_service()
    async with db.transaction() as tx:
        await tx.services.add([service])
        return await a_booking(tx, service["id"], **(BOOKED | named))


async def go_on(db: Database, booking: dict[str, Any], step: Step, **columns: Any) -> None:
    """Take a step with a booking, which `columns` change."""
    async with db.transaction() as tx:
        await take(tx, await tx.bookings.locked(booking["id"]), step, **columns)


async def ask(db: Database, **named: Any) -> str:
    """The id of an inquiry."""
    recorded = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "version": 1, "erased_at": None}
    inquiry = recorded | INQUIRY | named
    async with db.transaction() as tx:
        await tx.inquiries.add([inquiry])
    return str(inquiry["id"])


async def make_token(db: Database, purpose: str, **named: Any) -> str:
    """The id of a token for a user who moves to new@home.example."""
    user, token = a_user(email="mina@home.example"), new_id()
    told = {"purpose": purpose, "email": "new@home.example", "digest": token, "expires_at": NOW + HOUR, "used_at": None}
    row = {"id": token, "created_at": THEN, "updated_at": THEN, "user_id": user["id"], **told, **named}
    async with db.transaction() as tx:
        await tx.users.add([user])
        await tx.mailed_tokens.add([row])
    return token


async def want(db: Database, subject: str, letter: str, to: str, **told: Any) -> None:
    """Let a letter be wanted."""
    known = {"reason_event": None, "status": "CONFIRMED", "sequence": 0}
    times = {"starts_at": TEN.isoformat(), "ends_at": TEN.isoformat()}
    async with db.transaction() as tx:
        await tx.events.record(MAIL_WANTED, subject, now=NOW, **(known | times | told), letter=letter, to=to)


async def deliver_all(db: Database, letters: Letters) -> list[Row]:
    """Every letter that is wanted, in the order in which they were."""
    delivered = []
    while event := await claim(db):
        await letters.deliver(event)
        delivered.append(event)
    return delivered


async def claim(db: Database) -> Row | None:
    """The next letter that is wanted, if there is one."""
    async with db.transaction() as tx:
        event = await tx.events.claim(NOW, [MAIL_WANTED])
        if event:
            await tx.events.delivered(event, NOW)
        return event


def text_of(letter: EmailMessage) -> str:
    """What a letter says."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def calendar_of(letter: EmailMessage) -> dict[str, Any]:
    """What another library makes of the invitation, which is in the letter twice."""
    part, file = (part for part in letter.walk() if part.get_content_type() in ("text/calendar", "application/ics"))
    written = file.get_payload(decode=True)
    assert part.get_payload(decode=True) == written
    assert isinstance(written, bytes)
    read = vobject.readOne(written.decode())
    assert part["Content-Type"].params["method"] == read.method.value
    event = read.vevent
    return {
        "method": read.method.value,
        "uid": event.uid.value,
        "sequence": event.sequence.value,
        "start": event.dtstart.value,
    }
