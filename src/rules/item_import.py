"""What a file of items has done, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from rules.refusals import INVALID, Refusal

MOST_ERRORS = 100


class RowError(NamedTuple):
    """What is wrong in a row; the path of the reason is the name of the column."""

    row: int
    reason: Refusal

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        reason = self.reason
        return {"row": self.row, "code": reason.code, "path": list(reason.path), "message": str(reason)}


@dataclass(slots=True)
class Outcome:
    """What a file has done, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    _errors: list[RowError] = field(default_factory=list)
    _untold: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many items are new, changed, or as they were."""
        return {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}

    @property
    def errors(self) -> list[RowError]:
        """What is wrong: of at most a hundred errors each, and one that says how many more there are."""
        errors = sorted(self._errors, key=itemgetter(0))
        if self._untold:
            more = Refusal(INVALID, "{more} more errors are not listed: mend these first.", more=self._untold)
            errors.append(RowError(errors[-1].row, more))
        return errors

    def add(self, other: Outcome) -> None:
        """Count what more rows do."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self._untold += other._untold
        for row, reason in other._errors:
            self.refuse(row, reason)

    def count(self, created: int, updated: int, of: int) -> None:
        """Count rows that are right: so many of them make or change an item, and the rest nothing."""
        self.created += created
        self.updated += updated
        self.unchanged += of - created - updated

    def refuse(self, row: int, *reasons: Refusal) -> None:
        """Count what is wrong in a row."""
        told = reasons[: MOST_ERRORS - len(self._errors)]
        self._errors += [RowError(row, reason) for reason in told]
        self._untold += len(reasons) - len(told)
