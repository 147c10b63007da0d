"""/export/items.csv: who gets what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auth.api_keys import new_api_key
from db.ids import new_id
from services.accounts import an_account
from services.item_files import BELOW, CATEGORY, ELSEWHERE, a_file, brought, define_types, export, exported, rows_of
from services.rows import THEN
from services.server import Server
from web.export import NO_CATEGORY, NO_OWNER, NOT_YET, SIGN_IN

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from settings import Settings

COLUMNS = (
    "id,external,name,description,condition,quantity,visibility,acquired_on,price,currency,"
    "brand,serial,shutter,aperture,boxed,made,mount,finish,manual,weight,film,urls"
)
HEADER = ",".join(f'"{column}"' for column in COLUMNS.split(","))


@pytest.fixture(autouse=True)
async def types(db: Database) -> dict[str, str]:
    """The ids of definitions by key."""
    return await define_types(db)


@pytest.fixture
async def people(server: Server, db: Database) -> dict[str, Account]:
    """Two members and staff, each with an item of each visibility, in three categories."""
    roles = {"mina": "MEMBER", "jun": "MEMBER", "staff": "STAFF"}
    found = {name: await an_account(server, db, role, name=name) for name, role in roles.items()}
    for name, account in found.items():
        pairs = zip((CATEGORY, BELOW, ELSEWHERE), ("PRIVATE", "PUBLIC", "MEMBERS"), strict=True)
        for category, visibility in pairs:
            brought(
                server, account, a_file({"name": f"{name} {visibility}", "visibility": visibility}), category=category
            )
    return found


async def test_members_get_what_they_own_of_the_branch(server: Server, people: dict[str, Account]) -> None:
    assert _names(server, people["mina"]) == ["mina PRIVATE", "mina PUBLIC"]
    assert _names(server, people["mina"], "film-cameras") == ["mina PUBLIC"]
    assert _names(server, people["mina"], owner="me") == ["mina PRIVATE", "mina PUBLIC"]
    assert _names(server, people["jun"], f"Category_{ELSEWHERE}") == ["jun MEMBERS"]


async def test_staff_get_everybodys_or_their_own(server: Server, people: dict[str, Account]) -> None:
    everybody = [f"{name} {visibility}" for name in ("jun", "mina", "staff") for visibility in ("PRIVATE", "PUBLIC")]
    assert _names(server, people["staff"]) == everybody
    assert _names(server, people["staff"], owner="me") == ["staff PRIVATE", "staff PUBLIC"]


async def test_the_file_has_the_columns_of_the_branch(server: Server, people: dict[str, Account]) -> None:
    file = exported(server, people["mina"])
    assert file.startswith(f"\ufeff{HEADER}\r\n")
    assert exported(server, people["mina"], "film-cameras").startswith(f"\ufeff{HEADER}\r\n")
    assert exported(server, people["mina"], "elsewhere").startswith('\ufeff"id",')
    response = export(server, people["mina"])
    assert {name: response.headers[name] for name in ("content-disposition", "cache-control", "vary")} == {
        "content-disposition": "attachment; filename*=UTF-8''cameras.csv",
        "cache-control": "no-store",
        "vary": "authorization, cookie",
    }
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_cookie_or_an_api_key_signs_in_too(server: Server, db: Database, people: dict[str, Account]) -> None:
    token = people["mina"].headers["authorization"].removeprefix("Bearer ")
    by_cookie = {"cookie": f"studiograph_access={token}"}
    key = new_api_key()
    async with db.transaction() as tx:
        await tx.api_keys.add([_api_key(people["staff"], key.prefix, key.digest)])
    for headers, number in ((by_cookie, 2), ({"authorization": f"Bearer {key.secret}"}, 2)):  # the key is a member's
        response = server.client.get("/export/items.csv", params={"category": "cameras"}, headers=headers)
        assert (response.status_code, len(rows_of(response.content.decode()))) == (200, number)


@pytest.mark.usefixtures("people")
async def test_nobody_gets_anything_without_signing_in(server: Server) -> None:
    response = export(server, None)
    assert (response.status_code, response.text) == (401, f"{SIGN_IN}\n")
    assert (response.headers["content-type"], response.headers["www-authenticate"]) == (
        "text/plain; charset=utf-8",
        "Bearer",
    )
    wrong = server.client.get("/export/items.csv?category=cameras", headers={"authorization": "Bearer x"})
    assert (wrong.status_code, wrong.text.startswith("These credentials do not hold")) == (401, True)


async def test_a_password_that_must_be_changed_comes_first(server: Server, db: Database) -> None:
    account = await an_account(server, db, name="new", must_change_password=True)
    response = export(server, account)
    assert (response.status_code, response.text) == (403, f"{NOT_YET}\n")


@pytest.mark.parametrize("category", ["", "shoes", f"Category_{'0' * 32}", f"Item_{CATEGORY}", "\0", "a\0b", "x" * 81])
async def test_a_category_that_is_not_there_is_not_found(
    server: Server, people: dict[str, Account], category: str
) -> None:
    response = export(server, people["mina"], category)
    assert (response.status_code, response.text) == (404, NO_CATEGORY)


async def test_only_ones_own_can_be_named_as_owner(server: Server, people: dict[str, Account]) -> None:
    response = export(server, people["staff"], owner="mina")
    assert (response.status_code, response.text) == (400, NO_OWNER)


async def test_a_head_has_the_headers_only(server: Server, people: dict[str, Account]) -> None:
    query = {"category": "cameras"}
    response = server.client.head("/export/items.csv", params=query, headers=people["mina"].headers)
    assert (response.status_code, response.content) == (200, b"")


async def test_who_exports_too_often_has_to_wait(settings: Settings, db: Database) -> None:
    server = Server(settings.model_copy(update={"rate_per_user": 5_000})).start()
    account = await an_account(server, db, name="eager")
    answers = [export(server, account).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert int(export(server, account).headers["retry-after"]) > 0
    server.stop()


async def test_many_items_come_page_by_page(server: Server, people: dict[str, Account]) -> None:
    names = [f"Item {number}" for number in range(1_201)]
    brought(server, people["mina"], a_file(*({"name": name} for name in names)), category=ELSEWHERE)
    rows = rows_of(exported(server, people["mina"], "elsewhere"))
    assert [row["name"] for row in rows] == ["mina MEMBERS", *names]


def _names(server: Server, account: Account, category: str = "cameras", **query: str) -> list[str]:
    return sorted(row["name"] for row in rows_of(exported(server, account, category, **query)))


def _api_key(account: Account, prefix: str, digest: str) -> dict[str, object]:
    row = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "name": "export", "role": "MEMBER"}
    held = {"user_id": account.id, "prefix": prefix, "digest": digest}
    return row | held | dict.fromkeys(("expires_at", "revoked_at", "last_used_at"))
