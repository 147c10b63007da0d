"""A letter in its envelope: as mail servers take it."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import idna

from mail.words import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from email.policy import Policy

    from mail.letters import Letter
    from mail.sender import Sender

LONGEST_LINE = 76
"""Of a header with encoded words (RFC 2047, section 2)."""
ENCODED = "=?"
"""How an encoded word begins."""


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
    message = EmailMessage(policy=SMTP.clone(header_factory=_headers()))
    _address(message, envelope)
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if invitation:
        _invite(message, invitation)
    return message


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that every reader gets as it was written: Python's own folding loses spaces between encoded words."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the text as it is, also where something in it looks encoded."""
        super().parse(value, kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        """The header's lines: encoded where the text is not plain ASCII."""
        charset = "utf-8" if ENCODED in self else None
        lines = Header(self, charset, LONGEST_LINE, self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {lines}{policy.linesep}"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("subject", _Subject)
    return registry


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
    """A domain as every mail server knows it (IDNA 2008: the older one takes straße.de for strasse.de)."""
    return idna.encode(domain, uts46=True).decode()
