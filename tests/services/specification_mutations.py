"""Mutations of specifications over HTTP, what they answer, and what they left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from db.models import Base
from db.repositories.audit_events import AuditEvents

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

SPECIFICATION = """
specification {
  id key label type unit options { key label archived } required unique filterable min max maxLength position archived
  inheritedFrom { id } version
}
"""
IMPACT = "impact { itemsAffected itemsConvertible itemsFailing examples }"
ERRORS = """
userErrors {
  __typename code message path ... on StaleVersion { currentVersion } ... on OutOfRange { min max }
  ... on InUse { count }
}
"""
TOLD = f"{{ {SPECIFICATION} category {{ id }} {IMPACT} {ERRORS} }}"
ADD = (
    "mutation ($id: ID!, $input: SpecificationInput!) "
    f"{{ answer: addSpecification(categoryId: $id, input: $input) {TOLD} }}"
)
UPDATE = (
    "mutation ($id: ID!, $input: UpdateSpecificationInput!, $how: SpecificationConflict! = ABORT, "
    "$dry: Boolean! = false) "
    f"{{ answer: updateSpecification(id: $id, input: $input, onConflict: $how, dryRun: $dry) {TOLD} }}"
)
ARCHIVE = f"mutation ($id: ID!) {{ answer: archiveSpecification(id: $id) {TOLD} }}"
RESTORE = f"mutation ($id: ID!) {{ answer: restoreSpecification(id: $id) {TOLD} }}"
TEXT = {"key": "brand", "label": "Brand", "type": "TEXT"}
"""The least that a specification is made of, and what it is then."""
NEWBORN: dict[str, Any] = {
    "key": "brand",
    "label": "Brand",
    "type": "TEXT",
    "unit": None,
    "options": [],
    "required": False,
    "unique": False,
    "filterable": False,
    "min": None,
    "max": None,
    "maxLength": None,
    "position": 0,
    "archived": False,
    "inheritedFrom": None,
    "version": 1,
}
TABLES = (
    "specifications", "specification_editions", "items", "indexed_values", "unique_values", "events", "audit_events",
)  # fmt: skip


def done(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The specification of an answer without refusals."""
    answer = answer_of(server, query, account, **variables)
    assert answer["userErrors"] == []
    return answer["specification"]


def answer_of(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The payload."""
    return server.ask(query, headers=account.headers, **variables)["answer"]


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What was refused, and where."""
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]


def an_error(code: str, message: str, *path: str) -> dict[str, Any]:
    """A refusal without a fix of its own."""
    return {"__typename": "InputError", "code": code, "message": message, "path": list(path)}


def an_impact(affected: int, convertible: int, failing: int, *examples: str) -> dict[str, Any]:
    """What a change does to items."""
    numbers = {"itemsAffected": affected, "itemsConvertible": convertible, "itemsFailing": failing}
    return numbers | {"examples": list(examples)}


async def written(db: Database, *tables: str) -> dict[str, list[Any]]:
    """All that changes of definitions write, or what is in these tables, to be compared with what there was before."""
    return {name: await db.read().connection.all(_rows, name) for name in tables or TABLES}


async def audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to specifications, the first first."""
    rows = await db.read().connection.all(_audit_rows)
    return [(row.action, row.changes) for row in rows]


def id_of(row: dict[str, Any], kind: str = "Specification") -> str:
    """The id that clients see."""
    return f"{kind}_{row['id']}"


def _rows(table: str) -> Executable:
    chosen = Base.metadata.tables[table]
    return select(chosen).order_by(*chosen.primary_key.columns)


def _audit_rows() -> Executable:
    table = AuditEvents.source.table
    return table.select().where(table.c.action.like("specification.%")).order_by(table.c.id)
