"""The console's ready operations, run over HTTP as they stand in its sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.accounts import Account
    from services.server import Server

OPERATIONS = Path(__file__).parents[2] / "console" / "src" / "operations"


def run(server: Server, account: Account, name: str, **filled_in: Any) -> Any:
    """The data of a ready operation with what is filled in."""
    return server.ask(document(name), account.headers, **{**variables(name), **filled_in})


def document(name: str) -> str:
    """What the editor shows."""
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


def variables(name: str) -> dict[str, Any]:
    """What stands in its variables, ready to be filled in."""
    found: dict[str, Any] = json.loads((OPERATIONS / f"{name}.json").read_text(encoding="utf-8"))
    return found
