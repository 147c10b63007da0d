"""Constraints: the one that is named becomes a refusal, any other error stays what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.constraints import unique
from rules.refusals import NOT_UNIQUE, Refusal
from services.rows import a_category, a_design, a_user

if TYPE_CHECKING:
    from db.database import Database


async def test_the_constraint_that_is_named_becomes_its_refusal(db: Database) -> None:
    taken = Refusal(NOT_UNIQUE, "Taken.", "input", "slug")
    await _add(db, a_category(slug="taken"))
    with pytest.raises(Refusal) as refused:
        await _add(
            db, a_category(slug="taken"), uq_designs_slug=Refusal(NOT_UNIQUE, "Other."), uq_categories_slug=taken
        )
    assert refused.value is taken
    assert await db.read().categories.count() == 1


async def test_a_unique_index_is_a_constraint_too(db: Database) -> None:
    taken = Refusal(NOT_UNIQUE, "Taken.", "input", "email")
    with pytest.raises(Refusal) as refused:
        await _add_users(db, taken)
    assert refused.value is taken


async def test_a_constraint_of_several_columns(db: Database) -> None:
    category, user = a_category(), a_user()
    design = a_design(category["id"])
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.users.add([user])
        await tx.designs.add([design])
    row = {name: design[name] for name in ("created_at", "updated_at")}
    row |= {"user_id": user["id"], "design_id": design["id"]}
    taken = Refusal(NOT_UNIQUE, "Taken.")
    with pytest.raises(Refusal) as refused:
        await _add_favorites(db, [row | {"id": "1" * 32}, row | {"id": "2" * 32}], taken)
    assert refused.value is taken


async def test_another_constraint_stays_what_it_is(db: Database) -> None:
    await _add(db, a_category(slug="taken"))
    with pytest.raises(Exception, match=r"(?i)unique") as error:
        await _add(db, a_category(slug="taken"), uq_designs_slug=Refusal(NOT_UNIQUE, "Other."))
    assert not isinstance(error.value, Refusal)


async def test_an_error_of_another_kind_stays_what_it_is(db: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key") as error:
        await _add(db, a_category(parent_id="0" * 32), uq_categories_slug=Refusal(NOT_UNIQUE, "Taken."))
    assert not isinstance(error.value, Refusal)


async def _add(db: Database, row: dict[str, Any], **refusals: Refusal) -> None:
    async with db.transaction() as tx, unique(**refusals):
        await tx.categories.add([row])


async def _add_users(db: Database, taken: Refusal) -> None:
    users = [a_user(name, email="mina@example.org") for name in ("Mina", "Juno")]
    async with db.transaction() as tx, unique(uq_users_email_folded=taken):
        await tx.users.add(users)


async def _add_favorites(db: Database, rows: list[dict[str, Any]], taken: Refusal) -> None:
    async with db.transaction() as tx, unique(uq_favorites_user_id_design_id=taken):
        await tx.favorites.add(rows)
