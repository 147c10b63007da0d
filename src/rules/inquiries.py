"""What an inquiry may say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rules.checking import text
from rules.refusals import OUT_OF_RANGE, Refusal

if TYPE_CHECKING:
    from datetime import date

FARTHEST = timedelta(days=730)

check_message = text(least=1, most=5_000, lines=True)


def check_preferred_date(today: date, wanted: date | None, path: tuple[str, ...]) -> date | None:
    """A date from the studio's `today` on, within two years; None is none."""
    last = today + FARTHEST
    if wanted is not None and not today <= wanted <= last:
        raise Refusal(OUT_OF_RANGE, "This has to be from {min} to {max}.", *path, min=today, max=last)
    return wanted
