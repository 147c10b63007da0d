"""Files of items, brought and fetched over HTTP."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

from rules.item_files import unescaped
from services.collections import a_specification, an_option, define
from services.forms import sent_headers
from services.rows import THEN, a_category

if TYPE_CHECKING:
    import httpx2

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

IMPORT = """
mutation ($categoryId: ID!, $file: Upload!, $dryRun: Boolean! = false) {
  answer: importItems(categoryId: $categoryId, file: $file, dryRun: $dryRun) {
    created updated unchanged rowErrors { row code path message }
    userErrors { __typename code message path ... on OutOfRange { min max } }
  }
}
"""
CATEGORY, BELOW, ELSEWHERE = "c" * 32, "d" * 32, "e" * 32
TYPES: dict[str, dict[str, Any]] = {
    "brand": {"type": "TEXT", "filterable": True},
    "serial": {"type": "TEXT", "unique": True, "filterable": True, "label": "Serial number"},
    "shutter": {"type": "INTEGER", "min": None},
    "aperture": {"type": "DECIMAL", "filterable": True},
    "boxed": {"type": "BOOLEAN"},
    "made": {"type": "DATE"},
    "mount": {"type": "ENUM", "options": [an_option("m-mount", "M mount"), an_option("screw")]},
    "finish": {"type": "MULTI_ENUM", "options": [an_option("chrome"), an_option("black")]},
    "manual": {"type": "URL"},
    "weight": {"type": "QUANTITY", "unit": "kg"},
}
"""A specification of each type, and a unique one, by key."""
VALUES = {
    "brand": ' Leica, "Wetzlar"\n=GmbH',
    "serial": "-7e1",
    "shutter": "-12",
    "aperture": "1.40",
    "boxed": "true",
    "made": "1954-11",
    "mount": "m-mount",
    "finish": "chrome|black",
    "manual": "https://studio.example/m3.pdf",
    "weight": "595.0 g",
}
"""A value of each, as it is written."""


async def define_types(db: Database) -> dict[str, str]:
    """CATEGORY with a definition of each type, BELOW it with one of its own, ELSEWHERE with none; ids by key."""
    rows = [a_specification(CATEGORY, key, position=place, **named) for place, (key, named) in enumerate(TYPES.items())]
    rows.append(a_specification(BELOW, "film"))
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW")
        await tx.categories.add(
            [
                a_category("Cameras", id=CATEGORY, slug="cameras"),
                a_category("Elsewhere", id=ELSEWHERE, slug="elsewhere"),
            ]
        )
        await tx.categories.add([a_category("Film cameras", id=BELOW, slug="film-cameras", parent_id=CATEGORY)])
        await define(tx, *rows)
    return {row["key"]: row["id"] for row in rows}


def brought(
    server: Server, account: Account | None, file: str | bytes, *, category: str = CATEGORY, dry_run: bool = False
) -> Any:
    """What `importItems` answers."""
    response = bring(server.client, account, file, category=category, dry_run=dry_run).json()
    assert "errors" not in response, response["errors"]
    return response["data"]["answer"]


def bring(
    client: httpx2.Client,
    account: Account | None,
    file: str | bytes,
    *,
    category: str = CATEGORY,
    dry_run: bool = False,
) -> httpx2.Response:
    """The whole answer to `importItems`."""
    variables = {"categoryId": f"Category_{category}", "file": None, "dryRun": dry_run}
    operations = json.dumps({"query": IMPORT, "variables": variables})
    form = {"operations": operations, "map": json.dumps({"0": ["variables.file"]})}
    headers = {"x-studiograph-csrf": sent_headers()["x-studiograph-csrf"], **(account.headers if account else {})}
    data = file if isinstance(file, bytes) else file.encode()
    return client.post("/graphql", data=form, files={"0": ("items.csv", data, "text/csv")}, headers=headers)


def export(server: Server, account: Account | None, category: str = "cameras", **query: str) -> httpx2.Response:
    """What GET /export/items.csv answers."""
    headers = account.headers if account else {}
    return server.client.get("/export/items.csv", params={"category": category, **query}, headers=headers)


def exported(server: Server, account: Account, category: str = "cameras", **query: str) -> str:
    """The text of an export, with its byte order mark."""
    response = export(server, account, category, **query)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return response.content.decode()


def a_file(*rows: dict[str, str]) -> str:
    """A file of these rows; the first has all columns."""
    file = StringIO()
    writer = csv.DictWriter(file, list(rows[0]), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def rows_of(file: str) -> list[dict[str, str]]:
    """The rows of an export, as they are read back."""
    rows = csv.DictReader(StringIO(file.removeprefix("\ufeff"), newline=""))
    return [{column: unescaped(cell) for column, cell in row.items()} for row in rows]


def counted(created: int = 0, updated: int = 0, unchanged: int = 0) -> dict[str, Any]:
    """The answer to a file without errors."""
    return {"created": created, "updated": updated, "unchanged": unchanged, "rowErrors": [], "userErrors": []}


def refused(*errors: tuple[int, str, str, str]) -> dict[str, Any]:
    """The answer to a file with these errors: row, code, column, message."""
    told = [
        {"row": row, "code": code, "path": [column] if column else [], "message": message}
        for row, code, column, message in errors
    ]
    return counted() | {"rowErrors": told}
