"""The clients that people use, in their newest versions and as they come."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import PASSWORD, Account, a_member, an_account
from services.design_mutations import CREATE, done
from services.node import told_by
from services.pictures import chequered, encoded
from services.rows import a_category, a_studio

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.database import Database
    from services.server import Server

RESPONSE_JSON, EVENTS = "application/graphql-response+json", "text/event-stream"
MINA = {"user": {"username": "mina"}}
WHO = {"studio": {"name": "Haneul Studio"}, "viewer": MINA}
LOGGED_IN = {"logIn": {"viewer": MINA, "userErrors": []}}
MISTAKE = ["GRAPHQL_VALIDATION_FAILED"]


@dataclass
class Studio:
    """A server with a studio, a member and somebody of the staff, who publishes."""

    server: Server
    member: Account
    staff: Account
    category: str
    titles: list[str] = field(default_factory=list)

    def told_by(self, program: str, meanwhile: Callable[[], object] | None = None, **given: Any) -> Any:
        """What a client tells that is signed in as the member."""
        token = self.member.headers["authorization"].removeprefix("Bearer ")
        who = {"url": f"{self.server.url}/graphql", "token": token, "username": "mina", "password": PASSWORD}
        return told_by(program, meanwhile, **who, **given)

    def publish(self) -> None:
        """Publish one more design."""
        design = {"title": f"Durumagi {len(self.titles)}", "categoryId": self.category, "status": "PUBLISHED"}
        self.titles.append(done(self.server, CREATE, self.staff, input=design)["title"])

    def published(self, told: Any) -> Any:
        """The event that a client has to tell: one of the designs that were published."""
        title = told["subscription"]["designPublished"]["title"]
        assert title in self.titles
        return {"designPublished": {"title": title, "status": "PUBLISHED"}}


@pytest.fixture
async def studio(server: Server, db: Database) -> Studio:
    category = a_category()
    async with db.transaction() as tx:
        await tx.studios.add([a_studio()])
        await tx.categories.add([category])
    member, staff = await a_member(server, db), await an_account(server, db, role="STAFF")
    return Studio(server, member, staff, f"Category_{category['id']}")


def test_graphql_ws(studio: Studio) -> None:
    told = studio.told_by("graphql-ws", studio.publish)
    assert told == {"query": WHO, "mutation": LOGGED_IN, "mistake": MISTAKE, "subscription": studio.published(told)}


def test_graphql_sse(studio: Studio) -> None:
    told = studio.told_by("graphql-sse", studio.publish)
    assert told == {"query": WHO, "mutation": LOGGED_IN, "mistake": MISTAKE, "subscription": studio.published(told)}


def test_apollo_client(studio: Studio) -> None:
    told = studio.told_by("apollo", studio.publish)
    assert without_types(told) == {
        "query": WHO, "mutation": LOGGED_IN, "mistake": MISTAKE, "subscription": studio.published(told),
    }  # fmt: skip


def test_urql_with_subscriptions_over_its_fetch(studio: Studio) -> None:
    told = studio.told_by("urql", studio.publish)
    assert without_types(told) == {
        "query": WHO, "mutation": LOGGED_IN, "mistake": MISTAKE, "subscription": studio.published(told),
        "seen": [
            {"method": "GET", "document": True, "type": RESPONSE_JSON},
            {"method": "POST", "document": True, "type": RESPONSE_JSON},
            {"method": "GET", "document": True, "type": RESPONSE_JSON},
            {"method": "POST", "document": True, "type": EVENTS},
        ],
    }  # fmt: skip


def test_apollo_client_sends_a_document_once_and_then_its_hash(studio: Studio) -> None:
    told = studio.told_by("apollo-persisted")
    assert without_types(told) == {
        "first": {
            "query": WHO,
            "seen": [
                {"method": "GET", "document": False, "type": RESPONSE_JSON},
                {"method": "POST", "document": True, "type": RESPONSE_JSON},
            ],
        },
        "second": {"query": WHO, "seen": [{"method": "GET", "document": False, "type": RESPONSE_JSON}]},
    }


def test_apollo_upload_client(studio: Studio) -> None:
    told = studio.told_by("apollo-upload", picture=b64encode(encoded(chequered(), "PNG")).decode())
    image = {"width": 64, "height": 48, "contentType": "image/png"}
    assert without_types(told) == {"uploadImage": {"image": image, "userErrors": []}}


def without_types(told: Any) -> Any:
    """What is told without the `__typename` that a client asks for of itself."""
    if isinstance(told, list):
        return [without_types(each) for each in told]
    if isinstance(told, dict):
        return {name: without_types(value) for name, value in told.items() if name != "__typename"}
    return told
