"""What letters are about: read at the moment when they are sent, so that nothing erased is mailed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from db.scope import STAFF
from mail.appointment import Appointment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auth.derived_tokens import DerivedTokens
    from db.connection import Row
    from db.database import Database
    from mail.links import Links

BOOKING = frozenset(
    {
        "code", "time_zone", "party_size", "service_name", "options", "price_amount", "price_currency", "customer_name",
        "customer_email", "customer_phone", "locale", "note", "erased_at", "status", "sequence", "starts_at",
    }
)  # fmt: skip
INQUIRY = frozenset({"name", "email", "phone", "message", "preferred_date", "locale", "erased_at", "service.name"})
USER = frozenset({"username", "display_name", "email", "locale", "time_zone", "status", "status_reason"})
TOKEN = frozenset({"user_id", "email", "expires_at", "used_at"})
LINKS = {"password_reset": "reset", "email_verification": "verify"}
REMINDS = "booking_reminder"
"""The letter that says nothing where the booking stands no more, or has begun: it may have waited for long."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a letter tells; `address`, `name` and `locale` are those of the customer or user whom it is about."""

    address: str | None
    name: str
    locale: str | None
    values: Mapping[str, Any]
    appointment: Appointment | None = None


@dataclass(frozen=True, slots=True)
class Topics:
    """Reads them; the tokens are those that links in letters carry."""

    db: Database
    links: Links
    manage_tokens: DerivedTokens
    mailed_tokens: DerivedTokens
    clock: Callable[[], datetime]

    @property
    def console_url(self) -> str:
        """Where the staff acts on what a letter tells."""
        return f"{self.links.own}/console/"

    async def of(self, event: Row, studio: Row) -> Topic | None:
        """What the letter of a MAIL_WANTED event is about; None where that is erased, or holds no more, by now."""
        name = event.payload["letter"]
        if name.startswith("booking_"):
            return await self._booking(event)
        if name.startswith("inquiry_"):
            return await self._inquiry(event.subject_id)
        if name in LINKS:
            return await self._token(event.subject_id, LINKS[name], studio)
        return await self._user(event.subject_id)

    async def _booking(self, event: Row) -> Topic | None:
        reader = self.db.read(STAFF)
        booking = (await reader.bookings.by_ids(BOOKING, [event.subject_id])).get(event.subject_id)
        if booking is None or booking.erased_at:
            return None
        if event.payload["letter"] == REMINDS and not self._still_comes(booking, event):
            return None
        why = event.payload["reason_event"]
        step = await reader.bookings.event(why) if why else None
        url = self.links.booking(booking.code, self.manage_tokens.write(booking.id))
        appointment = _appointment(booking, event, url)
        values = {"booking": appointment, "reason": step.reason if step else None}
        return Topic(booking.customer_email, booking.customer_name, booking.locale, values, appointment)

    def _still_comes(self, booking: Row, event: Row) -> bool:
        """Whether a booking is as the event tells it, and is still to come."""
        stands = booking.status == "CONFIRMED" and booking.sequence == event.payload["sequence"]
        return bool(stands and booking.starts_at > self.clock())

    async def _inquiry(self, inquiry_id: str) -> Topic | None:
        inquiry = (await self.db.read(STAFF).inquiries.by_ids(INQUIRY, [inquiry_id])).get(inquiry_id)
        if inquiry is None or inquiry.erased_at:
            return None
        told = {name: getattr(inquiry, name) for name in ("name", "email", "phone", "message", "preferred_date")}
        told["service"] = inquiry.service.name if inquiry.service else None
        return Topic(inquiry.email, inquiry.name, inquiry.locale, {"inquiry": told})

    async def _user(self, user_id: str) -> Topic | None:
        user = await self._account(user_id)
        return user and _about(user, user.email)

    async def _token(self, token_id: str, link: str, studio: Row) -> Topic | None:
        """To the address for which the token was made, whatever the account's is by now."""
        async with self.db.transaction(STAFF) as tx:
            token = (await tx.mailed_tokens.by_ids(TOKEN, [token_id])).get(token_id)
        if token is None or token.used_at or token.expires_at <= self.clock():
            return None
        user = await self._account(token.user_id)
        if user is None:
            return None
        url = getattr(self.links, link)(self.mailed_tokens.write(token.id))
        told = {"url": url, "expires_at": token.expires_at, "time_zone": user.time_zone or studio.time_zone}
        return _about(user, token.email, token=told)

    async def _account(self, user_id: str) -> Row | None:
        user = (await self.db.read(STAFF).users.by_ids(USER, [user_id])).get(user_id)
        return None if user is None or user.status == "DELETED" else user


def _about(user: Row, address: str | None, **values: Any) -> Topic:
    told = {"username": user.username, "name": user.display_name, "email": user.email, "reason": user.status_reason}
    return Topic(address, user.display_name, user.locale, {"user": told, **values})


def _appointment(booking: Row, event: Row, url: str) -> Appointment:
    """The booking as it was when the letter was wanted."""
    then = event.payload
    return Appointment(
        id=booking.id,
        code=booking.code,
        status=then["status"],
        sequence=then["sequence"],
        starts_at=datetime.fromisoformat(then["starts_at"]),
        ends_at=datetime.fromisoformat(then["ends_at"]),
        time_zone=booking.time_zone,
        changed_at=event.created_at,
        service=booking.service_name,
        party_size=booking.party_size,
        customer_name=booking.customer_name,
        customer_email=booking.customer_email,
        customer_phone=booking.customer_phone,
        note=booking.note,
        options=tuple(option["name"] for option in booking.options),
        price_amount=booking.price_amount,
        price_currency=booking.price_currency,
        url=url,
    )
