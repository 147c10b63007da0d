"""How often somebody may fail to log in."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Protocol

ACCOUNT_LIMIT = 5
ADDRESS_LIMIT = 20
WINDOW = timedelta(minutes=15)
FIRST_WAIT = timedelta(minutes=1)


class Counter(Protocol):
    """Failures of one account or from one address."""

    failures: int
    since: datetime
    last_at: datetime | None


def failures_within(counter: Counter, limit: int, now: datetime) -> int:
    """The failures that still count.

    Below the limit those of a quarter of an hour; at the limit only a quarter of an hour without any forgives them.
    """
    if counter.last_at is None or now - counter.last_at >= WINDOW:
        return 0
    window_is_over = counter.failures < limit and now - counter.since >= WINDOW
    return 0 if window_is_over else counter.failures


def wait_seconds(counter: Counter, limit: int, now: datetime) -> int:
    """How long to wait before the next try: not at all below the limit, then a minute, then twice as long each time."""
    failures = failures_within(counter, limit, now)
    if failures < limit or counter.last_at is None:
        return 0
    wait: timedelta = min(FIRST_WAIT * (1 << min(failures - limit, 10)), WINDOW)
    return max(0, math.ceil((counter.last_at + wait - now).total_seconds()))
