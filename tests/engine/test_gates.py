"""Nothing is read for free: what each request takes from which bucket, and what those are told who have no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import pytest
from graphql import build_schema

from engine.http import Endpoint
from engine.limits import Limits
from engine.rates import Bucket, ProcessRates
from engine.request import Request
from engine.streams import Streams
from services.engine import Anyone, an_engine

CORE = build_schema("type Query { a: Int many: [Thing!]! } type Thing { b: Int }")
POINTS = 1_000
ADDRESS, USER = Bucket("address:192.0.2.1", POINTS), Bucket("user:mina", POINTS)
READING = Bucket("reading:address:192.0.2.1", POINTS)
TOO_OFTEN = "You have asked for 1,000 points within a minute: wait {} s."


class Counting(ProcessRates):
    """Counts at a moment that does not pass, and tells what was taken."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: 0.0)

    async def taken(self, bucket: Bucket) -> int:
        """The points that were taken of a bucket."""
        return bucket.points_a_minute - (await self.charge(bucket, 0)).remaining


def asking() -> Anyone:
    return Anyone(bucket=USER, address_bucket=ADDRESS)


async def taken(rates: Counting) -> dict[str, int]:
    return {bucket.key.partition(":")[0]: await rates.taken(bucket) for bucket in (ADDRESS, USER, READING)}


@pytest.mark.parametrize(
    ("query", "first", "again"),
    [
        ("{ a }", {"user": 1, "reading": 10}, {"user": 1, "reading": 0}),
        (f"{{ a }} #{'x' * 795}", {"user": 1, "reading": 14}, {"user": 1, "reading": 0}),
        ("{ many { b } }", {"user": 10, "reading": 10}, {"user": 10, "reading": 0}),
        ("{ nothing }", {"user": 0, "reading": 20}, {"user": 0, "reading": 10}),
        ("{", {"user": 0, "reading": 20}, {"user": 0, "reading": 10}),
    ],
)
async def test_a_new_document_costs_more_than_one_that_is_known(
    query: str, first: dict[str, int], again: dict[str, int]
) -> None:
    rates = Counting()
    engine = an_engine(CORE, rates=rates)
    await engine.execute(Request(query), asking())
    assert await taken(rates) == {"address": 0, **first}
    await engine.execute(Request(query), asking())
    assert await taken(rates) == {"address": 0, **{name: points + again[name] for name, points in first.items()}}


async def test_who_asks_for_too_much_pays_for_the_reading_alone() -> None:
    rates = Counting()
    answer = await an_engine(CORE, Limits(cost=5), rates).execute(Request("{ many { b } }"), asking())
    assert (answer.refused, await taken(rates)) == ("LIMIT_EXCEEDED", {"address": 0, "user": 0, "reading": 20})


async def test_who_has_too_few_points_left_pays_for_the_reading_too() -> None:
    rates = Counting()
    engine = an_engine(CORE, rates=rates)
    await rates.charge(USER, POINTS - 5)
    context = asking()
    answer = await engine.execute(Request("{ many { b } }"), context)
    message = TOO_OFTEN.format(1)
    assert answer.errors == [{"message": message, "extensions": {"code": "RATE_LIMITED"}}]
    assert [value for name, value in context.headers if name == b"retry-after"] == [b"1"]
    assert await taken(rates) == {"address": 0, "user": POINTS - 5, "reading": 20}


@pytest.mark.parametrize(
    ("method", "sent", "status"),
    [
        ("POST", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", {"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
        ("PUT", {}, 405),
        ("GET", {"params": {"variables": "{"}}, 400),
    ],
)
async def test_what_is_no_request_is_counted_until_there_were_too_many(
    method: str, sent: dict[str, Any], status: int
) -> None:
    rates = Counting()
    endpoint: Any = Endpoint(an_engine(CORE, rates=rates), lambda _scope: asking(), Streams(1))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(endpoint), base_url="http://studio") as client:
        assert (await client.request(method, "/graphql", **sent)).status_code == status
        assert await taken(rates) == {"address": 0, "user": 0, "reading": 10}
        await rates.charge(READING, POINTS - 15)
        last = await client.request(method, "/graphql", **sent)
        error = {"message": TOO_OFTEN.format(1), "extensions": {"code": "RATE_LIMITED"}}
        assert (last.status_code, last.json()) == (429, {"errors": [error]})


async def test_those_who_have_to_wait_are_not_read() -> None:
    rates = Counting()
    await rates.charge(replace(READING), POINTS)
    engine = an_engine(CORE, rates=rates)
    assert (await engine.execute(Request("{ a }"), asking())).refused == "RATE_LIMITED"
    assert await taken(rates) == {"address": 0, "user": 0, "reading": POINTS}
