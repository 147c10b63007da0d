"""One picture by its id or key, and lists of pictures for staff."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account
from services.rows import THEN, a_category, a_design, a_hanging, a_user, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ONE = "query ($by: ImageBy!) { image(by: $by) { key } }"
LIST = """query ($where: ImageWhere, $first: Int, $after: String) {
  images(where: $where, first: $first, after: $after) { totalCount nodes { key } pageInfo { endCursor hasNextPage } }
}"""
PURPOSES = {"hung": "DESIGN", "hidden": "DESIGN", "cover": "TEMP", "face": "AVATAR", "loose": "MEAL"}


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture(autouse=True)
async def images(db: Database, member: Account) -> dict[str, dict[str, Any]]:
    """A picture on a published design, one on a draft, a cover, a face, and one of a member's that nothing shows."""
    rows = {
        name: an_image(key=f"temp/2026/03/{name}.jpg", purpose=purpose, created_at=THEN + timedelta(hours=hours // 2))
        for hours, (name, purpose) in enumerate(PURPOSES.items())
    }
    rows["loose"] |= {"uploaded_by_id": member.id, "status": "PROCESSING"}
    category = a_category()
    shown = a_design(category["id"])
    hidden = a_design(category["id"], status="DRAFT", published_at=None, cover_image_id=rows["cover"]["id"])
    hangings = [a_hanging(shown["id"], rows["hung"]["id"]), a_hanging(hidden["id"], rows["hidden"]["id"])]
    async with db.transaction() as tx:
        await tx.images.add([*rows.values()])
        await tx.users.add([a_user("Mina", avatar_id=rows["face"]["id"])])
        await tx.categories.add([category])
        await tx.designs.add([shown, hidden])
        await tx.images.hang(hangings)
    return rows


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (None, {"hung", "face"}),
        ("OTHER", {"hung", "face"}),
        ("MEMBER", {"hung", "face", "loose"}),
        ("STAFF", {*PURPOSES}),
    ],
)
async def test_a_picture_is_seen_where_what_shows_it_is_seen(  # noqa: PLR0917  (fixtures)
    role: str | None,
    seen: set[str],
    server: Server,
    db: Database,
    member: Account,
    images: dict[str, dict[str, Any]],
) -> None:
    headers = {
        None: {},
        "OTHER": (await an_account(server, db, name="other")).headers,
        "MEMBER": member.headers,
        "STAFF": (await an_account(server, db, role="STAFF")).headers,
    }[role]
    for name, row in images.items():
        found = {"image": {"key": row["key"]} if name in seen else None}
        assert server.ask(ONE, headers, by={"id": f"Image_{row['id']}"}) == found
        assert server.ask(ONE, headers, by={"key": row["key"]}) == found


@pytest.mark.parametrize("by", [{"id": "Image_1"}, {"id": ""}, {"key": ""}, {"key": "temp/2026/03/none.jpg"}])
async def test_what_is_not_there_is_null(by: dict[str, str], server: Server, db: Database) -> None:
    staff = await an_account(server, db, role="STAFF")
    assert server.ask(ONE, staff.headers, by=by) == {"image": None}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, ["loose", "face", "cover", "hidden", "hung"]),
        ({"orphaned": True}, ["loose"]),
        ({"orphaned": False}, ["face", "cover", "hidden", "hung"]),
        ({"orphaned": None}, ["loose", "face", "cover", "hidden", "hung"]),
        ({"purpose": ["DESIGN", "MEAL"]}, ["loose", "hidden", "hung"]),
        ({"purpose": []}, []),
        ({"status": ["PROCESSING"]}, ["loose"]),
        ({"status": ["READY"], "purpose": ["AVATAR"], "orphaned": False}, ["face"]),
    ],
)
async def test_staff_read_the_list_the_newest_first(
    where: dict[str, Any] | None, found: list[str], server: Server, db: Database
) -> None:
    staff = await an_account(server, db, role="STAFF")
    whole = server.ask(LIST, staff.headers, where=where)["images"]
    assert [node["key"].split("/")[-1] for node in whole["nodes"]] == [f"{name}.jpg" for name in found]
    assert whole["totalCount"] == len(found)
    in_pages, after = [], None
    for _ in range(len(found)):
        page = server.ask(LIST, staff.headers, where=where, first=1, after=after)["images"]
        in_pages += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == (len(in_pages) < len(found))
    assert in_pages == whole["nodes"]


async def test_the_list_is_for_staff(server: Server, member: Account) -> None:
    for headers, code in (({}, "UNAUTHENTICATED"), (member.headers, "FORBIDDEN")):
        answer = server.answer(LIST, headers)
        assert answer["data"] == {"images": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
