"""Leaving: what is personal goes, what the studio needs stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.ids import new_id
from db.scope import STAFF
from graph.leaving import PRIVATE
from services.accounts import PASSWORD, a_member, an_account, column, contents
from services.planting import a_booking
from services.rows import a_category, a_design, a_service, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

ERRORS = "userErrors { code message path }"
LEAVE = f"mutation ($password: String!) {{ answer: deleteAccount(password: $password) {{ deletedId {ERRORS} }} }}"
LOG_IN = f"""mutation ($name: String!, $password: String!) {{
  answer: logIn(input: {{username: $name, password: $password}}) {{ viewer {{ id }} {ERRORS} }}
}}"""
REGISTER = f"""mutation ($input: RegisterInput!) {{
  answer: register(input: $input) {{ user {{ status }} {ERRORS} }}
}}"""


async def test_an_account_that_is_deleted_leaves_a_row_without_a_name(server: Server, db: Database) -> None:
    face, shown = an_image(purpose="AVATAR"), an_image(purpose="AVATAR")
    personal = {"email": "mina@example.com", "locale": "ko", "time_zone": "Asia/Seoul", "status_reason": "Was late."}
    member = await a_member(server, db, **personal, pending_email="new@example.com", display_name="김민아")
    category = a_category()
    design, drawn = (a_design(category["id"], title, like_count=3) for title in ("Durumagi", "Jeogori"))
    async with db.transaction() as tx:
        await tx.images.add([one | {"uploaded_by_id": member.id} for one in (face, shown)])
        await tx.users.note(member.id, avatar_id=face["id"])
        await tx.categories.add([category])
        await tx.designs.add([design, drawn | {"created_by_id": member.id, "cover_image_id": shown["id"]}])
    keep = "mutation ($id: ID!) { addFavorite(designId: $id) { design { likeCount } } }"
    for one in (design, drawn):
        server.ask(keep, member.headers, id=f"Design_{one['id']}")
    assert server.ask(LEAVE, member.headers, password=PASSWORD) == {
        "answer": {"deletedId": member.global_id, "userErrors": []}
    }
    user = await db.read().users.whole(member.id)
    assert {name: getattr(user, name) for name in PRIVATE} == dict.fromkeys(PRIVATE)
    assert (user.username, user.display_name, user.status, user.email_folded) == (
        f"deleted-{member.id}", "Deleted user", "DELETED", None,
    )  # fmt: skip
    assert "mina" not in str(user)
    assert "김민아" not in str(user)
    assert await column(db, "favorites", "id") == []
    designs = await db.read(STAFF).designs.by_ids(frozenset({"like_count"}), [design["id"], drawn["id"]])
    assert [row.like_count for row in designs.values()] == [3, 3]
    assert await column(db, "login_sessions", "user_agent") == [None]
    assert [image.id for image in (await contents(db, "images"))["images"]] == [shown["id"]]
    assert [event.payload for event in (await contents(db, "events"))["events"]] == [{"key": face["key"]}]
    refused = server.answer("{ viewer { id } }", member.headers)["errors"]
    assert [one["extensions"] for one in refused] == [{"code": "UNAUTHENTICATED"}]
    gone = server.ask(LOG_IN, name="mina", password=PASSWORD)["answer"]["userErrors"]
    wrong = "The name or the password is wrong."
    assert gone == [{"code": "BAD_CREDENTIALS", "message": wrong, "path": ["input"]}]
    again = {"username": "mina", "password": "a fine password", "email": "mina@example.com"}
    assert server.ask(REGISTER, input=again) == {"answer": {"user": {"status": "PENDING"}, "userErrors": []}}


async def test_bookings_of_who_leaves_are_called_off_and_tell_nobody_who_it_was(server: Server, db: Database) -> None:
    member, service = await a_member(server, db), a_service()
    who: dict[str, Any] = {
        "user_id": member.id,
        "customer_name": "김민아",
        "customer_email": "mina@example.com",
        "note": "mina",
    }
    price: dict[str, Any] = {"price_amount": Decimal(50_000), "price_currency": "KRW"}
    now = datetime.now(UTC)
    async with db.transaction() as tx:
        await tx.services.add([service])
        past, future = [
            await a_booking(tx, service["id"], starts_at=now + day, ends_at=now + day, **who, **price)
            for day in (timedelta(days=-2), timedelta(days=2))
        ]
        token = {"user_id": member.id, "purpose": "password_reset", "email": "mina@example.com", "digest": "x"}
        recorded = {"id": new_id(), "created_at": now, "updated_at": now, "expires_at": now, "used_at": None}
        await tx.mailed_tokens.add([recorded | token])
    assert server.ask(LEAVE, member.headers, password=PASSWORD)["answer"]["userErrors"] == []
    rows = {row.id: row for row in (await contents(db, "bookings"))["bookings"]}
    assert [rows[one["id"]].status for one in (past, future)] == ["CONFIRMED", "CANCELLED"]
    assert {(row.price_amount, row.price_currency, row.erased_at is None) for row in rows.values()} == {
        (Decimal(50_000), "KRW", False)
    }
    assert [word for word in ("mina", "김민아") if word in str(rows)] == []
    assert await column(db, "mailed_tokens", "id") == []
    assert await column(db, "occupancies", "id") == []


async def test_an_account_is_deleted_only_with_its_password(server: Server, db: Database) -> None:
    member = await a_member(server, db)
    before = await contents(db)
    wrong = {"code": "BAD_CREDENTIALS", "message": "This is not your password.", "path": ["password"]}
    refused = {"answer": {"deletedId": None, "userErrors": [wrong]}}
    assert server.ask(LEAVE, member.headers, password=PASSWORD[::-1]) == refused
    assert await contents(db) == before


async def test_the_last_admin_stays(server: Server, db: Database) -> None:
    admin = await a_member(server, db, role="ADMIN")
    await an_account(server, db, role="ADMIN", status="SUSPENDED")
    before = await contents(db)
    last = {"code": "LAST_ADMIN", "message": "This is the last admin: make another one first.", "path": []}
    assert server.ask(LEAVE, admin.headers, password=PASSWORD) == {"answer": {"deletedId": None, "userErrors": [last]}}
    assert await contents(db) == before
