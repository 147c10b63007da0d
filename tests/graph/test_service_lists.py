"""Lists of services: what is found, and in which order, compared with a sort in plain Python."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from db.connection import TALLY, Tally
from db.repositories.images import Wall
from engine.limits import Limits
from engine.request import Request
from graph.schema import build_schema
from services.accounts import an_account
from services.contexts import a_context
from services.engine import an_engine
from services.expected import folded
from services.rows import THEN, a_hanging, a_resource, a_service, an_image, an_option
from services.service_mutations import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from db.database import Database
    from services.server import Server

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $where: ServiceWhere, $orderBy: [ServiceOrder!]) {
  services(first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $orderBy) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
  }
}
"""
NAMES = ("Portrait", "가족사진", "ÄRMEL", "ärmel", "돌잔치", "zebra", "Apple", "사진촬영")
PRICES = (None, Decimal(0), Decimal("0.0001"), Decimal(150_000), Decimal("999999999999.9999"), Decimal("19.99"))
KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "POSITION": lambda row: row["position"],
    "NAME": lambda row: folded(row["name"]),
    "CREATED_AT": lambda row: row["created_at"],
    "PRICE": lambda row: row["price_amount"],
}
ORDERS = [
    [],
    *([(field, direction)] for field in KEYS for direction in ("ASC", "DESC")),
    [("PRICE", "DESC"), ("NAME", "ASC")],
    [("POSITION", "ASC"), ("PRICE", "ASC"), ("CREATED_AT", "DESC")],
    [("PRICE", "ASC"), ("CREATED_AT", "ASC"), ("PRICE", "DESC")],  # the first mention counts
]
EVERYTHING = """{ services(first: 100) { totalCount nodes {
  name price { amount } coverImage { key } images { key } resources { name } translations { name }
  options { name price { amount } translations { value } }
} } }"""
SCHEMA = an_engine(build_schema(), Limits(nodes=100_000, cost=10**9))


@pytest.fixture
async def rows(db: Database) -> list[dict[str, Any]]:
    """Services with ties in every key, and some without a price."""
    chance = Random(2026)  # noqa: S311  (the same rows in every run)
    several = [_any_service(chance) for _ in range(24)]
    async with db.transaction() as tx:
        await tx.services.add(several)
    return several


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_pages_hold_every_service_once_and_in_order(
    order: list[tuple[str, str]], rows: list[dict[str, Any]], server: Server
) -> None:
    expected = [id_of(row) for row in _ordered(rows, order)]
    for size in (1, 5):
        assert _forwards(server, order, size, len(rows)) == expected
        assert _backwards(server, order, size, len(rows)) == expected


async def test_a_cursor_of_another_list_is_refused(rows: list[dict[str, Any]], server: Server) -> None:
    after = server.ask(PAGE, first=3)["services"]["pageInfo"]["endCursor"]
    for other in ({"where": {"search": "a"}}, {"orderBy": [{"field": "PRICE", "direction": "ASC"}]}):
        answer = server.answer(PAGE, after=after, **other)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert len(server.ask(PAGE, first=100, after=after)["services"]["nodes"]) == len(rows) - 3


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"search": "촬영"}, {"촬영 세트"}),
        ({"search": "사진"}, {"촬영 세트", "Family"}),
        ({"search": "가족"}, {"Family"}),
        ({"search": "사"}, {"촬영 세트", "Family"}),
        ({"search": "together FAM"}, {"Family"}),
        ({"search": "together 촬영"}, set()),
        ({"search": "100%"}, {"Sale"}),
        ({"search": "ärm"}, {"ÄRMEL"}),
        ({"search": " "}, {"촬영 세트", "Family", "Sale", "ÄRMEL"}),
        ({"status": ["PUBLISHED"]}, {"촬영 세트", "Family", "Sale", "ÄRMEL"}),
        ({"status": ["DRAFT", "ARCHIVED"]}, set()),
        ({"status": []}, set()),
        ({"or": [{"search": "가족"}, {"search": "sale"}]}, {"Family", "Sale"}),
        ({"or": []}, set()),
        ({"and": [{"search": "사진"}, {"not": {"search": "가족"}}]}, {"촬영 세트"}),
        ({"not": {"status": ["PUBLISHED"]}}, set()),
    ],
)
async def test_finds_what_matches(where: dict[str, Any], found: set[str], server: Server, db: Database) -> None:
    several = [
        a_service("촬영 세트", description="사진 세 장"),
        a_service("Family", summary="Together", translations={"ko": {"name": "가족사진"}}),
        a_service("Sale", description="100% silk"),
        a_service("ÄRMEL"),
        a_service("Hidden 사진 가족", status="DRAFT"),
        a_service("Old", status="ARCHIVED"),
    ]
    names = {id_of(row): row["name"] for row in several}
    async with db.transaction() as tx:
        await tx.services.add(several)
    page = server.ask(PAGE, where=where)["services"]
    assert ({names[node["id"]] for node in page["nodes"]}, page["totalCount"]) == (found, len(found))


async def test_staff_find_drafts_too(server: Server, db: Database) -> None:
    several = {status: a_service(status=status) for status in ("DRAFT", "PUBLISHED", "ARCHIVED")}
    async with db.transaction() as tx:
        await tx.services.add([*several.values()])
    staff, member = await an_account(server, db, role="STAFF"), await an_account(server, db)
    for statuses in (["DRAFT"], ["ARCHIVED", "PUBLISHED"], list(several)):
        expected = {id_of(several[status]) for status in statuses}
        page = server.ask(PAGE, staff.headers, where={"status": statuses})["services"]
        assert ({node["id"] for node in page["nodes"]}, page["totalCount"]) == (expected, len(expected))
        seen = server.ask(PAGE, member.headers, where={"status": statuses})["services"]
        assert [node["id"] for node in seen["nodes"]] == [id_of(several["PUBLISHED"])] * ("PUBLISHED" in statuses)


async def test_the_number_of_statements_does_not_grow_with_the_list(db: Database, tmp_path: Path) -> None:
    counts = {}
    async with db.transaction() as tx:
        await tx.studios.found(THEN, locales=["en", "ko"])
    for size, new in ((1, 1), (10, 9), (100, 90)):
        await _sell(db, new)
        tally = Tally()
        TALLY.set(tally)
        context = a_context(db, tmp_path)
        answer = await SCHEMA.execute(Request(EVERYTHING, {}), context)
        assert answer.errors is None
        nodes = answer.data["services"]["nodes"]
        assert [len(nodes), *(len(nodes[-1][name]) for name in ("images", "options", "resources"))] == [size, 1, 2, 1]
        counts[size] = tally.statements
    assert counts == dict.fromkeys((1, 10, 100), 5)


async def _sell(db: Database, number: int) -> None:
    """So many services, each with a picture, two options and a resource of its own."""
    images, resources = [an_image() for _ in range(number)], [a_resource() for _ in range(number)]
    several = [a_service(cover_image_id=image["id"], position=place) for place, image in enumerate(images)]
    async with db.transaction() as tx:
        await tx.images.add(images)
        await tx.resources.add(resources)
        await tx.services.add(several)
        hangings = [a_hanging(row["id"], row["cover_image_id"], kind="service") for row in several]
        await tx.images.hang(hangings, Wall.SERVICE)
        for row, resource in zip(several, resources, strict=True):
            await tx.services.options.write(row["id"], [an_option(), an_option("Frame")], now=THEN)
            await tx.services.need(row["id"], [resource["id"]], now=THEN)


def _any_service(chance: Random) -> dict[str, Any]:
    price = chance.choice(PRICES)
    return a_service(
        chance.choice(NAMES),
        position=chance.randrange(3),
        created_at=THEN + timedelta(microseconds=chance.randrange(3)),
        price_amount=price,
        price_currency=None if price is None else "CLF",
    )


def _ordered(rows: Sequence[dict[str, Any]], order: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """By these keys, what has none of one last; then by id in the direction of the first one."""
    keys = order or [("POSITION", "ASC"), ("NAME", "ASC")]
    found = sorted(rows, key=lambda row: str(row["id"]), reverse=keys[0][1] == "DESC")
    for field, direction in reversed(keys):
        there = [row for row in found if KEYS[field](row) is not None]
        found = sorted(there, key=KEYS[field], reverse=direction == "DESC") + [row for row in found if row not in there]
    return found


def _forwards(server: Server, order: Sequence[tuple[str, str]], size: int, total: int) -> list[str]:
    found: list[str] = []
    after = None
    while len(found) < total:
        page = _page(server, order, first=size, after=after)
        found += (node["id"] for node in page["nodes"])
        info, after = page["pageInfo"], page["pageInfo"]["endCursor"]
        assert (page["totalCount"], info["hasNextPage"]) == (total, len(found) < total)
    return found


def _backwards(server: Server, order: Sequence[tuple[str, str]], size: int, total: int) -> list[str]:
    found: list[str] = []
    before = None
    while len(found) < total:
        page = _page(server, order, last=size, before=before)
        found = [*(node["id"] for node in page["nodes"]), *found]
        info, before = page["pageInfo"], page["pageInfo"]["startCursor"]
        assert (page["totalCount"], info["hasPreviousPage"]) == (total, len(found) < total)
    return found


def _page(server: Server, order: Sequence[tuple[str, str]], **asked: Any) -> Any:
    order_by = [{"field": field, "direction": direction} for field, direction in order]
    return server.ask(PAGE, orderBy=order_by, **asked)["services"]
