"""What became of an operation: for its line in the log, the metrics and the trace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Record:
    """Filled while an operation is answered; empty where it did not come so far."""

    operation: str = ""
    """`query`, `mutation` or `subscription`."""
    name: str = ""
    """The operation's own name, as the document has it."""
    codes: tuple[str, ...] = ()
    """The codes of its errors."""
    cost: int = 0
    """The points it asked for."""
    statements: int = 0
    plan_was_cached: bool = True
    """Whether its document had been seen before."""

    def add(self, event: Record) -> None:
        """Count what one event of a subscription took."""
        self.cost += event.cost
        self.statements += event.statements
