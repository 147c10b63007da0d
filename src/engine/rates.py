"""How much may be asked within a minute: every caller has a bucket of points that refills all the time."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60_000_000
"""In µs: an empty bucket is full again after a minute, whatever its size."""
MOST_BUCKETS = 20_000
"""As many are kept in process: some 4 MB."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Whose points they are, and how many it holds when full."""

    key: str
    """Such as `user:ID`, `key:ID` or `address:203.0.113.7`."""
    points_a_minute: int


@dataclass(frozen=True, slots=True)
class Charge:
    """What became of a wish for points."""

    allowed: bool
    limit: int
    """What the bucket holds when full; 0 where nothing is counted."""
    remaining: int
    reset_seconds: int
    """Until the bucket is full again or, after a refusal, until it holds what was asked for."""

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What a client is told of it."""
        if not self.limit:
            return []
        told = [
            (b"ratelimit-limit", b"%d" % self.limit),
            (b"ratelimit-remaining", b"%d" % self.remaining),
            (b"ratelimit-reset", b"%d" % self.reset_seconds),
        ]
        return told if self.allowed else [*told, (b"retry-after", b"%d" % self.reset_seconds)]


class Rates(Protocol):
    """Counts the points that everybody asks for."""

    @property
    def falls_back(self) -> bool:
        """Whether each process counts for itself although they should count together."""

    def refuses(self, bucket: Bucket) -> Charge | None:
        """A refusal where the bucket is known to be empty, without asking anybody; else None."""

    async def charge(self, bucket: Bucket, points: int) -> Charge:
        """Take the points, or none of them where the bucket holds fewer."""

    async def close(self) -> None:
        """Let go of what is held."""


class OpenRates:
    """Counts nothing and refuses nothing."""

    falls_back = False

    def refuses(self, bucket: Bucket) -> Charge | None:  # noqa: ARG002  (nobody is counted)
        """Nobody is refused."""
        return None

    async def charge(self, bucket: Bucket, points: int) -> Charge:  # noqa: ARG002  (as above)
        """Everything is allowed."""
        return Charge(allowed=True, limit=0, remaining=0, reset_seconds=0)

    async def close(self) -> None:
        """Nothing is held."""


class ProcessRates:
    """Counts in this process; `clock` gives seconds that never go back.

    A bucket is one number: the moment, in µs, at which it is full again.
    """

    falls_back = False

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def refuses(self, bucket: Bucket) -> Charge | None:
        """A refusal where there is not one point left."""
        full_at = self._full_at.get(bucket.key)
        if full_at is None:
            return None
        spent, needed = full_at - self._now(), microseconds(1, bucket)
        return refused(bucket, spent, needed) if spent + needed > MINUTE else None

    async def charge(self, bucket: Bucket, points: int) -> Charge:
        """Take the points, or none of them."""
        now = self._now()
        spent = max(self._full_at.get(bucket.key, now) - now, 0)
        needed = microseconds(points, bucket)
        if spent + needed > MINUTE:
            return refused(bucket, spent, needed)
        self._keep(bucket.key, now + spent + needed)
        return allowed(bucket, spent + needed)

    async def close(self) -> None:
        """Nothing is held."""

    def learn(self, bucket: Bucket, spent: int) -> None:
        """Count on from here: the bucket is full again in `spent` µs."""
        self._keep(bucket.key, self._now() + spent)

    def _now(self) -> int:
        return int(self._clock() * 1_000_000)

    def _keep(self, key: str, full_at: int) -> None:
        self._full_at[key] = full_at
        if len(self._full_at) > MOST_BUCKETS:
            self._forget_half()

    def _forget_half(self) -> None:
        """Forget those that are full, or will be first: to be forgotten costs more than to wait."""
        by_moment = sorted(self._full_at.items(), key=itemgetter(1))
        self._full_at = dict(by_moment[MOST_BUCKETS // 2 :])


def open_rates(valkey_url: str, *, limited: bool) -> Rates:
    """Rates counted in Valkey where it has an address, else in process; ValueError where the address is none."""
    if not limited:
        return OpenRates()
    if not valkey_url:
        return ProcessRates()
    from engine.valkey_rates import ValkeyRates  # noqa: PLC0415  (it takes 0.4 s to import, and most have no Valkey)

    return ValkeyRates(valkey_url)


@lru_cache(10_000)
def address_key(address: str) -> str:
    """What is counted of an address: of IPv6 the network, for whoever has one address there has them all."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64] or "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def microseconds(points: int, bucket: Bucket) -> int:
    """How long so many points take to come back."""
    return points * MINUTE // bucket.points_a_minute


def allowed(bucket: Bucket, spent: int) -> Charge:
    """The points were taken: the bucket is full again in `spent` µs."""
    return Charge(True, bucket.points_a_minute, _remaining(bucket, spent), _seconds(spent))


def refused(bucket: Bucket, spent: int, needed: int) -> Charge:
    """Nothing was taken: `needed` µs of refilling were asked for of a bucket that is full again in `spent`."""
    return Charge(False, bucket.points_a_minute, _remaining(bucket, spent), _seconds(spent + needed - MINUTE))


def _remaining(bucket: Bucket, spent: int) -> int:
    return (MINUTE - spent) * bucket.points_a_minute // MINUTE


def _seconds(duration: int) -> int:
    return -(-duration // 1_000_000)
