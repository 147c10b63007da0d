"""Mutations of services over HTTP, what they answer, and what they left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.repositories.audit_events import AuditEvents
from services.accounts import contents
from services.rows import a_resource, an_image

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ERRORS = """
userErrors {
  __typename code message path ... on StaleVersion { currentVersion } ... on OutOfRange { min max }
  ... on InUse { count }
}
"""
SERVICE = """
service {
  id slug name summary description durationMinutes bufferBeforeMinutes bufferAfterMinutes slotStepMinutes
  minNoticeMinutes maxDaysAhead maxPerDay capacity requiresConfirmation cancelNoticeMinutes
  price { amount currency } coverImage { id } images { id } resources { id }
  options { id name price { amount currency } extraMinutes translations { locale field value } }
  status position translations { locale name summary description } version
}
"""
CREATE = f"mutation ($input: ServiceInput!) {{ answer: createService(input: $input) {{ {SERVICE} {ERRORS} }} }}"
UPDATE = (
    "mutation ($id: ID!, $input: UpdateServiceInput!) "
    f"{{ answer: updateService(id: $id, input: $input) {{ {SERVICE} {ERRORS} }} }}"
)
DELETE = f"mutation ($id: ID!) {{ answer: deleteService(id: $id) {{ deletedId {ERRORS} }} }}"
NEW = {"name": "Portrait", "durationMinutes": 60}
"""The least that a service is made of, and what it is then."""
NEWBORN: dict[str, Any] = {
    "name": "Portrait",
    "summary": None,
    "description": None,
    "durationMinutes": 60,
    "bufferBeforeMinutes": 0,
    "bufferAfterMinutes": 0,
    "slotStepMinutes": 30,
    "minNoticeMinutes": 60,
    "maxDaysAhead": 60,
    "maxPerDay": None,
    "capacity": 1,
    "requiresConfirmation": False,
    "cancelNoticeMinutes": 1440,
    "price": None,
    "coverImage": None,
    "images": [],
    "resources": [],
    "options": [],
    "status": "DRAFT",
    "translations": [],
    "version": 1,
}
FULL: dict[str, Any] = {
    "name": " Family portrait ",
    "slug": "family",
    "summary": "Together",
    "description": "Two\r\nlines",
    "durationMinutes": 90,
    "bufferBeforeMinutes": 10,
    "bufferAfterMinutes": 15,
    "slotStepMinutes": 20,
    "minNoticeMinutes": 120,
    "maxDaysAhead": 90,
    "maxPerDay": 4,
    "capacity": 6,
    "requiresConfirmation": True,
    "cancelNoticeMinutes": 2880,
    "status": "PUBLISHED",
    "position": 7,
}
TABLES = (
    "services", "service_options", "service_images", "service_resources", "images", "inquiries", "bookings",
    "audit_events",
)  # fmt: skip


def done(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The service of an answer without refusals."""
    answer = answer_of(server, query, account, **variables)
    assert answer["userErrors"] == []
    return answer["service"]


def answer_of(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The payload."""
    return server.ask(query, headers=account.headers, **variables)["answer"]


async def written(db: Database) -> dict[str, list[Any]]:
    """All that mutations of services write, to be compared with what there was before."""
    return await contents(db, *TABLES)


async def audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to services, the first first."""
    async with db.transaction() as tx:
        rows = await tx.connection.all(_audit_rows)
    return [(row.action, row.changes) for row in rows]


def _audit_rows() -> Executable:
    table = AuditEvents.source.table
    return table.select().where(table.c.action.like("service.%")).order_by(table.c.id)


def a_range(least: int, most: int, *path: str) -> dict[str, Any]:
    """A number out of its bounds."""
    message = f"This has to be from {least} to {most}."
    return an_error("OUT_OF_RANGE", message, *path) | {"__typename": "OutOfRange", "min": f"{least}", "max": f"{most}"}


def an_error(code: str, message: str, *path: str) -> dict[str, Any]:
    """A refusal of something in the input, without a fix of its own."""
    return {"__typename": "InputError", "code": code, "message": message, "path": ["input", *path]}


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What was refused, and where."""
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]


async def furnished(server: Server, db: Database, staff: Account) -> Any:
    """A service with a price, a picture, two resources, two options and a Korean name."""
    images, resources = [an_image(purpose="SERVICE")], [a_resource("A"), a_resource("B")]
    await plant(db, images=images, resources=resources)
    translations = [{"locale": "ko", "field": "name", "value": "인화"}]
    option = {"name": "Print", "price": {"amount": "5000"}, "extraMinutes": 15, "translations": translations}
    lists = {
        "price": {"amount": "150000"},
        "imageIds": [id_of(images[0], "Image")],
        "resourceIds": [id_of(row, "Resource") for row in resources],
        "options": [option, {"name": "Retouching"}],
        "translations": [{"locale": "ko", "name": "가족사진"}],
    }
    return done(server, CREATE, staff, input=FULL | lists)


async def plant(db: Database, **rows: list[dict[str, Any]]) -> None:
    """Write these rows, by the names of their repositories."""
    async with db.transaction() as tx:
        for name, several in rows.items():
            await getattr(tx, name).add(several)


def id_of(row: dict[str, Any], kind: str = "Service") -> str:
    """The id that clients see."""
    return f"{kind}_{row['id']}"
