"""Who is at the other end: what the connection and the headers tell."""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from auth.cookies import Cookies

LONGEST_USER_AGENT = 200
LONGEST_HEADER = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of who asks before anything is looked up."""

    address: str = ""
    user_agent: str | None = None
    accept_language: str = ""
    authorization: str | None = None
    access_cookie: str | None = None
    refresh_cookie: str | None = None


def caller_of(scope: MutableMapping[str, Any], cookies: Cookies) -> Caller:
    """The caller of an ASGI request; its address is a proxy's word only where that proxy is trusted (uvicorn)."""
    headers = _joined(scope["headers"])
    by_cookie = b"cookie" in headers and b"authorization" not in headers  # of two ways to sign in only one counts
    access, refresh = cookies.read(headers[b"cookie"]) if by_cookie else (None, None)
    return Caller(
        address=scope["client"][0] if scope.get("client") else "",
        user_agent=_text(headers, b"user-agent", LONGEST_USER_AGENT),
        accept_language=_text(headers, b"accept-language") or "",
        authorization=_text(headers, b"authorization"),
        access_cookie=access,
        refresh_cookie=refresh,
    )


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """What comes twice is one value: of two credentials none holds, for nobody could say which is meant."""
    joined: dict[bytes, bytes] = {}
    for name, value in headers:
        separator = b"; " if name == b"cookie" else b", "
        joined[name] = joined[name] + separator + value if name in joined else value
    return joined


def _text(headers: dict[bytes, bytes], name: bytes, longest: int = LONGEST_HEADER) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")[:longest]
