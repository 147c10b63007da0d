"""Entering, changing, deleting and restoring items, for who owns them and for staff."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from graph.context import Context, Info
from graph.declaring import argument
from graph.idempotency import made_before
from graph.inputs import entered, expected_version, filled
from graph.item_changes import Accepted, accepted, change, enter, whole
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
            new = await accepted(context, tx, plain(filled(input)), BLANK, currency)
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
        item = await _locked(context, tx, id)
        require_live(item.deleted_at)
        require_version(expected_version(input), item.version)
        before = await whole(tx, item)
        new = await accepted(context, tx, plain(entered(input)), before, currency)
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
        item = await _locked(context, tx, id)
        require_live(item.deleted_at)
        await _set_deleted(context, tx, item, deleted_at=context.now)
        await _audit(context, tx, "item.deleted", item.id, [])
        return str(item.id)

    return DeletedPayload(deleted_id=global_id("Item", await context.attempt(delete)))


@mutation(Permission.MEMBER)
async def restore_item(info: Info, id: ItemId) -> ItemPayload:  # noqa: A002  (the contract's name)
    """Bring a deleted item back; refused where another item has one of its unique values by now."""
    context = info.context

    async def restore(tx: Transaction) -> str:
        item = await _locked(context, tx, id)
        require_deleted(item.deleted_at)
        await _set_deleted(context, tx, item, deleted_at=None)
        await _audit(context, tx, "item.restored", item.id, [])
        return str(item.id)

    return ItemPayload(item=reference("Item", await context.attempt(restore)))


async def _locked(context: Context, tx: Transaction, given: str) -> Row:
    """The whole row, behind the viewer's own; NOT_FOUND unless the viewer may edit it."""
    await own_row(context, tx)
    item = await tx.items.locked(row_id("Item", given))
    if item is None or not sees_private(context.viewer, item.owner_id):
        raise not_found("id")
    return item


async def _set_deleted(context: Context, tx: Transaction, item: Row, *, deleted_at: datetime | None) -> None:
    known = await tx.specifications.kept([item.category_id])
    await change(tx, item, Accepted({"deleted_at": deleted_at}, known), now=context.now)


async def _audit(context: Context, tx: Transaction, action: str, item_id: str, changes: list[Any]) -> None:
    await tx.audit.record(action, item_id, changes, now=context.now, by=context.actor)
