"""Letters that are wanted: what the worker would send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auth.derived_tokens import DerivedTokens
from auth.keys import derive_key
from db.events import MAIL_WANTED
from services.accounts import contents

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Signing


async def wanted(db: Database) -> list[tuple[str, str, str]]:
    """The name, the receiver and the subject's id of each letter that was asked for, the oldest first."""
    events = (await contents(db, "events"))["events"]
    letters = (event for event in events if event.kind == MAIL_WANTED)
    return [(event.payload["letter"], event.payload["to"], event.subject_id) for event in letters]


async def mailed(server: Signing, db: Database, letter: str) -> list[str]:
    """The tokens in the links of all letters of this name, the oldest first."""
    tokens = DerivedTokens(derive_key(server.signing_key, "mailed tokens"), "sgm_")
    return [tokens.write(subject) for name, _, subject in await wanted(db) if name == letter]
