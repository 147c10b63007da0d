"""Entering, changing, publishing and deleting designs."""

from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.constraints import unique
from db.database import Transaction
from db.ids import new_id
from db.repositories.images import Wall
from graph.context import Context, Info
from graph.declaring import argument
from graph.design_inputs import DesignInput, DesignPayload, UpdateDesignInput
from graph.hanging import hang_anew, pictures_for
from graph.idempotency import made_before
from graph.inputs import entered, expected_version, filled
from graph.mutations import DeletedPayload, mutation, reference
from graph.node import global_id
from graph.publishing import announce_published
from rules.access import Permission
from rules.changes import differences
from rules.checking import checked
from rules.designs import BLANK, CHECKS, publication, require_deleted, require_live, told
from rules.global_ids import row_id
from rules.refusals import NOT_UNIQUE, Refusal, not_found, refuse, require_version
from rules.slugs import slugged
from rules.trending import trending_score

DesignId = Annotated[strawberry.ID, argument("Which design.")]


@mutation(Permission.STAFF)
async def create_design(
    info: Info,
    input: Annotated[DesignInput, argument("The design.")],  # noqa: A002  (the contract's name)
) -> DesignPayload:
    """Enter a design, as a draft unless it says otherwise."""
    context, design_id = info.context, new_id()
    async with context.transaction() as tx:
        earlier = await made_before(context, tx, "createDesign", input, design_id)
        if earlier is None:
            values = await _accepted(tx, filled(input))
            if "slug" not in values:
                values["slug"] = await tx.designs.slugs.free(slugged(values["title"]) or "design")
            await _enter(context, tx, design_id, values)
    return DesignPayload(design=reference("Design", earlier or design_id))


@mutation(Permission.STAFF)
async def update_design(
    info: Info,
    id: DesignId,  # noqa: A002  (the contract's name)
    input: Annotated[UpdateDesignInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> DesignPayload:
    """Change, publish or archive a design: what is left out stays as it is."""
    context = info.context
    async with context.transaction() as tx:
        design = await _locked(tx, id)
        require_live(design.deleted_at)
        require_version(expected_version(input), design.version)
        before = {**design._asdict(), "image_ids": await tx.images.hanging_on(design.id)}
        values = await _accepted(tx, entered(input), before)
        changed = {name: value for name, value in values.items() if value != before[name]}
        if changed:
            await _change(context, tx, design, changed, before)
    return DesignPayload(design=reference("Design", design.id))


@mutation(Permission.STAFF)
async def delete_design(info: Info, id: DesignId) -> DeletedPayload:  # noqa: A002  (the contract's name)
    """Take a design out of everybody's sight; restoreDesign brings it back."""
    context = info.context
    async with context.transaction() as tx:
        design = await _locked(tx, id)
        require_live(design.deleted_at)
        await tx.designs.change(design.id, deleted_at=context.now, now=context.now)
        await tx.audit.record("design.deleted", design.id, [], now=context.now, by=context.actor)
    return DeletedPayload(deleted_id=global_id("Design", design.id))


@mutation(Permission.STAFF)
async def restore_design(info: Info, id: DesignId) -> DesignPayload:  # noqa: A002  (the contract's name)
    """Bring a deleted design back, with the status that it had."""
    context = info.context
    async with context.transaction() as tx:
        design = await _locked(tx, id)
        require_deleted(design.deleted_at)
        await tx.designs.change(design.id, deleted_at=None, now=context.now)
        await tx.audit.record("design.restored", design.id, [], now=context.now, by=context.actor)
        if design.status == "PUBLISHED":
            await announce_published(tx, design.id, design.category_id, now=context.now)
    return DesignPayload(design=reference("Design", design.id))


async def _locked(tx: Transaction, given: str) -> Row:
    design = await tx.designs.locked(row_id("Design", given))
    if design is None:
        raise not_found("id")
    return design


async def _accepted(tx: Transaction, given: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What may be written, with the ids of rows; Refusals with all that is wrong. `before` is what a design has."""
    values, reasons = checked(given, CHECKS)
    if "slug" in values and not (before and before["slug"] == values["slug"]):
        reasons += [_slug_taken()] if await tx.designs.slugs.is_taken(values["slug"]) else []
    if "category_id" in values:
        values["category_id"] = row_id("Category", values["category_id"])
        there = await tx.categories.stays(values["category_id"])
        reasons += [] if there else [not_found("input", "categoryId")]
    if "image_ids" in values:
        values["image_ids"], problems = await pictures_for(tx, values["image_ids"], Wall.DESIGN)
        reasons += problems
    refuse(reasons)
    return values


async def _enter(context: Context, tx: Transaction, design_id: str, values: dict[str, Any]) -> None:
    now, images = context.now, values.get("image_ids", [])
    row = {**BLANK, **values, "id": design_id, "created_at": now, "updated_at": now, "version": 1}
    row |= {"cover_image_id": next(iter(images), None), "created_by_id": context.user_id}
    row |= {"trending_score": trending_score(0, 0, now)} | publication(row["status"], row, now)
    row.pop("image_ids", None)
    async with unique(uq_designs_slug=_slug_taken()):
        await tx.designs.add([row])
    await hang_anew(tx, design_id, images, Wall.DESIGN, now=now)
    await tx.audit.record("design.created", design_id, differences({}, told(values)), now=now, by=context.actor)
    if row["status"] == "PUBLISHED":
        await announce_published(tx, design_id, row["category_id"], now=now)


async def _change(
    context: Context, tx: Transaction, design: Row, changed: dict[str, Any], before: dict[str, Any]
) -> None:
    now, columns = context.now, dict(changed)
    if "image_ids" in columns:
        images = columns.pop("image_ids")
        columns["cover_image_id"] = next(iter(images), None)
        await hang_anew(tx, design.id, images, Wall.DESIGN, now=now)
    columns |= publication(changed.get("status", ""), before, now)
    async with unique(uq_designs_slug=_slug_taken()):
        await tx.designs.edit(design, now=now, **columns)
    await tx.audit.record(
        "design.updated", design.id, differences(told(before), told(changed)), now=now, by=context.actor
    )
    if changed.get("status") == "PUBLISHED":
        await announce_published(tx, design.id, changed.get("category_id", design.category_id), now=now)


def _slug_taken() -> Refusal:
    return Refusal(NOT_UNIQUE, "Another design has this slug already: choose another.", "input", "slug")
