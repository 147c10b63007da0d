"""Following what is published: each design once, when everybody begins to see it, as who follows sees it then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engine.strawberry_types import core_schema
from graph.declaring import object_type
from graph.publishing import PUBLISHED, design_published
from graph.scalars import SCALARS
from graph.schema import Query, build_schema
from graph.subscriptions import subscription
from rules.access import Permission, Viewer
from services.accounts import an_account
from services.design_mutations import CREATE, DELETE, RESTORE, UPDATE, answer_of, done
from services.engine import an_engine
from services.following import a_reader
from services.rows import a_category

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from services.following import Reader
    from services.server import Server

ENGINE = an_engine(build_schema())
FOLLOW = """
subscription ($category: ID) {
  designPublished(categoryId: $category) { id title status category { name } createdBy { email } viewerHasFavorited }
}
"""
NO_CATEGORY = "There is no such category: leave categoryId out, or give the id of one that is there."


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF", email="staff@example.com")


@pytest.fixture
async def reader(db: Database, tmp_path: Path) -> AsyncIterator[Reader]:
    async with a_reader(db, tmp_path) as reader:
        yield reader


@pytest.fixture
async def tree(db: Database) -> dict[str, str]:
    """The global ids of some categories."""
    rows = {"Hanbok": a_category("Hanbok"), "Gowns": a_category("Gowns")}
    rows["Coats"] = a_category("Coats", parent_id=rows["Hanbok"]["id"])
    rows["Winter"] = a_category("Winter", parent_id=rows["Coats"]["id"])
    async with db.transaction() as tx:
        await tx.categories.add(list(rows.values()))
    return {name: f"Category_{row['id']}" for name, row in rows.items()}


async def test_tells_of_a_design_each_time_that_it_becomes_public(
    server: Server, db: Database, staff: Account, tree: dict[str, str], reader: Reader
) -> None:
    def change(**given: Any) -> None:
        done(server, UPDATE, staff, id=design, input=given)

    _publish(server, staff, tree["Hanbok"], "Before")
    async with reader.following(ENGINE, FOLLOW) as told:
        design = done(server, CREATE, staff, input={"title": "Draft", "categoryId": tree["Hanbok"]})["id"]
        change(title="Coat")
        change(status="PUBLISHED")
        assert await told.answer() == _told(design, "Coat", "Hanbok")
        change(title="Dress", status="PUBLISHED")
        change(status="ARCHIVED")
        answer_of(server, DELETE, staff, id=design)
        done(server, RESTORE, staff, id=design)
        change(categoryId=tree["Gowns"])
        change(title="Gown", status="PUBLISHED")
        assert await told.answer() == _told(design, "Gown", "Gowns")
        answer_of(server, DELETE, staff, id=design)
        done(server, RESTORE, staff, id=design)
        assert await told.answer() == _told(design, "Gown", "Gowns")
        new = _publish(server, staff, tree["Winter"], "New")
        assert await told.answer() == _told(new, "New", "Winter")
    assert await db.read().events.count() == 5


async def test_tells_only_of_a_category_and_of_those_below_it(
    server: Server, staff: Account, tree: dict[str, str], reader: Reader
) -> None:
    async with reader.following(ENGINE, FOLLOW, category=tree["Coats"]) as told:
        for name in ("Hanbok", "Gowns", "Coats"):
            design = _publish(server, staff, tree[name], name)
        assert await told.answer() == _told(design, "Coats", "Coats")
        draft = done(server, CREATE, staff, input={"title": "Warm", "categoryId": tree["Gowns"]})["id"]
        done(server, UPDATE, staff, id=draft, input={"categoryId": tree["Winter"], "status": "PUBLISHED"})
        assert await told.answer() == _told(draft, "Warm", "Winter")


@pytest.mark.parametrize("wanted", ["", "x", "Category_" + "0" * 32, "Design_" + "0" * 32])
async def test_a_category_that_is_not_there_cannot_be_followed(wanted: str, reader: Reader) -> None:
    async with reader.following(ENGINE, FOLLOW, category=wanted) as told:
        answer = await told.answer()
    (error,) = answer.pop("errors")
    assert answer == {}
    assert (error["message"], error["extensions"]) == (NO_CATEGORY, {"code": "BAD_USER_INPUT"})
    assert not reader.tail.begun.is_set()


async def test_what_was_taken_back_meanwhile_is_told_to_those_only_who_still_see_it(
    server: Server, staff: Account, tree: dict[str, str], reader: Reader
) -> None:
    for viewer in (None, Viewer(staff.id, "MEMBER"), Viewer(staff.id, "STAFF")):
        reader.viewer = viewer
        async with reader.following(ENGINE, FOLLOW) as told:
            archived = _publish(server, staff, tree["Hanbok"], "Archived")
            done(server, UPDATE, staff, id=archived, input={"status": "ARCHIVED"})
            last = _publish(server, staff, tree["Hanbok"], "Last")
            email = "staff@example.com" if viewer else None
            if viewer and viewer.role == "STAFF":
                assert await told.answer() == _told(archived, "Archived", "Hanbok", email, "ARCHIVED")
            assert await told.answer() == _told(last, "Last", "Hanbok", email)


async def test_each_event_is_told_as_who_follows_sees_it_by_then(
    server: Server, staff: Account, tree: dict[str, str], reader: Reader
) -> None:
    async with reader.following(ENGINE, FOLLOW) as told:
        for viewer, email in ((None, None), (Viewer(staff.id, "STAFF"), "staff@example.com"), (None, None)):
            reader.viewer = viewer
            design = _publish(server, staff, tree["Hanbok"], "Coat")
            assert await told.answer() == _told(design, "Coat", "Hanbok", email)


async def test_who_may_follow_is_asked_at_the_beginning_and_at_each_event(
    server: Server, staff: Account, tree: dict[str, str], reader: Reader
) -> None:
    engine, query = _for_staff(), "subscription { designPublished { title } }"
    async with reader.following(engine, query) as told:
        assert _codes(await told.answer()) == ["UNAUTHENTICATED"]
    reader.viewer = Viewer(staff.id, "STAFF")
    async with reader.following(engine, query) as told:
        _publish(server, staff, tree["Hanbok"], "Coat")
        assert await told.answer() == {"data": {"designPublished": {"title": "Coat"}}}
        reader.viewer = Viewer(staff.id, "MEMBER")
        _publish(server, staff, tree["Hanbok"], "Gown")
        answer = await told.answer()
        assert (_codes(answer), answer["data"]) == (["FORBIDDEN"], None)


async def test_who_falls_too_far_behind_is_told_to_subscribe_again(
    db: Database, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.tail.MOST_WAITING", 2)
    async with reader.following(ENGINE, FOLLOW) as told:
        async with db.transaction() as tx:
            for _ in range(3):
                await tx.events.announce(PUBLISHED, None, now=reader.context().now)
        (error,) = (await told.answer())["errors"]
    message = "Too many events wait for you to read them: subscribe again."
    assert (error["message"], error["extensions"]) == (message, {"code": "LIMIT_EXCEEDED"})


def _publish(server: Server, staff: Account, category: str, title: str) -> str:
    given = {"title": title, "categoryId": category, "status": "PUBLISHED"}
    return str(done(server, CREATE, staff, input=given)["id"])


def _told(
    design: str, title: str, category: str, email: str | None = None, status: str = "PUBLISHED"
) -> dict[str, Any]:
    told = {"id": design, "title": title, "status": status, "category": {"name": category}}
    return {"data": {"designPublished": told | {"createdBy": {"email": email}, "viewerHasFavorited": False}}}


def _codes(answer: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


def _for_staff() -> Any:
    """The engine over a schema in which only staff may follow."""

    @object_type(Permission.ANYONE)
    class Subscription:
        design_published = subscription(Permission.STAFF)(design_published.base_resolver.wrapped_func)

    return an_engine(core_schema(Query, None, Subscription, scalars=SCALARS))
