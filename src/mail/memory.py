"""Letters in the process's memory: the twin of the others, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage


class MemoryMailer:
    """A list of letters, in the order in which they were sent."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    async def send(self, message: EmailMessage) -> None:
        """Keep the letter."""
        self.sent.append(message)

    async def check(self) -> None:
        """There is always room."""

    async def close(self) -> None:
        """Nothing is held."""
