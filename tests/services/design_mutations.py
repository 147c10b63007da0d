"""Mutations of designs over HTTP, what they answer, and what they left behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from db.repositories.audit_events import AuditEvents

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ERRORS = """
userErrors { __typename code message path ... on StaleVersion { currentVersion } ... on OutOfRange { min max } }
"""
DESIGN = """
design {
  id slug title description category { id } images { id } coverImage { id } style colour fabric occasion season
  designerName collectionName featured status viewCount likeCount createdBy { id } publishedAt deletedAt version
}
"""
CREATE = f"mutation ($input: DesignInput!) {{ answer: createDesign(input: $input) {{ {DESIGN} {ERRORS} }} }}"
UPDATE = (
    "mutation ($id: ID!, $input: UpdateDesignInput!) "
    f"{{ answer: updateDesign(id: $id, input: $input) {{ {DESIGN} {ERRORS} }} }}"
)
DELETE = f"mutation ($id: ID!) {{ answer: deleteDesign(id: $id) {{ deletedId {ERRORS} }} }}"
RESTORE = f"mutation ($id: ID!) {{ answer: restoreDesign(id: $id) {{ {DESIGN} {ERRORS} }} }}"
FOUND = "query ($where: DesignWhere) { designs(where: $where) { nodes { title } } }"
NOT_THERE = "There is no such thing, or it is not yours to see."


def done(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The design of an answer without refusals."""
    answer = answer_of(server, query, account, **variables)
    assert answer["userErrors"] == []
    return answer["design"]


def answer_of(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The payload."""
    return server.ask(query, headers=account.headers, **variables)["answer"]


async def audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to designs, the first first."""
    async with db.transaction() as tx:
        rows = await tx.connection.all(_audit_rows)
    return [(row.action, row.changes) for row in rows]


def _audit_rows() -> Executable:
    table = AuditEvents.source.table
    return table.select().where(table.c.action.like("design.%")).order_by(table.c.id)


async def stored(db: Database, design: str) -> Any:
    """The whole row of a design."""
    async with db.transaction() as tx:
        return await tx.designs.locked(design)


def an_error(code: str, message: str, *path: str) -> dict[str, Any]:
    """A refusal of something in the input, without a fix of its own."""
    return {"__typename": "InputError", "code": code, "message": message, "path": ["input", *path]}


def codes(answer: dict[str, Any]) -> list[str]:
    """What was refused."""
    return [error["code"] for error in answer["userErrors"]]


def id_of(row: dict[str, Any]) -> str:
    """The id that clients see."""
    return f"Design_{row['id']}"


def today() -> set[date]:
    """The day, and the next one: a test may run over midnight."""
    now = datetime.now(UTC)
    return {now.date(), (now - timedelta(minutes=1)).date()}
