"""What a client sends, whichever way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request: a document, or the name of one that is known."""

    query: str | None
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    document_id: str | None = None
    """`sha256:…`: the document's hash, beside it or in its place."""
    reads_only: bool = False
    """It came by a method that must change nothing."""
    tells_cost: bool = False
    """The answer is to say what it cost."""
