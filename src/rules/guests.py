"""How often somebody without an account may write."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WINDOW = timedelta(hours=1)
EMAIL_LIMIT = 5
PHONE_LIMIT = 5


def wait_seconds(counted_at: Iterable[datetime], limit: int, now: datetime) -> int:
    """How long to wait before the next time: not at all below `limit` (from 1 on) times within the last hour."""
    latest = sorted(at for at in counted_at if now - at < WINDOW)[-limit:]
    if len(latest) < limit:
        return 0
    return math.ceil((latest[0] + WINDOW - now).total_seconds())
