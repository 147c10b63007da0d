"""Letters: each is an event of its own, sent at least once and always under the same Message-ID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from jobs.worker import Futile
from mail.calendar import invitation, method
from mail.letters import written
from mail.mailer import Undeliverable
from mail.message import Envelope, Invitation, compose
from mail.sender import Sender
from rules.locales import translated

if TYPE_CHECKING:
    from email.message import EmailMessage

    from db.connection import Row
    from db.database import Database
    from jobs.letter_topics import Topic, Topics
    from mail.mailer import Mailer

STUDIO = frozenset({"name", "translations", "locales", "time_zone", "email", "phone", "address"})
CALENDARS_KNOW = "booking_reminder"
"""The one letter to customers about a booking in which nothing is new for their calendar."""

log = structlog.get_logger("studiograph.mail")


@dataclass(frozen=True, slots=True)
class Letters:
    """Sends what MAIL_WANTED events ask for; from `mail_from`, or from the studio's own address where that is empty."""

    db: Database
    mailer: Mailer
    topics: Topics
    mail_from: str = ""

    async def deliver(self, event: Row) -> None:
        """Send a letter, or Futile; what is erased by now, or has no address, is dropped."""
        studio = await self.db.read().studios.get(STUDIO)
        topic = await self.topics.of(event, studio) if studio else None
        receivers = await self._receivers(event.payload["to"], studio, topic) if topic else []
        if topic is None or not receivers:
            log.warning("a letter is dropped: nobody is left to get it", id=event.id, letter=event.payload["letter"])
            return
        try:
            await self.mailer.send(self._message(event, studio, topic, receivers))
        except Undeliverable as refusal:
            raise Futile(str(refusal)) from None

    async def _receivers(self, to: str, studio: Row, topic: Topic) -> list[str]:
        if to != "studio":
            return [topic.address] if topic.address else []
        return [studio.email] if studio.email else await self.db.read().users.addresses_of_admins()

    def _message(self, event: Row, studio: Row, topic: Topic, receivers: list[str]) -> EmailMessage:
        to, name = event.payload["to"], event.payload["letter"]
        to_studio = to == "studio"
        locale = topic.locale if topic.locale and not to_studio else studio.locales[0]
        sender = self._sender(studio, locale)
        values = {**topic.values, "name": "" if to_studio else topic.name, "console_url": self.topics.console_url}
        letter = written(to, name, locale, sender, values)
        envelope = Envelope(event.id, event.created_at, sender, receivers, topic.address if to_studio else None)
        return compose(envelope, letter, None if to_studio or name == CALENDARS_KNOW else _invitation(sender, topic))

    def _sender(self, studio: Row, locale: str) -> Sender:
        name = translated(studio.translations, "name", (locale,), studio.name)
        return Sender(name, studio.email, studio.phone, studio.address, self.mail_from)


def _invitation(sender: Sender, topic: Topic) -> Invitation | None:
    appointment = topic.appointment
    return Invitation(method(appointment), invitation(sender, appointment)) if appointment else None
