"""How often somebody without an account may write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.guests import WINDOW, wait_seconds

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def ago(*minutes: float) -> list[datetime]:
    """Moments, so many minutes ago."""
    return [NOW - MINUTE * number for number in minutes]


@pytest.mark.parametrize("limit", [1, 5, 10])
def test_nobody_waits_below_the_limit(limit: int) -> None:
    assert [wait_seconds([NOW] * times, limit, NOW) for times in range(limit)] == [0] * limit


@pytest.mark.parametrize(
    ("counted_at", "limit", "wait"),
    [
        (ago(0), 1, 3600),
        (ago(59), 1, 60),
        (ago(10, 50, 30), 3, 600),
        (ago(61, 10, 50, 30), 3, 600),
        (ago(10, 20, 30, 40, 50), 3, 1800),  # the limit was lowered meanwhile
        (ago(60, 10, 20), 3, 0),
        (ago(61, 62, 63), 3, 0),
        (ago(-1), 1, 3660),  # another process' clock is ahead
    ],
)
def test_waits_until_the_oldest_that_fills_the_hour_has_passed(
    counted_at: list[datetime], limit: int, wait: int
) -> None:
    assert wait_seconds(counted_at, limit, NOW) == wait


@pytest.mark.parametrize("passed", [timedelta(), SECOND / 2, 30 * MINUTE, WINDOW - SECOND / 2])
def test_a_wait_is_told_in_whole_seconds_that_suffice(passed: timedelta) -> None:
    counted_at, now = [NOW] * 5, NOW + passed
    wait = wait_seconds(counted_at, 5, now)
    assert wait > 0
    assert wait_seconds(counted_at, 5, now + wait * SECOND) == 0


def test_whoever_keeps_trying_gets_in_as_often_as_the_limit_in_any_hour() -> None:
    counted_at: list[datetime] = []
    for minute in range(6 * 60):
        now = NOW + minute * MINUTE
        if not wait_seconds(counted_at, 5, now):
            counted_at.append(now)
        assert sum(now - at < WINDOW for at in counted_at) <= 5
    assert len(counted_at) == 30
