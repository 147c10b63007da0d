"""Who sees what: every type with an id, for every owner and every role, by id and on every list.

The tables below are held against the schema: a new type, field or list fails here until it has been decided upon.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLObjectType, is_leaf_type, is_required_argument

from graph.schema import build_schema
from services.accounts import Account, an_account
from services.planting import plant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLField

    from db.database import Database
    from services.server import Server

CORE = build_schema()
ROLES = ("MEMBER", "STAFF", "ADMIN")
VIEWERS = ("ANYONE", *ROLES)
"""Each may what those before may."""
EVERYBODY = {"ANYONE"}
STAFF = {"STAFF"}
ADMINS = {"ADMIN"}
OWNER = {"OWNER"}

SEEN = {
    ("User", "approved"): EVERYBODY,
    ("User", "pending"): STAFF,
    ("User", "suspended"): STAFF,
    ("User", "rejected"): STAFF,
    ("User", "deleted"): STAFF,
    ("Viewer", ""): OWNER,
    ("LoginSession", ""): OWNER,
    ("ApiKey", ""): ADMINS,
    ("Image", "uploaded"): OWNER | STAFF,
    ("Image", "on a published design"): EVERYBODY,
    ("Image", "on a draft"): OWNER | STAFF,
    ("Design", "published"): EVERYBODY,
    ("Design", "draft"): STAFF,
    ("Design", "archived"): STAFF,
    ("Design", "deleted"): STAFF,
    ("Category", ""): EVERYBODY,
    ("Studio", ""): EVERYBODY,
    ("DateOverride", ""): EVERYBODY,
    ("Setting", "public"): EVERYBODY,
    ("Setting", "kept"): ADMINS,
    ("Resource", "active"): EVERYBODY,
    ("Resource", "away"): STAFF,
    ("Service", "published"): EVERYBODY,
    ("Service", "draft"): STAFF,
    ("Service", "archived"): STAFF,
    ("ServiceOption", "of a published service"): EVERYBODY,
    ("ServiceOption", "of a draft"): STAFF,
    ("Booking", "with an account"): OWNER | STAFF,
    ("Booking", "of a guest"): STAFF,
    ("BookingEvent", "with an account"): OWNER | STAFF,
    ("BookingEvent", "of a guest"): STAFF,
    ("Inquiry", ""): STAFF,
    ("Specification", ""): EVERYBODY,
    ("Item", "private"): OWNER | STAFF,
    ("Item", "for members"): {"MEMBER"},
    ("Item", "public"): EVERYBODY,
    ("Item", "deleted"): OWNER | STAFF,
    ("ItemUrl", "of a private item"): OWNER | STAFF,
    ("ItemUrl", "of a public item"): EVERYBODY,
    ("SpecificationValue", "of a private item"): OWNER | STAFF,
    ("SpecificationValue", "of a public item"): EVERYBODY,
    ("Image", "on a private item"): OWNER | STAFF,
    ("Image", "on a public item"): EVERYBODY,
}
"""Who sees a thing in each of its states, whoever of the three roles owns it."""
GUARDED = {
    "User": {"email": OWNER | STAFF, "role": OWNER | STAFF, "status": OWNER | STAFF, "statusReason": OWNER | STAFF},
    "Viewer": {"calendarUrl": STAFF},
    "Resource": {"weeklyHours": STAFF},
    "Specification": {"change": STAFF},
}
"""Fields that are null for others, on things that are seen."""
OPEN = {
    "User": "id username displayName avatar createdAt updatedAt version",
    "Viewer": "id user email emailVerified pendingEmail locale timeZone favorites bookings items sessions "
    "mustChangePassword",
    "LoginSession": "id createdAt lastUsedAt userAgent current",
    "ApiKey": "id name prefix role createdAt expiresAt lastUsedAt revokedAt",
    "Image": "id key url srcset width height contentType byteSize sha256 altText blurhash focalX focalY purpose status "
    "createdAt updatedAt version uploadedBy",
    "Design": "id slug title description category images coverImage imageUrl style colour fabric occasion season "
    "designerName collectionName featured status viewCount likeCount viewerHasFavorited viewerFavoritedAt createdBy "
    "publishedAt deletedAt createdAt updatedAt version",
    "Category": "id slug name description parent ancestors children position version createdAt updatedAt designs "
    "specifications items",
    "Studio": "id name email phone address logo publicSettings timeZone currency locales weeklyHours dateOverrides "
    "version",
    "DateOverride": "id date closed opensAt closesAt note",
    "Setting": "id key value public description updatedAt version",
    "Resource": "id name kind active version createdAt updatedAt",
    "Service": "id slug name summary description durationMinutes bufferBeforeMinutes bufferAfterMinutes "
    "slotStepMinutes minNoticeMinutes maxDaysAhead maxPerDay capacity requiresConfirmation cancelNoticeMinutes "
    "price coverImage images "
    "options resources status position translations version createdAt updatedAt slots",
    "ServiceOption": "id name price extraMinutes translations",
    "Booking": "id code service serviceName status startsAt endsAt timeZone localStart cancellableUntil "
    "viewerCanCancel viewerCanReschedule partySize options price customerName customerEmail customerPhone note "
    "user resources events "
    "createdAt updatedAt version",
    "BookingEvent": "id at from to actor reason",
    "Inquiry": "id name email phone message service preferredDate status createdAt version",
    "Specification": "id key label type unit options required unique filterable min max maxLength position archived "
    "inheritedFrom version",
    "Item": "id name description owner viewerCanEdit category condition quantity visibility acquiredOn price "
    "specifications specification urls photos deletedAt createdAt updatedAt version",
    "ItemUrl": "id url label",
    "SpecificationValue": "id specification display text integer decimal boolean date options url unit fits",
}
"""Fields that are told to whoever sees the thing."""
LISTS = {
    "users": ("User", STAFF),
    "images": ("Image", STAFF),
    "designs": ("Design", EVERYBODY),
    "categories": ("Category", EVERYBODY),
    "services": ("Service", EVERYBODY),
    "bookings": ("Booking", STAFF),
    "inquiries": ("Inquiry", STAFF),
    "items": ("Item", EVERYBODY),
}
"""Root lists, the type that they list, and who may ask for them at all."""
HIDDEN_FROM_LISTS = {("Design", "deleted"), ("Item", "deleted")}
"""What staff see by its id, and in lists only when they ask for it."""


@dataclass(frozen=True)
class World:
    """Things of every owner in every state, and somebody of every role who owns none of them."""

    server: Server
    things: dict[tuple[str, str, str], str]
    owners: dict[str, Account]
    viewers: dict[str, Account | None]

    def asking(self) -> Iterator[tuple[set[str], str | None, dict[str, str]]]:
        """Everybody who asks: as what they count, whose things they own, and how they sign in."""
        for role, account in self.viewers.items():
            yield {role}, None, account.headers if account else {}
        for role, account in self.owners.items():
            yield {role, "OWNER"}, role, account.headers


@pytest.fixture
async def world(server: Server, db: Database) -> World:
    owners = {role: await _an_owner(server, db, role) for role in ROLES}
    viewers = {role: None if role == "ANYONE" else await an_account(server, db, role) for role in VIEWERS}
    things: dict[tuple[str, str, str], str] = {}
    for role, owner in owners.items():
        things |= {(kind, state, role): one for (kind, state), one in (await plant(db, owner, role)).items()}
    return World(server, things, owners, viewers)


def test_every_type_field_and_list_has_been_decided_upon() -> None:
    kinds = {kind.name: kind for kind in CORE.get_possible_types(_interface("Node"))}
    assert {kind for kind, _state in SEEN} == kinds.keys() == OPEN.keys()
    decided = {name: {*OPEN[name].split(), *GUARDED.get(name, {})} for name in kinds}
    assert {name: set(kind.fields) for name, kind in kinds.items()} == decided
    assert {
        name for name, field in _fields("Query") if str(field.type).rstrip("!").endswith("Connection")
    } == LISTS.keys()


async def test_by_its_id_a_thing_is_told_to_those_who_may_see_it(world: World) -> None:
    assert {(kind, state) for kind, state, _role in world.things} == SEEN.keys()
    for asked, owned, headers in world.asking():
        for (kind, state, role), wanted in world.things.items():
            counts = asked if owned == role else asked - OWNER
            told = world.server.ask(_everything(kind), headers, id=wanted)["node"]
            told_in_list = world.server.ask("query ($id: ID!) { nodes(ids: [$id]) { id } }", headers, id=wanted)
            sees = _may(counts, SEEN[kind, state])
            what = f"{kind} {state} of {role}, asked by {asked}"
            assert (told is not None) == sees, what
            assert told_in_list == {"nodes": [{"id": wanted} if sees else None]}, what
            for field, who in GUARDED.get(kind, {}).items() if sees else ():
                assert (told[field] is not None) == _may(counts, who), f"{field} of {what}"


async def test_on_lists_everybody_finds_what_they_may_see_and_nothing_else(world: World) -> None:
    for asked, owned, headers in world.asking():
        for name, (kind, who) in LISTS.items():
            query = f"{{ {name}(first: 100) {{ totalCount nodes {{ id }} edges {{ node {{ id }} }} }} }}"
            answer = world.server.answer(query, headers)
            if not _may(asked, who):
                code = "UNAUTHENTICATED" if asked == EVERYBODY else "FORBIDDEN"
                assert ([error["extensions"]["code"] for error in answer["errors"]], answer["data"]) == (
                    [code],
                    {name: None},
                )
                continue
            listed = answer["data"][name]
            ids = {node["id"] for node in listed["nodes"]}
            mine = {
                wanted
                for (thing, state, role), wanted in world.things.items()
                if thing == kind
                and (thing, state) not in HIDDEN_FROM_LISTS
                and _may(asked if owned == role else asked - OWNER, SEEN[kind, state])
            }
            assert ids & set(world.things.values()) == mine, f"{name}, asked by {asked}"
            assert ids == {edge["node"]["id"] for edge in listed["edges"]}
            assert listed["totalCount"] == len(listed["nodes"])


async def test_nothing_private_is_in_any_answer_to_a_stranger(world: World) -> None:
    """Whatever path leads to a user: the text of what is private to them does not come along."""
    user = "username displayName email role status statusReason avatar { id uploadedBy { email statusReason } }"
    query = f"""
    {{
      designs(first: 30) {{ nodes {{ title createdBy {{ {user} }} coverImage {{ uploadedBy {{ {user} }} }}
        images {{ uploadedBy {{ {user} }} }} }} }}
      categories {{ nodes {{ designs {{ nodes {{ createdBy {{ {user} }} }} }} }} }}
      viewer {{ user {{ email }} favorites {{ nodes {{ createdBy {{ {user} }} }} }} }}
    }}
    """
    for role in ("ANYONE", "MEMBER"):
        account = world.viewers[role]
        text = json.dumps(world.server.ask(query, account.headers if account else {}))
        assert "owner-member" in text, "the paths do lead to them"
        assert "secret" not in text


def _may(asked: set[str], who: set[str]) -> bool:
    """Whether one of those who ask is among `who`, or may more than one of them."""
    ranks = [VIEWERS.index(role) for role in who if role in VIEWERS]
    return bool(asked & who) or any(VIEWERS.index(role) >= min(ranks, default=9) for role in asked & set(VIEWERS))


def _everything(kind: str) -> str:
    """A query for all of a thing's fields that need no argument."""
    asked = (name if is_leaf_type(_named(field)) else _below(name, field) for name, field in _fields(kind))
    return f"query ($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {' '.join(asked)} }} }} }}"


def _below(name: str, field: GraphQLField) -> str:
    return f"{name} {{ __typename }}" if not any(map(is_required_argument, field.args.values())) else ""


def _fields(kind: str) -> list[tuple[str, GraphQLField]]:
    found = CORE.get_type(kind)
    assert isinstance(found, GraphQLObjectType)
    return list(found.fields.items())


def _named(field: GraphQLField) -> Any:
    kind: Any = field.type
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


def _interface(name: str) -> Any:
    return CORE.get_type(name)


async def _an_owner(server: Server, db: Database, role: str) -> Account:
    private: dict[str, Any] = {"email": f"secret-{role}@example.com", "status_reason": f"secret reason of {role}"}
    return await an_account(server, db, role, name=f"owner-{role.lower()}", **private)
