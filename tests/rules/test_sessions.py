"""What becomes of a session when a refresh token is presented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.sessions import GRACE, LIFETIME, Step, refreshed

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@dataclass
class Session:
    """As it is stored."""

    generation: int
    rotated_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


SESSION = Session(generation=7, rotated_at=NOW, expires_at=NOW + LIFETIME)


@pytest.mark.parametrize("age", [timedelta(), timedelta(minutes=15), LIFETIME - MOMENT])
def test_the_current_token_brings_the_next_generation(age: timedelta) -> None:
    assert refreshed(SESSION, 7, NOW + age) is Step.ROTATED


@pytest.mark.parametrize("age", [-timedelta(seconds=1), timedelta(), timedelta(seconds=30)])
def test_the_one_just_used_gives_the_same_successor_for_30_seconds(age: timedelta) -> None:
    assert refreshed(SESSION, 6, NOW + age) is Step.REPEATED


@pytest.mark.parametrize("age", [GRACE + MOMENT, timedelta(days=1), LIFETIME - MOMENT])
def test_the_one_used_before_is_reuse_after_that(age: timedelta) -> None:
    assert refreshed(SESSION, 6, NOW + age) is Step.REUSED


@pytest.mark.parametrize("generation", [5, 1, 0])
@pytest.mark.parametrize("age", [timedelta(), GRACE, timedelta(days=1)])
def test_an_older_one_is_reuse_at_any_time(generation: int, age: timedelta) -> None:
    assert refreshed(SESSION, generation, NOW + age) is Step.REUSED


@pytest.mark.parametrize("generation", [1, 6, 7, 8])
@pytest.mark.parametrize("age", [LIFETIME, LIFETIME + MOMENT, timedelta(days=1_000)])
def test_nothing_goes_on_after_30_days_without_a_refresh(generation: int, age: timedelta) -> None:
    assert refreshed(SESSION, generation, NOW + age) is Step.ENDED


@pytest.mark.parametrize("generation", [1, 6, 7, 8])
def test_nothing_goes_on_once_the_session_was_ended(generation: int) -> None:
    assert refreshed(replace(SESSION, ended_at=NOW), generation, NOW) is Step.ENDED


@pytest.mark.parametrize("generation", [8, 9, 2**48 - 1])
def test_a_generation_still_to_come_does_not_hold_and_revokes_nothing(generation: int) -> None:
    assert refreshed(SESSION, generation, NOW) is Step.ENDED


def test_a_first_token_is_current() -> None:
    assert refreshed(replace(SESSION, generation=1), 1, NOW) is Step.ROTATED


def test_the_design_says_30_days_and_30_seconds() -> None:
    assert (timedelta(days=30), timedelta(seconds=30)) == (LIFETIME, GRACE)
