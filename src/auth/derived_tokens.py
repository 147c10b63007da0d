"""Tokens derived from a row's id and generation: nothing is stored, and every worker gives the same one."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from auth.keys import derive_key

FORM = re.compile(r"[A-Za-z0-9_-]{72}")
"""54 bytes: 16 of the id, 6 of the generation, 32 of the signature. No bit is left over."""
ID, BODY = 16, 22


PREFIXES = {"refresh tokens": "sgr_", "bookings": "sgb_", "mailed tokens": "sgm_", "calendars": "sgc_"}
"""How the tokens of each purpose begin."""


def tokens_for(secret: bytes, purpose: str) -> DerivedTokens:
    """The tokens of a purpose (one of PREFIXES), by a key that is derived from the secret for nothing else."""
    return DerivedTokens(derive_key(secret, purpose), PREFIXES[purpose])


@dataclass(frozen=True, slots=True)
class Derived:
    """What a token says: which row, and of which of its generations."""

    row_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class DerivedTokens:
    """Writes and reads the tokens of one purpose: they begin with `prefix`, and `key` is derived for nothing else."""

    key: bytes
    prefix: str

    def write(self, row_id: str, generation: int = 0) -> str:
        """The token of a row's generation: always the same one. The id is 32 hexadecimal digits."""
        body = bytes.fromhex(row_id) + generation.to_bytes(BODY - ID)
        return self.prefix + urlsafe_b64encode(body + self._signature(body)).decode()

    def read(self, token: str) -> Derived | None:
        """What a token says; None for one that we have not written."""
        if not (token.startswith(self.prefix) and FORM.fullmatch(token, len(self.prefix))):
            return None
        raw = urlsafe_b64decode(token.removeprefix(self.prefix))
        body, signature = raw[:BODY], raw[BODY:]
        if not hmac.compare_digest(signature, self._signature(body)):
            return None
        return Derived(body[:ID].hex(), int.from_bytes(body[ID:]))

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self.key, body, "sha256")
