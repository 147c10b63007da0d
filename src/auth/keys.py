"""One secret, and from it a key for each purpose: whoever learns one of them knows none of the others."""

from __future__ import annotations

import hashlib
import hmac


def derive_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)
