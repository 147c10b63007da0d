"""Mutations of items over HTTP, what they answer, and what they left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from db.models import Base
from db.repositories.audit_events import AuditEvents
from services.collections import a_specification, an_option, define
from services.rows import THEN, a_category

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ERRORS = """
userErrors { __typename code message path ... on StaleVersion { currentVersion } ... on OutOfRange { min max } }
"""
VALUE = """
specification { key } display text integer decimal boolean date options { key label archived } url unit fits
"""
ITEM = f"""
item {{
  id name description owner {{ id }} viewerCanEdit category {{ id }} condition quantity visibility acquiredOn
  price {{ amount currency }} specifications {{ {VALUE} }} urls {{ id url label }} photos {{ id }} deletedAt version
}}
"""
CREATE = f"mutation ($input: ItemInput!) {{ answer: createItem(input: $input) {{ {ITEM} {ERRORS} }} }}"
UPDATE = (
    "mutation ($id: ID!, $input: UpdateItemInput!) "
    f"{{ answer: updateItem(id: $id, input: $input) {{ {ITEM} {ERRORS} }} }}"
)
DELETE = f"mutation ($id: ID!) {{ answer: deleteItem(id: $id) {{ deletedId {ERRORS} }} }}"
RESTORE = f"mutation ($id: ID!) {{ answer: restoreItem(id: $id) {{ {ITEM} {ERRORS} }} }}"
NOT_THERE = "There is no such thing, or it is not yours to see."
TABLES = (
    "items", "item_urls", "item_images", "indexed_values", "unique_values", "search_documents", "audit_events",
    "events",
)  # fmt: skip
CATEGORY = "c" * 32
SPECIFICATIONS: dict[str, dict[str, Any]] = {
    "brand": {"filterable": True, "position": 0},
    "serial": {"unique": True, "filterable": True, "position": 1, "label": "Serial number"},
    "year": {"type": "INTEGER", "position": 2},
    "finish": {"type": "MULTI_ENUM", "options": [an_option("chrome"), an_option("black")], "position": 3},
    "weight": {"type": "QUANTITY", "unit": "kg", "position": 4},
}
"""What a camera is asked for, by key."""


async def define_cameras(db: Database, **changed: dict[str, Any]) -> dict[str, str]:
    """A studio and a category, CATEGORY, with SPECIFICATIONS; their ids by key. `changed` says what is otherwise."""
    rows = [a_specification(CATEGORY, key, **named | changed.get(key, {})) for key, named in SPECIFICATIONS.items()]
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW")
        await tx.categories.add([a_category("Cameras", id=CATEGORY)])
        await define(tx, *rows)
    return {row["key"]: row["id"] for row in rows}


def a_camera(name: str = "Leica M3", **values: Any) -> dict[str, Any]:
    """The least that an item is made of, with these values as texts by key."""
    specifications = [{"key": key, "value": {"text": text}} for key, text in values.items()]
    return {"name": name, "categoryId": f"Category_{CATEGORY}", "specifications": specifications}


def done(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The item of an answer without refusals."""
    answer = answer_of(server, query, account, **variables)
    assert answer["userErrors"] == []
    return answer["item"]


def answer_of(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The payload."""
    return server.ask(query, headers=account.headers, **variables)["answer"]


async def written(db: Database) -> dict[str, list[Any]]:
    """All that mutations of items write, to be compared with what there was before."""
    return {name: sorted(map(str, await db.read().connection.all(_rows, name))) for name in TABLES}


async def audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to items, the first first."""
    rows = await db.read().connection.all(_audit_rows)
    return [(row.action, row.changes) for row in rows]


def _rows(table: str) -> Executable:
    return select(Base.metadata.tables[table])


def _audit_rows() -> Executable:
    table = AuditEvents.source.table
    return table.select().where(table.c.action.like("item.%")).order_by(table.c.id)


def an_error(code: str, message: str, *path: str) -> dict[str, Any]:
    """A refusal of something in the input, without a fix of its own."""
    return {"__typename": "InputError", "code": code, "message": message, "path": ["input", *path]}


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What was refused, and where."""
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]


def values_of(item: dict[str, Any]) -> dict[str, str]:
    """What an item says, as text, by key."""
    return {value["specification"]["key"]: value["text"] for value in item["specifications"]}
