"""Access tokens: short-lived JWTs that name a user and a session."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from datetime import datetime

    from jwt.types import Options

SECONDS = 15 * 60
LEEWAY = 60
"""How many seconds the clocks of our own servers may be apart."""
ISSUER = AUDIENCE = "studiograph"
ALGORITHM = "HS256"
HEADER = {"typ": "at+jwt"}
LONGEST = 4_096
OPTIONS: Options = {
    "require": ["iss", "aud", "exp", "iat", "sub", "sid"],
    "strict_aud": True,
    # PyJWT looks at the machine's clock; what time it is, our callers say
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class InvalidToken(Exception):
    """It is none of ours, was tampered with, or is too old."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: who, and by which session."""

    user_id: str
    session_id: str


class AccessTokens:
    """Writes and reads tokens; `key` is derived for nothing else."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        header = jwt.encode({}, key, ALGORITHM, HEADER).partition(".")[0]
        self._form = re.compile(rf"{header}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{{43}}")

    def write(self, user_id: str, session_id: str, now: datetime) -> str:
        """A token that holds for SECONDS."""
        issued = int(now.timestamp())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user_id, "sid": session_id}
        return jwt.encode(claims | {"iat": issued, "exp": issued + SECONDS}, self._key, ALGORITHM, HEADER)

    def read(self, token: str, now: datetime) -> Claims:
        """What a token says; InvalidToken unless every part of it is as we write it."""
        # before anything is parsed: no header but ours, so none with another algorithm, a kid or a thousand brackets
        if len(token) > LONGEST or not self._form.fullmatch(token):
            raise InvalidToken("It has not the form of ours.")
        try:
            told = jwt.decode(token, self._key, [ALGORITHM], OPTIONS, audience=AUDIENCE, issuer=ISSUER)
        except jwt.InvalidTokenError as error:
            raise InvalidToken("It is not ours, or not whole.") from error
        return _claims(told, now.timestamp())


def _claims(told: dict[str, Any], now: float) -> Claims:
    if not (type(told["iat"]) is type(told["exp"]) is int and told["iat"] - LEEWAY <= now < told["exp"] + LEEWAY):
        raise InvalidToken("It is too old, or from the future.")
    if not isinstance(told["sid"], str):
        raise InvalidToken("It names no session.")
    return Claims(told["sub"], told["sid"])
