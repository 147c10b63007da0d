"""Which designs are on the rise."""

from __future__ import annotations

from datetime import UTC, datetime
from math import log2

LIKE = 20
"""A like weighs as much as this many views."""
HALVING_DAYS = 7
"""A design must draw twice the interest of one that is this many days younger."""
START = datetime(2020, 1, 1, tzinfo=UTC)


def trending_score(likes: int, views: int, since: datetime) -> float:
    """How a design stands among the others: the higher, the further ahead.

    score = log2(1 + likes + views / 20) + days from 2020-01-01 until `since` / 7

    The interest counts by its doublings, and every week of age costs one doubling. Age enters as the day from which it
    counts (of publication, or of creation before that), not as time gone by: all designs age at the same pace, so an
    order by stored scores stays right without ever being computed anew, until likes or views change. Rounded to six
    places, so that the same numbers give the same score on every machine.
    """
    interest = log2(1 + likes + views / LIKE)
    age = (since - START).total_seconds() / 86_400 / HALVING_DAYS
    return round(interest + age, 6)
