"""A letter in its envelope: as mail servers take it."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from mail.words import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mail.letters import Letter
    from mail.sender import Sender


class Envelope(NamedTuple):
    """Who writes to which addresses; `id` is the same each time the letter is sent, `reply_to` where not the studio."""

    id: str
    written_at: datetime
    sender: Sender
    receivers: Sequence[str]
    reply_to: str | None = None


class Invitation(NamedTuple):
    """An iCalendar file, and what it asks of the receiver's calendar."""

    method: str
    calendar: bytes


def compose(envelope: Envelope, letter: Letter, invitation: Invitation | None = None) -> EmailMessage:
    """The whole message."""
    message = EmailMessage(policy=SMTP)
    _address(message, envelope)
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if invitation:
        _invite(message, invitation)
    return message


def _address(message: EmailMessage, envelope: Envelope) -> None:
    sender = envelope.sender
    message["From"] = _mailbox(sender.writes_from, one_line(sender.name))
    message["To"] = [_mailbox(address) for address in envelope.receivers]
    message["Reply-To"] = _mailbox(envelope.reply_to or sender.answers_to)
    message["Date"] = format_datetime(envelope.written_at)
    message["Message-ID"] = f"<{envelope.id}@{_ascii(sender.domain)}>"
    message["Auto-Submitted"] = "auto-generated"


def _invite(message: EmailMessage, invitation: Invitation) -> None:
    """Twice: some mail programs look for a part among the alternatives, others for a file."""
    text, method = invitation.calendar.decode(), invitation.method
    message.add_alternative(text, subtype="calendar", params={"method": method})
    message.add_attachment(invitation.calendar, maintype="application", subtype="ics", filename="booking.ics")


def _mailbox(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, _ascii(domain))


def _ascii(domain: str) -> str:
    """A domain as every mail server knows it."""
    return domain.encode("idna").decode()
