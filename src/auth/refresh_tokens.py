"""Refresh tokens: derived from a session and its generation, so that every worker gives the same successor."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

PREFIX = "sgr_"
MAC = 32
BODY = 16 + 4
"""The session's id and its generation."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a token says: which session, and how often it had been refreshed when the token was given."""

    session_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """Writes and reads tokens; `key` is derived for nothing else."""

    key: bytes

    def write(self, session_id: str, generation: int) -> str:
        """The token of a session's generation: always the same one."""
        body = UUID(session_id).bytes + generation.to_bytes(4)
        return PREFIX + base64.urlsafe_b64encode(body + self._mac(body)).decode().rstrip("=")

    def read(self, token: str) -> Refresh | None:
        """What a token says; None for one that we have not written."""
        raw = _decoded(token)
        body, mac = raw[:BODY], raw[BODY:]
        if not hmac.compare_digest(mac, self._mac(body)) or len(mac) != MAC:
            return None
        return Refresh(body[:16].hex(), int.from_bytes(body[16:]))

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self.key, body, hashlib.sha256)


def _decoded(token: str) -> bytes:
    text = token.removeprefix(PREFIX)
    if text == token or len(token) > len(PREFIX) + 2 * (BODY + MAC):
        return b""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
