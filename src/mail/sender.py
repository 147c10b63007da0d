"""Who writes: the studio, as its letters and calendars name it."""

from __future__ import annotations

from dataclasses import dataclass

NOBODY = "no-reply@localhost"
"""Who writes where nobody has an address: letters in a folder, which nobody answers."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The studio; `email` is where it is reached, `mail_from` (STUDIOGRAPH_MAIL_FROM) whom its letters come from."""

    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    mail_from: str = ""

    @property
    def writes_from(self) -> str:
        """The address that letters come from."""
        return self.mail_from or self.email or NOBODY

    @property
    def answers_to(self) -> str:
        """The address that answers go to."""
        return self.email or self.writes_from

    @property
    def domain(self) -> str:
        """Whose letters these are, in a Message-ID."""
        return self.writes_from.rpartition("@")[2]
