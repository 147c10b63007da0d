"""Passwords: hashed slowly, and looked at in the same time whether or not there is such a user."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import bcrypt

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

ROUNDS = 12
LONGEST = 128
SCHEME = "sha256-bcrypt$"
"""Ours: SHA-256 first, since bcrypt reads 72 bytes only. Without it a hash is an old backend's plain bcrypt."""
BCRYPT_BYTES = 72


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and whether its hash should be made anew."""

    right: bool
    outdated: bool


async def hash_password(password: str) -> str:
    """A hash with its scheme; takes about a quarter of a second in a thread."""
    return SCHEME + (await _in_thread(bcrypt.hashpw, _prehashed(password), bcrypt.gensalt(ROUNDS))).decode()


async def verify(password: str, stored: str | None) -> Verdict:
    """Look at a password. Without a stored hash, and for one that is too long, the same work is done for nothing."""
    known = stored if stored and len(password) <= LONGEST else None
    scheme, hashed = _parted(known or _nobody())
    material = _prehashed(password[:LONGEST]) if scheme else _plain(password[:LONGEST])
    matches = await _in_thread(_matches, material, hashed)
    right = matches and known is not None
    return Verdict(right, outdated=right and not (scheme and _rounds(hashed) >= ROUNDS))


def _matches(material: bytes, hashed: bytes) -> bool:
    try:
        return bcrypt.checkpw(material, hashed)
    except ValueError:  # no bcrypt hash at all, or a NUL in a password for an old one
        return False


def _prehashed(password: str) -> bytes:
    return base64.b64encode(hashlib.sha256(_bytes(password)).digest())


def _plain(password: str) -> bytes:
    """As old backends did: what comes after 72 bytes did not count."""
    return _bytes(password)[:BCRYPT_BYTES]


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")


def _parted(stored: str) -> tuple[str, bytes]:
    scheme = SCHEME if stored.startswith(SCHEME) else ""
    return scheme, stored.removeprefix(SCHEME).encode(errors="replace")


def _rounds(hashed: bytes) -> int:
    return int(hashed.split(b"$")[2])


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows."""
    return SCHEME + bcrypt.hashpw(_prehashed(os.urandom(16).hex()), bcrypt.gensalt(ROUNDS)).decode()


@cache
def _threads() -> ThreadPoolExecutor:
    """As many as there are cores: bcrypt lets go of Python's lock, and more would only hold each other up."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="bcrypt")


async def _in_thread(work: Callable[..., Result], *arguments: Any) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_threads(), work, *arguments)
