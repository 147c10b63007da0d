"""What a client gets, whichever way: data, errors or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import TIMEOUT, UNAVAILABLE, Formatted, formatted, masked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import ExecutionResult

    from engine.errors import Refused

ENDED = {TIMEOUT, UNAVAILABLE}
"""Codes that stand for the whole answer where it has no data."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`refused` names the code under which nothing was executed, or nothing can be told."""

    data: Any = None
    errors: list[Formatted] | None = None
    refused: str | None = None
    extensions: Mapping[str, Any] | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The response as the specification writes it."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if not self.refused:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its errors."""
        return tuple(error["extensions"]["code"] for error in self.errors or ())


def refusal(refused: Refused, request_id: str = "") -> Answer:
    """The answer to a request that was not executed."""
    return Answer(errors=formatted(refused.errors, request_id, code=refused.code), refused=refused.code)


def fault(error: Exception, request_id: str) -> Answer:
    """The answer where something of ours broke before execution began."""
    told = masked(error, request_id)
    return Answer(errors=[told], refused=told["extensions"]["code"])


def answered(result: ExecutionResult, request_id: str) -> Answer:
    """What execution found."""
    if not result.errors:
        return Answer(result.data)
    errors = formatted(result.errors, request_id)
    codes = {error["extensions"]["code"] for error in errors}
    never_ran = all(error.path is None for error in result.errors)
    refused = errors[0]["extensions"]["code"] if result.data is None and (never_ran or codes <= ENDED) else None
    return Answer(result.data, errors, refused)


def objects_in(data: Any) -> int:
    """How many objects an answer has."""
    if isinstance(data, dict):
        return 1 + sum(map(objects_in, data.values()))
    return sum(map(objects_in, data)) if isinstance(data, list) else 0
