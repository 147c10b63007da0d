"""Making, changing, moving and deleting categories."""

from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.constraints import unique
from db.database import Transaction
from db.ids import new_id
from graph.categories import Category
from graph.context import Context, Info
from graph.declaring import argument, attribute, input_field, input_type, object_type
from graph.inputs import entered, expected_version, filled
from graph.mutations import DeletedPayload, Payload, mutation, reference, result
from graph.node import global_id
from rules.access import Permission
from rules.categories import BLANK, CHECKS, behind, require_place, require_unused, told
from rules.changes import differences
from rules.checking import checked
from rules.global_ids import row_id
from rules.refusals import NOT_UNIQUE, Refusal, not_found, refuse, require_version
from rules.slugs import slugged

CategoryId = Annotated[strawberry.ID, argument("Which category.")]


@input_type()
class CategoryInput:
    """A category to be made."""

    name: str = attribute("The name that visitors read: 1 to 200 characters.")
    slug: str | None = input_field("The name in URLs; made of the name when left out.")
    description: str | None = input_field("What is found in this branch: at most 10,000 characters.")
    parent_id: strawberry.ID | None = input_field("The branch above; null or left out: none.")
    position: int | None = input_field("Its place among its siblings, from 0 on; behind them when left out.")


@input_type()
class UpdateCategoryInput:
    """What is to change; what is left out stays as it is, null clears."""

    name: str | None = input_field("The name that visitors read: 1 to 200 characters.")
    slug: str | None = input_field("The name in URLs.")
    description: str | None = input_field("What is found in this branch: at most 10,000 characters.")
    parent_id: strawberry.ID | None = input_field("The branch above, to which it moves with all below it; null: none.")
    position: int | None = input_field("Its place among its siblings, from 0 on.")
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class CategoryPayload(Payload):
    """The category, as it is now."""

    category: Category | None = result("The category; null where it was refused.")


@mutation(Permission.STAFF)
async def create_category(
    info: Info,
    input: Annotated[CategoryInput, argument("The category.")],  # noqa: A002  (the contract's name)
) -> CategoryPayload:
    """Make a category, at most eight levels deep in the tree."""
    context, category_id = info.context, new_id()

    async def create(tx: Transaction) -> None:
        await tx.categories.lock_tree()
        values = BLANK | await _accepted(tx, filled(input))
        require_place(await _way_to(tx, values["parent_id"]), 1)
        if "slug" not in values:
            values["slug"] = await tx.categories.slugs.free(slugged(values["name"]) or "category")
        if "position" not in values:
            values["position"] = behind(await tx.categories.last_position(values["parent_id"]))
        row = {**values, "id": category_id, "created_at": context.now, "updated_at": context.now, "version": 1}
        async with unique(uq_categories_slug=_slug_taken()):
            await tx.categories.add([row])
        await _audit(tx, context, "category.created", category_id, differences({}, told(values)))

    await context.attempt(create)
    return CategoryPayload(category=reference("Category", category_id))


@mutation(Permission.STAFF)
async def update_category(
    info: Info,
    id: CategoryId,  # noqa: A002  (the contract's name)
    input: Annotated[UpdateCategoryInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> CategoryPayload:
    """Change a category, or move it with all below it: what is left out stays as it is.

    Items that move along keep every value: under the specifications of the new place where these have the same key
    and type, and as they were entered where none has.
    """
    context = info.context

    async def update(tx: Transaction) -> str:
        category = await _locked(tx, id)
        require_version(expected_version(input), category.version)
        before = category._asdict()
        values = await _accepted(tx, entered(input), before)
        changed = {name: value for name, value in values.items() if value != before[name]}
        if "parent_id" in changed:
            way = await _way_to(tx, changed["parent_id"])
            require_place(way, await tx.categories.levels(category.id), category.id)
        if changed:
            async with unique(uq_categories_slug=_slug_taken()):
                await tx.categories.edit(category, now=context.now, **changed)
            if moves := "parent_id" in changed:
                await tx.editions.follow(category.id, now=context.now)
            action = "category.moved" if moves else "category.updated"
            await _audit(tx, context, action, category.id, differences(told(before), told(changed)))
        return str(category.id)

    return CategoryPayload(category=reference("Category", await context.attempt(update)))


@mutation(Permission.STAFF)
async def delete_category(info: Info, id: CategoryId) -> DeletedPayload:  # noqa: A002  (the contract's name)
    """Take away a category in which nothing is: no other category, and no design or item, not even a deleted one.

    Its specifications go with it, unless some item, wherever it is now, still has a value of one.
    """
    context = info.context

    async def delete(tx: Transaction) -> str:
        category = await _locked(tx, id)
        require_unused(await tx.categories.uses(category.id))
        await tx.categories.remove(category.id)
        await _audit(tx, context, "category.deleted", category.id, [])
        return str(category.id)

    return DeletedPayload(deleted_id=global_id("Category", await context.attempt(delete)))


async def _locked(tx: Transaction, given: str) -> Row:
    """The whole row; the tree is locked first, always: two that change it must not wait for each other."""
    await tx.categories.lock_tree()
    category = await tx.categories.locked(row_id("Category", given))
    if category is None:
        raise not_found("id")
    return category


async def _accepted(tx: Transaction, given: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What may be written, with the ids of rows; Refusals with all that is wrong. `before` is what a category has."""
    values, reasons = checked(given, CHECKS)
    if "slug" in values and not (before and before["slug"] == values["slug"]):
        reasons += [_slug_taken()] if await tx.categories.slugs.is_taken(values["slug"]) else []
    if values.get("parent_id") is not None:
        values["parent_id"] = row_id("Category", values["parent_id"])
        there = await tx.categories.stays(values["parent_id"])
        reasons += [] if there else [not_found("input", "parentId")]
    refuse(reasons)
    return values


async def _way_to(tx: Transaction, parent_id: str | None) -> list[str]:
    return await tx.categories.way_to(parent_id) if parent_id else []


async def _audit(tx: Transaction, context: Context, action: str, category_id: str, changes: list[Any]) -> None:
    await tx.audit.record(action, category_id, changes, now=context.now, by=context.actor)


def _slug_taken() -> Refusal:
    return Refusal(NOT_UNIQUE, "Another category has this slug already: choose another.", "input", "slug")
