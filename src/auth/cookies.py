"""Cookies that sign a browser in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie

from auth.access_tokens import SECONDS as ACCESS_SECONDS
from rules.sessions import LIFETIME

ACCESS, REFRESH = "studiograph_access", "studiograph_refresh"
LONGEST = 8_192

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Cookies:
    """HttpOnly and SameSite=Lax; `__Host-` and Secure where the server is reached by https, as in production."""

    secure: bool

    def set(self, access: str, refresh: str) -> list[Header]:
        """The headers that give a browser both tokens, each for as long as it holds."""
        refresh_seconds = int(LIFETIME / timedelta(seconds=1))
        return [self._header(ACCESS, access, ACCESS_SECONDS), self._header(REFRESH, refresh, refresh_seconds)]

    def clear(self) -> list[Header]:
        """The headers that take both back."""
        return [self._header(ACCESS, "", 0), self._header(REFRESH, "", 0)]

    def read(self, header: bytes) -> tuple[str | None, str | None]:
        """The access token and the refresh token of a Cookie header; None for what it lacks."""
        found: SimpleCookie = SimpleCookie()
        if len(header) <= LONGEST:
            try:
                found.load(header.decode("latin-1"))
            except CookieError:
                return None, None
        access, refresh = (found.get(self._name(name)) for name in (ACCESS, REFRESH))
        return (access.value or None) if access else None, (refresh.value or None) if refresh else None

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

    def _header(self, name: str, value: str, seconds: int) -> Header:
        secure = "; Secure" if self.secure else ""
        kept = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return b"set-cookie", f"{self._name(name)}={value}; {kept}".encode()
