"""What STUDIOGRAPH_VALKEY_URL says."""

from __future__ import annotations

from urllib.parse import urlsplit

FORMS = "must be valkey://, valkeys://, redis:// or rediss:// with a host, such as valkey://localhost:6379/0"
SCHEMES = {"valkey": "redis", "valkeys": "rediss", "redis": "redis", "rediss": "rediss"}
"""Those of an address, and what redis-py calls them."""


def read_valkey_address(url: str) -> str:
    """The address as redis-py takes it; ValueError says how it has to be, and does not repeat it."""
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES or not _has_host(url):
        raise ValueError(FORMS)
    return f"{SCHEMES[scheme]}://{rest}"


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # the port is no number, or brackets hold no address
        return False
    return bool(parts.hostname)
