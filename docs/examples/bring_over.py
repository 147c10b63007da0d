"""Bring rows of an old backend over, each kind from a CSV file: docs/coming-from.md says which columns it has.

`PYTHONPATH=src .venv/bin/python docs/examples/bring_over.py users users.csv`, with the settings of the new server.
"""

from __future__ import annotations

import asyncio
import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auth.emails import normalised
from db.database import open_database
from db.ids import new_id
from settings import Settings

if TYPE_CHECKING:
    from db.database import Transaction

ROLES = {"user": "MEMBER", "member": "MEMBER", "staff": "STAFF", "admin": "ADMIN"}
STATUSES = {"pending": "PENDING", "approved": "APPROVED", "rejected": "REJECTED", "suspended": "SUSPENDED"}


async def bring_over(kind: str, path: Path) -> None:
    """Bring all rows over, or, when anything is wrong with one of them, none."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    async with open_database(Settings().database_url, 1) as db, db.transaction() as tx:
        await KINDS[kind](tx, rows)


async def bring_users(tx: Transaction, rows: list[dict[str, str]]) -> None:
    """Accounts with their old bcrypt hashes, which are made anew at the first log-in."""
    await tx.users.add([_user(row) for row in rows])


async def bring_favorites(tx: Transaction, rows: list[dict[str, str]]) -> None:
    """What members keep; every design that is named must be published by now."""
    for row in rows:
        user = await tx.users.to_log_in(row["username"])
        seen = await tx.designs.by_slug(frozenset(), row["design_slug"])
        design = await tx.designs.locked(seen.id if seen else None)
        if user is None or design is None:
            sys.exit(f"There is no such user or no such published design: {row}")
        if await tx.favorites.keep(user.id, design.id, now=_moment(row["created_at"])):
            await tx.designs.add_interest(design, likes=1)


def _user(row: dict[str, str]) -> dict[str, Any]:
    made = _moment(row["created_at"])
    return {
        "id": new_id(),
        "created_at": made,
        "updated_at": made,
        "version": 1,
        "username": row["username"],
        "display_name": row["display_name"] or row["username"],
        "email": normalised(row["email"]) if row["email"] else None,
        "role": ROLES[row["role"]],
        "status": STATUSES[row["status"]],
        "password_hash": row["password_hash"] or None,
    }


def _moment(text: str) -> datetime:
    """An instant; one without an offset is in UTC."""
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


KINDS = {"users": bring_users, "favorites": bring_favorites}

if __name__ == "__main__":
    asyncio.run(bring_over(sys.argv[1], Path(sys.argv[2])))
