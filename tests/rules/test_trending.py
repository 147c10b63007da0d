"""The order of what is on the rise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.trending import START, trending_score

DAY = datetime(2026, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("likes", "views", "since", "score"),
    [
        (0, 0, START, 0.0),
        (1, 0, START, 1.0),
        (0, 20, START, 1.0),
        (3, 80, START, 3.0),
        (0, 0, START + timedelta(days=7), 1.0),
        (0, 0, START - timedelta(days=7), -1.0),
        (12, 345, DAY, 327.490292),
    ],
)
def test_the_formula(likes: int, views: int, since: datetime, score: float) -> None:
    assert trending_score(likes, views, since) == score


def test_a_like_lifts() -> None:
    assert trending_score(11, 100, DAY) > trending_score(10, 100, DAY)


def test_a_view_lifts_less_than_a_like() -> None:
    assert trending_score(10, 100, DAY) < trending_score(10, 101, DAY) < trending_score(11, 100, DAY)


def test_of_two_alike_the_younger_is_ahead() -> None:
    assert trending_score(10, 100, DAY + timedelta(minutes=1)) > trending_score(10, 100, DAY)


def test_a_week_of_age_costs_half_the_interest() -> None:
    older, younger = trending_score(7, 0, DAY), trending_score(3, 0, DAY + timedelta(days=7))

    assert older == younger


def test_the_same_moment_counts_alike_in_any_zone() -> None:
    assert trending_score(1, 1, datetime.fromisoformat("2026-03-08T09:00:00+09:00")) == trending_score(1, 1, DAY)
