"""What STUDIOGRAPH_SMTP_URL says."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

FORMS = "must be like smtp://user:password@smtp.example.com:587 (STARTTLS), or smtps://… (TLS from the start)"
WRITTEN_OUT = "must have special characters of the password written as %23 for #, %2F for /, and so on"
PAIR = "must give a password with the user"
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """A mail server; `implicit_tls` is TLS from the first byte on."""

    host: str
    port: int
    implicit_tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def may_be_plain(self) -> bool:
        """Whether nobody could listen, and nothing secret is told: on this machine, without a password."""
        return self.user is None and _is_loopback(self.host)


def read_smtp_address(url: str) -> SmtpAddress:
    """The server; ValueError says how the address has to be, and does not repeat it."""
    parts, port = _split(url)
    if parts.query or parts.fragment or parts.path.strip("/"):
        raise ValueError(WRITTEN_OUT if "@" in url else FORMS)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(FORMS)
    if bool(parts.username) != bool(parts.password):
        raise ValueError(PAIR)
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return SmtpAddress(parts.hostname, port or PORTS[parts.scheme], parts.scheme == "smtps", user, password)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its words repeat the address
        raise ValueError(WRITTEN_OUT if "@" in url else FORMS) from None
    return parts, port


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
