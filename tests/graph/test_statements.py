"""No list costs more statements the longer it is: every field that gives many objects is asked for 1, 10 and 100."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, get_nullable_type, is_list_type

from db.connection import TALLY, Tally
from engine.limits import Limits
from engine.request import Request
from graph.schema import build_schema
from rules.access import Viewer
from services.contexts import a_context
from services.engine import an_engine
from services.planting import plant_bookable
from services.planting_collections import plant_collected
from services.rows import THEN, a_category, a_design, a_hanging, a_user, an_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.database import Database
    from services.server import Server

CORE = build_schema()
SCHEMA = an_engine(CORE, Limits(nodes=100_000, cost=10**9))
SIZES = (1, 10, 100)
ADMIN = Viewer("e" * 32, "ADMIN")
TODAY = datetime.now(UTC).date() + timedelta(days=1)

USER = "displayName avatar { key uploadedBy { username } }"
IMAGE = f"key url uploadedBy {{ {USER} }}"
CATEGORY = "slug parent { slug parent { slug } } ancestors { slug } children { slug children { slug } }"
DESIGN = (
    f"title imageUrl coverImage {{ {IMAGE} }} images {{ {IMAGE} }} createdBy {{ {USER} }} category {{ {CATEGORY} }}"
    " viewerHasFavorited viewerFavoritedAt"
)
DESIGNS = f"nodes {{ {DESIGN} }} edges {{ cursor node {{ {DESIGN} }} }} pageInfo {{ endCursor }} totalCount"
FIRST = f"designs(first: 3, where: {{includeDescendants: true}}) {{ {DESIGNS} }}"
LAST = f"last: designs(last: 2, orderBy: [{{field: LIKE_COUNT, direction: ASC}}]) {{ {DESIGNS} }}"
BRANCHES = 'categories(first: 100, where: {parent: {slug: "root"}})'
SLOTS = f'slots(from: "{TODAY}", to: "{TODAY}") {{ startsAt }}'
SERVICE = (
    f'name(locale: "ko") price {{ amount }} coverImage {{ {IMAGE} }} images {{ {IMAGE} }} resources {{ name }} {SLOTS}'
    " options { name price { amount } translations { value } } translations { name }"
)
BOOKING = (
    f"code status viewerCanCancel options {{ name option {{ name }} }} resources {{ name }} user {{ {USER} }}"
    f" events {{ to actor {{ {USER} }} }} service {{ {SERVICE} }}"
)
ITEM = (
    f"name viewerCanEdit owner {{ {USER} }} category {{ slug }} price {{ amount }} urls {{ url }} photos {{ {IMAGE} }}"
    " specifications { display options { key } specification { label change { done } } }"
    ' specification(key: "serial-0") { text }'
)
ITEMS = f"nodes {{ {ITEM} }} pageInfo {{ endCursor }} totalCount"
ONE_BY_ONE = ("Connection", "Payload", "Ticket")
"""Types whose lists hold what was read already."""
OF_THE_ROW = {
    "Booking.options", "Facet.values", "Resource.weeklyHours", "Service.translations", "ServiceOption.translations",
    "SlotTaken.alternatives", "Specification.options", "SpecificationValue.options", "Studio.weeklyHours",
}  # fmt: skip
"""Lists that are columns of a row, or come with a refusal."""
BESIDES = {"Query.settings": 3, "Studio.publicSettings": 2}
"""How many entries a list has that no test has planted: defaults."""
CASES = {
    "Query.nodes": f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on Design {{ {DESIGN} }} }} }}",
    "Query.apiKeys": "{ apiKeys { name } }",
    "Query.users": f"{{ users(first: 100, where: {{role: [MEMBER]}}) {{ totalCount nodes {{ {USER} email }} }} }}",
    "Query.categories": f"{{ {BRANCHES} {{ totalCount nodes {{ {CATEGORY} {FIRST} }} }} }}",
    "Query.designs": f"{{ designs(first: 100) {{ {DESIGNS} }} }}",
    "Query.images": f"{{ images(first: 100, where: {{orphaned: false}}) {{ totalCount nodes {{ {IMAGE} }} }} }}",
    "Category.ancestors": f"{{ {BRANCHES} {{ nodes {{ ancestors {{ slug {FIRST} }} }} }} }}",
    "Category.children": f'{{ category(by: {{slug: "root"}}) {{ children {{ {CATEGORY} {FIRST} }} }} }}',
    "Category.designs": f"{{ {BRANCHES} {{ nodes {{ {FIRST} {LAST} }} }} }}",
    "Viewer.favorites": f"{{ viewer {{ favorites(first: 100) {{ {DESIGNS} }} }} }}",
    "Viewer.sessions": "{ viewer { locale timeZone user { username } sessions { userAgent current } } }",
    "Viewer.bookings": f"{{ viewer {{ bookings(first: 100) {{ totalCount nodes {{ {BOOKING} }} }} }} }}",
    "Query.services": f"{{ services(first: 100) {{ totalCount nodes {{ {SERVICE} }} }} }}",
    "Service.images": f"{{ services(first: 100) {{ nodes {{ images {{ {IMAGE} }} }} }} }}",
    "Service.options": "{ services(first: 100) { nodes { options { name } } } }",
    "Service.resources": "{ services(first: 100) { nodes { resources { name } } } }",
    "Service.slots": f"{{ services(first: 100) {{ nodes {{ {SLOTS} }} }} }}",
    "Query.resources": "{ resources { name kind weeklyHours { opensAt } } }",
    "Query.bookings": f"{{ bookings(first: 100) {{ totalCount nodes {{ {BOOKING} }} }} }}",
    "Booking.events": f"{{ bookings(first: 100) {{ nodes {{ events {{ actor {{ {USER} }} }} }} }} }}",
    "Booking.resources": "{ bookings(first: 100) { nodes { resources { name } } } }",
    "Query.inquiries": f"{{ inquiries(first: 100) {{ totalCount nodes {{ message service {{ {SERVICE} }} }} }} }}",
    "Query.settings": "{ settings { key value } }",
    "Studio.publicSettings": "{ studio { publicSettings { key } } }",
    "Studio.dateOverrides": '{ studio { dateOverrides(from: "2027-01-01", to: "2027-12-31") { date } } }',
    "Query.items": f"{{ items(first: 100) {{ {ITEMS} }} }}",
    "Item.photos": f"{{ items(first: 100) {{ nodes {{ photos {{ {IMAGE} }} }} }} }}",
    "Item.urls": "{ items(first: 100) { nodes { urls { url } } } }",
    "Item.specifications": "{ items(first: 100) { nodes { specifications { display specification { key } } } } }",
    "Viewer.items": f"{{ viewer {{ items(first: 100) {{ {ITEMS} }} }} }}",
    "Category.items": f'{{ category(by: {{slug: "root"}}) {{ items(first: 100) {{ {ITEMS} }} }} }}',
    "Category.specifications": '{ category(by: {slug: "root"}) { specifications { key inheritedFrom { slug } } } }',
    "Design.images": f"{{ designs(first: 100) {{ nodes {{ images {{ {IMAGE} }} category {{ {FIRST} }} }} }} }}",
}

COLLECTED = {name for name, query in CASES.items() if "items" in query or "specifications" in query}


def test_every_field_that_gives_many_objects_has_a_case() -> None:
    assert set(_fields_that_give_many()) == CASES.keys() | OF_THE_ROW


@pytest.mark.parametrize("name", CASES)
async def test_the_number_of_statements_does_not_grow(name: str, db: Database, tmp_path: Path) -> None:
    counts, planted = {}, 0
    await _plant_root(db)
    for size in SIZES:
        await _plant(db, range(planted, size))
        if name in COLLECTED:
            await _plant_collected(db, range(planted, size))
        planted = size
        tally = Tally()
        TALLY.set(tally)
        data = await _ask(db, CASES[name], tmp_path, ids=[f"Design_{number:032x}" for number in range(size)])
        assert _longest(data) == size + BESIDES.get(name, 0), "it reads as much as it says"
        counts[size] = tally.statements
    assert counts == dict.fromkeys(SIZES, counts[1])


@pytest.mark.parametrize("cursor", ["after", "before"])
def test_a_cursor_below_a_list_is_refused(cursor: str, gallery: Server) -> None:
    query = f'{{ categories {{ nodes {{ designs({cursor}: "MTIz") {{ totalCount }} }} }} }}'
    message = "`after` and `before` work only where the list is asked for on a single object."
    answer = gallery.answer(query)
    first = {
        "message": message,
        "locations": [{"line": 1, "column": query.index("designs") + 1}],
        "path": ["categories", "nodes", 0, "designs"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    assert answer["data"] is None
    assert answer["errors"][0] == first
    assert {error["message"] for error in answer["errors"]} == {message}


async def _plant_root(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN)
        await tx.users.add([a_user("Admin", id=ADMIN.id, role="ADMIN", created_at=THEN - timedelta(days=1))])
        await tx.categories.add([a_category("Root", slug="root", id="f" * 32)])


async def _plant(db: Database, numbers: range) -> None:
    """For each number a branch with one below it, and in it a design with a picture, both by somebody with a face."""
    images = [an_image() for _ in numbers]
    users = [a_user(f"User {number}", avatar_id=images[place]["id"]) for place, number in enumerate(numbers)]
    branches = [a_category(f"Branch {number}", parent_id="f" * 32) for number in numbers]
    places = zip(numbers, branches, images, users, strict=True)
    designs = [
        a_design(
            branch["id"], id=f"{number:032x}", cover_image_id=image["id"], created_by_id=user["id"], like_count=number
        )
        for number, branch, image, user in places
    ]
    async with db.transaction() as tx:
        await tx.images.add(images)
        await tx.users.add(users)
        await tx.categories.add(branches)
        await tx.categories.add([a_category("Twig", parent_id=branch["id"]) for branch in branches])
        await tx.designs.add(designs)
        await tx.api_keys.add([_an_api_key(number) for number in numbers])
        for _ in numbers:
            await tx.login_sessions.begin(ADMIN.id, None, now=THEN, expires_at=datetime.max.replace(tzinfo=UTC))
        for design in designs:
            await tx.favorites.keep(ADMIN.id, design["id"], now=THEN)
        pairs = zip(designs, images, strict=True)
        await tx.images.hang([a_hanging(design["id"], image["id"]) for design, image in pairs])
        for number, image in zip(numbers, images, strict=True):
            await plant_bookable(tx, number, image["id"], ADMIN.id)


async def _plant_collected(db: Database, numbers: range) -> None:
    async with db.transaction() as tx:
        for number in numbers:
            await tx.images.add([image := an_image()])
            await plant_collected(tx, number, image["id"], ADMIN.id, "f" * 32)


def _an_api_key(number: int) -> dict[str, Any]:
    row = {"id": f"{number:032x}", "created_at": THEN, "updated_at": THEN, "user_id": ADMIN.id, "name": "A key"}
    return row | {"prefix": "sg_", "digest": f"{number}", "role": "STAFF"}


async def _ask(db: Database, query: str, folder: Path, **variables: Any) -> Any:
    answer = await SCHEMA.execute(Request(query, variables), a_context(db, folder, ADMIN))
    assert answer.errors is None
    return answer.data


def _longest(data: Any) -> int:
    if isinstance(data, dict):
        return max(map(_longest, data.values()), default=0)
    return max([len(data), *map(_longest, data)]) if isinstance(data, list) else 0


def _fields_that_give_many() -> Iterator[str]:
    """Connections, and lists of objects outside of them."""
    for kind in (kind for kind in CORE.type_map.values() if not kind.name.startswith("__")):
        if not isinstance(kind, GraphQLObjectType) or kind.name.endswith(ONE_BY_ONE):
            continue
        for name, field in kind.fields.items():
            below = get_named_type(field.type)
            objects = isinstance(below, GraphQLObjectType | GraphQLInterfaceType)
            if below.name.endswith("Connection") or (objects and is_list_type(get_nullable_type(field.type))):
                yield f"{kind.name}.{name}"
