"""API keys: a random secret, told once; kept is only what it is found by."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

PREFIX = "sg_"
SHOWN = 11
"""Characters of the secret that tell keys apart in a list."""


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that was just made."""

    secret: str
    prefix: str
    digest: str


def new_api_key() -> NewApiKey:
    """A key of 256 random bits: too many to guess, so that a plain digest keeps it safe."""
    secret = PREFIX + secrets.token_urlsafe(32)
    return NewApiKey(secret, secret[:SHOWN], digest(secret))


def digest(secret: str) -> str:
    """What a key is found by."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def is_api_key(credential: str) -> bool:
    """Whether a credential is meant as an API key."""
    return credential.startswith(PREFIX)
