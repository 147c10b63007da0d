"""Refresh tokens: derived from a session and its generation, so that every worker gives the same successor."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

PREFIX = "sgr_"
FORM = re.compile(PREFIX + r"[A-Za-z0-9_-]{72}")
"""54 bytes: 16 of the session's id, 6 of the generation, 32 of the signature. No bit is left over."""
ID, BODY = 16, 22


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
        """The token of a session's generation: always the same one. The id is 32 hexadecimal digits."""
        body = bytes.fromhex(session_id) + generation.to_bytes(BODY - ID)
        return PREFIX + urlsafe_b64encode(body + self._signature(body)).decode()

    def read(self, token: str) -> Refresh | None:
        """What a token says; None for one that we have not written."""
        if not FORM.fullmatch(token):
            return None
        raw = urlsafe_b64decode(token.removeprefix(PREFIX))
        body, signature = raw[:BODY], raw[BODY:]
        if not hmac.compare_digest(signature, self._signature(body)):
            return None
        return Refresh(body[:ID].hex(), int.from_bytes(body[ID:]))

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self.key, body, "sha256")
