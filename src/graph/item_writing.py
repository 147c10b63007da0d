"""Entering, changing, deleting and restoring items, for who owns them and for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from db.item_writing import locked_items
from graph.context import Context, Info
from graph.declaring import argument
from graph.idempotency import made_before
from graph.inputs import entered, expected_version, filled
from graph.item_changes import Accepted, Rules, accepted, change, enter, whole
from graph.item_inputs import ItemInput, ItemPayload, UpdateItemInput, plain
from graph.mutations import DeletedPayload, mutation, reference
from graph.node import global_id
from graph.owning import own_row
from graph.studio_facts import studio_facts
from rules.access import Permission, sees_private
from rules.global_ids import row_id
from rules.items import BLANK, require_deleted, require_live, told_changes
from rules.refusals import not_found, require_version

ItemId = Annotated[strawberry.ID, argument("Which item.")]
ITEM_CREATED = "item.created"


@mutation(Permission.MEMBER)
async def create_item(
    info: Info,
    input: Annotated[ItemInput, argument("The item.")],  # noqa: A002  (the contract's name)
) -> ItemPayload:
    """Enter an item, which belongs to the viewer; nobody else but staff sees it unless it says otherwise."""
    context, item_id = info.context, new_id()
    currency = (await studio_facts(context)).currency

    async def create(tx: Transaction) -> str:
        await own_row(context, tx)
        earlier = await made_before(context, tx, "createItem", input, item_id)
        if earlier is None:
            given = plain(filled(input))
            known = await tx.specifications.kept(_place_in(given))
            new = await accepted(context, tx, given, BLANK, Rules(known, currency))
            await enter(context, tx, item_id, new)
            await tx.events.announce(ITEM_CREATED, item_id, now=context.now)
            await _audit(context, tx, "item.created", item_id, told_changes({}, BLANK | new.values))
        return earlier or item_id

    return ItemPayload(item=reference("Item", await context.attempt(create)))


@mutation(Permission.MEMBER)
async def update_item(
    info: Info,
    id: ItemId,  # noqa: A002  (the contract's name)
    input: Annotated[UpdateItemInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> ItemPayload:
    """Change an item, or move it to another category: what is left out stays as it is."""
    context = info.context
    currency = (await studio_facts(context)).currency

    async def update(tx: Transaction) -> str:
        given = plain(entered(input))
        item, known = await _locked(context, tx, id, *_place_in(given))
        require_live(item.deleted_at)
        require_version(expected_version(input), item.version)
        before = await whole(tx, item)
        new = await accepted(context, tx, given, before, Rules(known, currency))
        changed = {name: value for name, value in new.values.items() if value != before[name]}
        if changed:
            await change(tx, item, replace(new, values=changed), now=context.now)
            await _audit(context, tx, "item.updated", item.id, told_changes(before, before | changed))
        return str(item.id)

    return ItemPayload(item=reference("Item", await context.attempt(update)))


@mutation(Permission.MEMBER)
async def delete_item(info: Info, id: ItemId) -> DeletedPayload:  # noqa: A002  (the contract's name)
    """Take an item out of everybody's sight but its owner's; restoreItem brings it back."""
    context = info.context

    async def delete(tx: Transaction) -> str:
        item, known = await _locked(context, tx, id)
        require_live(item.deleted_at)
        await change(tx, item, Accepted({"deleted_at": context.now}, known), now=context.now)
        await _audit(context, tx, "item.deleted", item.id, [])
        return str(item.id)

    return DeletedPayload(deleted_id=global_id("Item", await context.attempt(delete)))


@mutation(Permission.MEMBER)
async def restore_item(info: Info, id: ItemId) -> ItemPayload:  # noqa: A002  (the contract's name)
    """Bring a deleted item back; refused where another item has one of its unique values by now."""
    context = info.context

    async def restore(tx: Transaction) -> str:
        item, known = await _locked(context, tx, id)
        require_deleted(item.deleted_at)
        await change(tx, item, Accepted({"deleted_at": None}, known), now=context.now)
        await _audit(context, tx, "item.restored", item.id, [])
        return str(item.id)

    return ItemPayload(item=reference("Item", await context.attempt(restore)))


async def _locked(
    context: Context, tx: Transaction, given: str, *categories: str
) -> tuple[Row, Mapping[str, Sequence[Row]]]:
    """The whole row, behind the viewer's own, and the definitions of its category and of these; none of it changes.

    Who moves an item holds the definitions that it leaves, too: one that becomes unique claims its value no more.
    NOT_FOUND unless the viewer may edit it.
    """
    await own_row(context, tx)
    items, known = await locked_items(tx, list(filter(None, [row_id("Item", given)])), *categories)
    if not items or not sees_private(context.viewer, items[0].owner_id):
        raise not_found("id")
    return items[0], known


def _place_in(given: Mapping[str, Any]) -> list[str]:
    """The id of the category that an input names, as far as it does."""
    named = row_id("Category", given.get("category_id") or "")
    return [named] if named else []


async def _audit(context: Context, tx: Transaction, action: str, item_id: str, changes: list[Any]) -> None:
    await tx.audit.record(action, item_id, changes, now=context.now, by=context.actor)
