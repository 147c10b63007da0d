"""How letters leave: one choice, made in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from email.message import EmailMessage


class Unreachable(ConnectionError):
    """The letter could not be handed over now; later it may. The message says why, and names nobody."""


class Undeliverable(Exception):
    """The letter is refused for good: to send it again is useless. The message says why, and names nobody."""


class Mailer(Protocol):
    """Sends letters; the same one may be sent again, and is known by its Message-ID."""

    async def send(self, message: EmailMessage) -> None:
        """Hand a letter over, or Unreachable, or Undeliverable; when this returns, a crash does not lose it."""

    async def check(self) -> None:
        """Raise Unreachable when no letter can be handed over; none is sent."""

    async def close(self) -> None:
        """Let go of connections."""
