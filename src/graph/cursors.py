"""Cursors: where a page ended, sealed together with the list that it belongs to."""

import base64
import binascii
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from hmac import compare_digest
from typing import Any

import orjson

from engine.errors import BadUserInput

SEAL = 12


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads cursors; the key keeps clients from making their own."""

    key: bytes

    def write(self, identity: bytes, values: tuple[Any, ...]) -> str:
        """The cursor of the row with these values in the list with this identity."""
        text = orjson.dumps(values)
        return base64.urlsafe_b64encode(self._seal(identity, text) + text).decode()

    def read(self, identity: bytes, cursor: str) -> list[Any]:
        """The values of a cursor of this list; of another one, or made up: BAD_USER_INPUT."""
        try:
            raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        seal, text = raw[:SEAL], raw[SEAL:]
        if len(raw) <= SEAL or not compare_digest(seal, self._seal(identity, text)):
            raise BadUserInput(
                "This cursor belongs to another list: start again without it after changing `where` or `orderBy`."
            )
        values: list[Any] = orjson.loads(text)
        return values

    def _seal(self, identity: bytes, text: bytes) -> bytes:
        return blake2b(identity + text, digest_size=SEAL, key=self.key[:64]).digest()


def identity(*parts: Hashable) -> bytes:
    """What makes a list this list: its order, its conditions and their values, as one hash."""
    return blake2b(repr(parts).encode(), digest_size=16).digest()


def instant(value: str) -> datetime:
    """An instant that a cursor carries."""
    return datetime.fromisoformat(value)
