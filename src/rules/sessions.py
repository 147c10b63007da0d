"""How long a session lasts, and what becomes of it when a refresh token is presented."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

LIFETIME = timedelta(days=30)
"""From the last refresh."""
GRACE = timedelta(seconds=30)
"""How long the token just used is honoured: requests cross, and answers get lost."""


class Session(Protocol):
    """What counts of a session."""

    generation: int
    rotated_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class Step(Enum):
    """What becomes of a session."""

    ROTATED = "the next generation begins"
    REPEATED = "the successor is given again"
    REUSED = "a used token came again: somebody else has it"
    ENDED = "it is over"


def refreshed(session: Session, generation: int, now: datetime) -> Step:
    """What becomes of a session when the token of one of its generations is presented.

    A generation that is still to come was given before the database was restored: it holds no more.
    """
    if session.ended_at is not None or session.expires_at <= now or generation > session.generation:
        return Step.ENDED
    if generation == session.generation:
        return Step.ROTATED
    just_used = generation == session.generation - 1 and now - session.rotated_at <= GRACE
    return Step.REPEATED if just_used else Step.REUSED
