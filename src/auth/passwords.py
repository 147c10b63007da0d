"""Passwords: hashed slowly, and looked at in the same time whether or not there is such a user."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, TypeVar

import bcrypt

from rules.accounts import PASSWORD_LENGTHS

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

ROUNDS = 12
LONGEST = PASSWORD_LENGTHS[1]
SCHEME = "sha256-bcrypt$"
"""Ours: SHA-256 first, since bcrypt reads 72 bytes only. Without it a hash is an old backend's plain bcrypt."""
BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}", re.ASCII)
BCRYPT_BYTES = 72
NOBODY = f"{SCHEME}$2b${ROUNDS:02}${'.' * 53}"
"""Has the form of a hash, and no password that anybody could know."""
MAX_WAITING = 20
"""Who comes later is told to try again, instead of waiting longer than an operation may last."""
CORES = os.cpu_count() or 1
PLACES = BoundedSemaphore(CORES + MAX_WAITING)
"""Those at work, and those who wait."""


class TooManyHashes(ConnectionError):
    """Too many passwords wait to be hashed or looked at; the same may well succeed a moment later.

    The engine knows a ConnectionError for what it is.
    """


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and whether its hash should be made anew."""

    right: bool
    outdated: bool


async def hash_password(password: str) -> str:
    """A hash with its scheme; takes about a quarter of a second in a thread.

    ValueError above LONGEST characters; TooManyHashes where too many wait.
    """
    if len(password) > LONGEST:
        raise ValueError(f"a password has at most {LONGEST} characters")
    return SCHEME + (await _in_thread(bcrypt.hashpw, _prehashed(password), bcrypt.gensalt(ROUNDS))).decode()


async def verify(password: str, stored: str | None) -> Verdict:
    """Look at a password; TooManyHashes where too many wait.

    Without a stored hash, and for one that is too long, the same work is done for nothing.
    """
    hashed = (stored or "").removeprefix(SCHEME)
    form = BCRYPT.fullmatch(hashed)
    if stored is None or form is None or len(password) > LONGEST:
        await _in_thread(_matches, b"", NOBODY.removeprefix(SCHEME))
        return Verdict(right=False, outdated=False)
    is_ours = stored.startswith(SCHEME)
    right = await _in_thread(_matches, _prehashed(password) if is_ours else _plain(password), hashed)
    return Verdict(right, outdated=right and not (is_ours and int(form[1]) >= ROUNDS))


def _matches(material: bytes, hashed: str) -> bool:
    """Whether it is right; what is wrong costs today's work, though the hash be an old, cheaper one."""
    if bcrypt.checkpw(material, hashed.encode()):
        return True
    for rounds in range(int(hashed[4:6]), ROUNDS):  # 2^10 (done) + 2^10 + 2^11 = 2^12
        bcrypt.hashpw(material, bcrypt.gensalt(rounds))
    return False


def _prehashed(password: str) -> bytes:
    """Composed first: keyboards differ in how they send é or 한."""
    return base64.b64encode(hashlib.sha256(_bytes(unicodedata.normalize("NFC", password))).digest())


def _plain(password: str) -> bytes:
    """As old backends did: what comes after 72 bytes did not count."""
    return _bytes(password)[:BCRYPT_BYTES]


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")


async def _in_thread(work: Callable[..., Result], *arguments: Any) -> Result:
    """Done in its turn; who goes away before that gives the place back at once."""
    if not PLACES.acquire(blocking=False):
        raise TooManyHashes("too many passwords wait to be hashed")
    turn = _threads().submit(work, *arguments)
    turn.add_done_callback(lambda _done: PLACES.release())
    return await asyncio.wrap_future(turn)


@cache
def _threads() -> ThreadPoolExecutor:
    """As many as there are cores: bcrypt lets go of Python's lock, and more would only hold each other up."""
    return ThreadPoolExecutor(CORES, thread_name_prefix="bcrypt")
