"""Against pages of other sites that make a browser send a request with its cookies, or with files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import CSRF_PREVENTION, RequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

PREFLIGHT_HEADERS = ("x-studiograph-csrf", "apollo-require-preflight", "x-apollo-operation-name")
"""A page can send these to another site only after a preflight, which CORS decides."""
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def require_same_site(headers: Sequence[tuple[bytes, bytes]], origins: Collection[str]) -> None:
    """Refuse what a page of another site could have sent; `origins` are allowed beside our own, the Host header's.

    Raises RequestError with the code CSRF_PREVENTION.
    """
    if not any(_values(headers, name) for name in PREFLIGHT_HEADERS):
        message = "A request with files or a cookie needs the header `x-studiograph-csrf: 1`."
        raise RequestError(CSRF_PREVENTION, message)
    require_our_origin(headers, origins)


def require_our_origin(headers: Sequence[tuple[bytes, bytes]], origins: Collection[str]) -> None:
    """Refuse what a page of another site sent, as its browser says; `origins` are allowed beside our own.

    Raises RequestError with the code CSRF_PREVENTION. It is all that can be asked of a websocket.
    """
    allowed = {_parts(origin) for origin in origins}
    hosts = _values(headers, "host")
    if not all(_is_ours(origin, hosts) or _parts(origin) in allowed for origin in _values(headers, "origin")):
        message = (
            "The `Origin` header names another site than this one. Send the request from here or an allowed origin."
        )
        raise RequestError(CSRF_PREVENTION, message)


def _values(headers: Sequence[tuple[bytes, bytes]], name: str) -> list[str]:
    """What is given under a name, without what is empty."""
    given = (value.decode("latin-1").strip() for key, value in headers if key.decode("latin-1") == name)
    return [value for value in given if value]


def _is_ours(origin: str, hosts: list[str]) -> bool:
    scheme, authority = _parts(origin)
    return scheme in DEFAULT_PORTS and [authority] == [_parts(f"{scheme}://{host}")[1] for host in hosts]


def _parts(url: str) -> tuple[str, str]:
    """The scheme, and the host with its port where that is not the scheme's own."""
    scheme, _, rest = url.lower().partition("://")
    return scheme, rest.partition("/")[0].removesuffix(DEFAULT_PORTS.get(scheme, ""))
