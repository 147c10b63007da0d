"""Inquiries over HTTP, and what they left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.accounts import contents
from services.rows import a_studio

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

ERRORS = """
userErrors {
  __typename code message path ... on OutOfRange { min max } ... on RateLimited { retryAfterSeconds }
}
"""
INQUIRY = "inquiry { id name email phone message service { id } preferredDate status createdAt version }"
SEND = f"mutation ($input: InquiryInput!) {{ answer: sendInquiry(input: $input) {{ {INQUIRY} {ERRORS} }} }}"
ASKED = {"name": "Mina Kim", "email": "mina@example.com", "message": "How much is a hanbok?"}
WRITTEN = ("inquiries", "events", "audit_events", "idempotency_keys", "users")
"""The tables that an inquiry might reach; `guest_requests` is written even when it is refused."""


async def open_studio(db: Database) -> dict[str, Any]:
    """A studio in Seoul that speaks English, Korean and Hindi."""
    studio = a_studio()
    async with db.transaction() as tx:
        await tx.studios.add([studio])
    return studio


def sent(server: Server, headers: dict[str, str] | None = None, **changed: Any) -> Any:
    """The inquiry of an answer without refusals; `changed` is what is said otherwise than in ASKED."""
    answer = sending(server, headers, **changed)
    assert answer["userErrors"] == []
    return answer["inquiry"]


def sending(server: Server, headers: dict[str, str] | None = None, **changed: Any) -> Any:
    """The payload."""
    return server.ask(SEND, headers=headers, input=ASKED | changed)["answer"]


def refused(answer: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What was refused, and where; then there is no inquiry."""
    assert answer["inquiry"] is None or not answer["userErrors"]
    return [(error["code"], error["path"][1:]) for error in answer["userErrors"]]


async def mailed(db: Database) -> list[tuple[str, str, str]]:
    """Every mail that is wanted: to whom, which letter, and about which inquiry."""
    events = (await contents(db, "events"))["events"]
    return [(row.payload["to"], row.payload["letter"], row.subject_id) for row in events if row.kind == "mail.wanted"]
