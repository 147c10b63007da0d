"""How often somebody may fail to log in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from rules.throttling import ACCOUNT_LIMIT, ADDRESS_LIMIT, WINDOW, failures_within, wait_seconds

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Counter:
    """As it is stored."""

    failures: int
    last_at: datetime | None
    since: datetime = NOW


def tried(limit: int, span: timedelta, every: timedelta) -> int:
    """How many wrong passwords are looked at when somebody tries as often as this, the whole span long."""
    counter, now = Counter(0, None), NOW
    looked_at = 0
    while now < NOW + span:
        if not wait_seconds(counter, limit, now):
            failures = failures_within(counter, limit, now) + 1
            counter = Counter(failures, now, now if failures == 1 else counter.since)
            looked_at += 1
        now += every
    return looked_at


@pytest.mark.parametrize("limit", [ACCOUNT_LIMIT, ADDRESS_LIMIT])
def test_nobody_waits_below_the_limit(limit: int) -> None:
    assert [wait_seconds(Counter(failures, NOW), limit, NOW) for failures in range(limit)] == [0] * limit


def test_whoever_never_failed_does_not_wait() -> None:
    assert wait_seconds(Counter(0, None), ACCOUNT_LIMIT, NOW) == 0


@pytest.mark.parametrize("limit", [ACCOUNT_LIMIT, ADDRESS_LIMIT])
@pytest.mark.parametrize(("more", "minutes"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 15), (5, 15), (1_000_000, 15)])
def test_waits_double_from_a_minute_up_to_a_quarter_of_an_hour(limit: int, more: int, minutes: int) -> None:
    assert wait_seconds(Counter(limit + more, NOW), limit, NOW) == minutes * 60


@pytest.mark.parametrize(
    ("passed", "left"),
    [
        (timedelta(), 60),
        (timedelta(milliseconds=1), 60),
        (59 * SECOND, 1),
        (timedelta(seconds=59, milliseconds=999), 1),
        (60 * SECOND, 0),
        (61 * SECOND, 0),
    ],
)
def test_a_wait_passes_and_is_told_in_whole_seconds_that_suffice(passed: timedelta, left: int) -> None:
    assert wait_seconds(Counter(ACCOUNT_LIMIT, NOW), ACCOUNT_LIMIT, NOW + passed) == left


@pytest.mark.parametrize(
    ("passed", "left"), [(timedelta(), 9), (WINDOW - SECOND, 9), (WINDOW, 0), (timedelta(days=9), 0)]
)
def test_a_quarter_of_an_hour_without_a_failure_forgives_them_all(passed: timedelta, left: int) -> None:
    assert failures_within(Counter(9, NOW), ACCOUNT_LIMIT, NOW + passed) == left


def test_failures_below_the_limit_count_for_a_quarter_of_an_hour_only() -> None:
    """An office in which somebody mistypes a password every ten minutes is not shut out after three hours."""
    last_at = NOW + WINDOW - SECOND
    assert failures_within(Counter(19, last_at), ADDRESS_LIMIT, NOW + WINDOW - SECOND) == 19
    assert failures_within(Counter(19, last_at), ADDRESS_LIMIT, NOW + WINDOW) == 0
    assert failures_within(Counter(20, last_at), ADDRESS_LIMIT, NOW + WINDOW) == 20
    assert tried(ADDRESS_LIMIT, timedelta(hours=8), timedelta(minutes=10)) == 48


def test_whoever_keeps_trying_sees_few_passwords_looked_at() -> None:
    assert tried(ACCOUNT_LIMIT, timedelta(minutes=15), SECOND) == 8  # 5 at once, then after 1, 2 and 4 minutes
    assert tried(ACCOUNT_LIMIT, timedelta(hours=1), SECOND) == 18  # and 8 minutes, and anew after 15
    assert tried(ADDRESS_LIMIT, timedelta(minutes=15), SECOND) == 23
