"""Cookies that sign a browser in."""

from __future__ import annotations

from dataclasses import dataclass

from auth.access_tokens import SECONDS as ACCESS_SECONDS
from rules.sessions import LIFETIME

ACCESS, REFRESH = "studiograph_access", "studiograph_refresh"
REFRESH_SECONDS = int(LIFETIME.total_seconds())

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Cookies:
    """HttpOnly and SameSite=Lax; `__Host-` and Secure where the server is reached by https, as in production."""

    secure: bool

    def set(self, access: str, refresh: str) -> list[Header]:
        """The headers that give a browser both tokens, each for as long as it holds."""
        return [self._header(ACCESS, access, ACCESS_SECONDS), self._header(REFRESH, refresh, REFRESH_SECONDS)]

    def clear(self) -> list[Header]:
        """The headers that take both back."""
        return [self._header(ACCESS, "", 0), self._header(REFRESH, "", 0)]

    def read(self, header: bytes) -> tuple[str | None, str | None]:
        """The access token and the refresh token of a Cookie header; None for what it lacks, or has in two versions."""
        given = [pair.strip().partition("=") for pair in header.decode("latin-1").split(";")]
        access, refresh = ({value for name, _, value in given if name == self._name(own)} for own in (ACCESS, REFRESH))
        return _only(access), _only(refresh)

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

    def _header(self, name: str, value: str, seconds: int) -> Header:
        secure = "; Secure" if self.secure else ""
        kept = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return b"set-cookie", f"{self._name(name)}={value}; {kept}".encode()


def _only(values: set[str]) -> str | None:
    """The one value; of several, one was put there by somebody else, and nobody can tell which."""
    return (values.pop() or None) if len(values) == 1 else None
