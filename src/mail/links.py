"""Where the links in mails and answers lead."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

AT_HOME = "http://localhost:8000"
"""Where a server is found that nobody told its address."""


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute links: to pages of the `frontend`, or to plain ones of our `own` where there is none.

    Both are addresses without a slash at their end.
    """

    own: str
    frontend_url: str = ""

    def booking(self, code: str, manage_token: str) -> str:
        """Where a guest looks after a booking."""
        return self._page(f"/bookings/{code}", manage_token)

    def reset(self, token: str) -> str:
        """Where a new password is chosen."""
        return self._page("/reset", token)

    def verify(self, token: str) -> str:
        """Where an address is verified."""
        return self._page("/verify", token)

    def calendar(self, token: str) -> str:
        """The studio's bookings, for a calendar program to subscribe to."""
        return f"{self.own}/calendar/{token}.ics"

    def _page(self, path: str, token: str) -> str:
        return f"{self.frontend_url or self.own}{path}?{urlencode({'token': token})}"
