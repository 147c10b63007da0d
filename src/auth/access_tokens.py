"""Access tokens: short-lived JWTs that name a user and a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

SECONDS = 15 * 60
LEEWAY = timedelta(seconds=60)
"""How far the clocks of our own servers may be apart."""
ISSUER = AUDIENCE = "studiograph"
ALGORITHM = "HS256"
HEADER = {"alg": ALGORITHM, "typ": "at+jwt"}
CLAIMS = ("iss", "aud", "exp", "iat", "sub", "sid")
LONGEST = 4_096


class InvalidToken(Exception):
    """It is none of ours, was tampered with, or is too old."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: who, and by which session."""

    user_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Writes and reads tokens; `key` is derived for nothing else."""

    key: bytes

    def write(self, user_id: str, session_id: str, now: datetime) -> str:
        """A token that holds for SECONDS."""
        issued = int(now.timestamp())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user_id, "sid": session_id}
        times = {"iat": issued, "exp": issued + SECONDS}
        return jwt.encode(claims | times, self.key, ALGORITHM, headers={"typ": HEADER["typ"]})

    def read(self, token: str, now: datetime) -> Claims:
        """What a token says; InvalidToken unless every part of it is as we write it."""
        try:
            return self._read(token, now)
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise InvalidToken(str(error)) from None

    def _read(self, token: str, now: datetime) -> Claims:
        if len(token) > LONGEST or jwt.get_unverified_header(token) != HEADER:
            raise InvalidToken("The header is not one that we write.")
        told = jwt.decode(token, self.key, [ALGORITHM], issuer=ISSUER, audience=AUDIENCE, options=OPTIONS)
        issued, ends = _moment(told["iat"], now), _moment(told["exp"], now)
        if not issued - LEEWAY <= now < ends + LEEWAY:
            raise InvalidToken("It is too old, or from the future.")
        if not (isinstance(told["sub"], str) and isinstance(told["sid"], str)):
            raise InvalidToken("It names nobody.")
        return Claims(told["sub"], told["sid"])


OPTIONS: Any = {"require": list(CLAIMS), "verify_exp": False, "verify_iat": False, "strict_aud": True}
"""PyJWT looks at the machine's clock; what time it is, our callers say."""


def _moment(seconds: Any, now: datetime) -> datetime:
    if type(seconds) is not int:
        raise InvalidToken("A moment is a number of seconds.")
    return datetime.fromtimestamp(seconds, now.tzinfo)
