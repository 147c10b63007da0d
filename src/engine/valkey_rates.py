"""Rates counted in Valkey or Redis, for several processes together."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import structlog
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from engine.rates import MINUTE, ProcessRates, allowed, microseconds, refused
from engine.valkey_address import FORMS, read_valkey_address

if TYPE_CHECKING:
    from engine.rates import Bucket, Charge

    Wish: TypeAlias = tuple[Bucket, int]
    """A bucket, and the points asked of it."""

ANSWER_SECONDS = 0.25
PAUSE_SECONDS = 5.0
PREFIX = "studiograph:rates:"
CHARGE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answers = {}
for i, key in ipairs(KEYS) do
  local spent = math.max((tonumber(redis.call('GET', key)) or now) - now, 0)
  local after = spent + tonumber(ARGV[i + 1])
  if after > tonumber(ARGV[1]) then
    answers[i] = {0, spent}
  else
    if after > spent then
      redis.call('SET', key, string.format('%.0f', now + after), 'PX', math.ceil(after / 1000))
    end
    answers[i] = {1, after}
  end
end
return answers
"""
"""ProcessRates.charge for many buckets by the server's clock; ARGV: MINUTE, then what each is asked for, in µs.

Answers {whether it was given, µs until the bucket is full again}. A full bucket is no key.
"""

log = structlog.get_logger("studiograph.rates")


class ValkeyRates:
    """Counts in Valkey; while that does not answer, in this process, from what it last knew.

    What is asked for while an answer is awaited goes out together in the next call.
    """

    def __init__(self, url: str, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._client = _open(url)
        self._script = self._client.register_script(CHARGE)
        self._pause_seconds = pause_seconds
        self._own = ProcessRates()
        self._one_call = asyncio.Lock()
        self._wishes: list[Wish] = []
        self._answers: asyncio.Task[list[Charge]] | None = None
        self._waiting: asyncio.Task[None] | None = None
        self.falls_back = False

    def refuses(self, bucket: Bucket) -> Charge | None:
        """A refusal where there is not one point left, as far as this process knows."""
        return self._own.refuses(bucket)

    async def charge(self, bucket: Bucket, points: int) -> Charge:
        """Take the points, or none of them."""
        if self.falls_back:
            return await self._own.charge(bucket, points)
        place = len(self._wishes)
        self._wishes.append((bucket, points))
        if self._answers is None:
            self._answers = asyncio.create_task(self._ask())
        return (await asyncio.shield(self._answers))[place]  # who leaves does not end it for the others

    async def close(self) -> None:
        """Close the connection."""
        if self._waiting:
            self._waiting.cancel()
            await asyncio.wait([self._waiting])
        async with self._one_call:
            await self._client.aclose()

    async def _ask(self) -> list[Charge]:
        async with self._one_call:
            wishes, self._wishes, self._answers = self._wishes, [], None
            if not self.falls_back:
                try:
                    return await self._shared(wishes)
                except (exceptions.RedisError, OSError) as problem:
                    self._fall_back(problem)
            return [await self._own.charge(*wish) for wish in wishes]

    async def _shared(self, wishes: list[Wish]) -> list[Charge]:
        keys = [PREFIX + bucket.key for bucket, _ in wishes]
        needed = [microseconds(points, bucket) for bucket, points in wishes]
        answers = await self._script(keys, [MINUTE, *needed])
        return [self._charge(*wish, *answer) for wish, answer in zip(wishes, answers, strict=True)]

    def _charge(self, bucket: Bucket, points: int, given: int, spent: int) -> Charge:
        self._own.learn(bucket, spent)
        return allowed(bucket, spent) if given else refused(bucket, spent, microseconds(points, bucket))

    def _fall_back(self, problem: Exception) -> None:
        self.falls_back = True
        message = "rates are counted by each process for itself: Valkey does not answer"
        log.warning(message, problem=type(problem).__name__)  # its text may hold the address
        self._waiting = asyncio.create_task(self._wait())

    async def _wait(self) -> None:
        """Look again and again until Valkey counts; nobody's bucket shows it."""
        while self.falls_back:
            await asyncio.sleep(self._pause_seconds)
            with suppress(exceptions.RedisError, OSError):
                await self._script([f"{PREFIX}nobody"], [MINUTE, 1])
                self.falls_back = False
        log.info("rates are counted in Valkey again")


def _open(url: str) -> Redis:
    """A client that has connected nowhere yet; ValueError, which does not repeat the address, where that is none."""
    address = read_valkey_address(url)
    try:
        client = Redis.from_url(
            address,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1, (exceptions.ConnectionError,)),  # it may have closed the one that was idle
        )
        pool = client.connection_pool
        pool.connection_class(**pool.connection_kwargs)  # it knows the options
    except (TypeError, ValueError):
        raise ValueError(FORMS) from None
    return client
