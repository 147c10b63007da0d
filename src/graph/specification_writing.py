"""Adding, changing, archiving and restoring specifications. The values of items are never touched."""

from dataclasses import replace
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.constraints import unique
from db.database import Transaction
from db.ids import new_id
from db.specification_changes import count, follow
from graph.context import Context, Info
from graph.declaring import argument
from graph.inputs import entered, expected_version, filled
from graph.mutations import Declined, mutation, reference
from graph.specification_inputs import (
    SpecificationConflict,
    SpecificationImpact,
    SpecificationInput,
    SpecificationPayload,
    UpdateSpecificationInput,
    plain,
)
from rules.access import Permission
from rules.categories import behind
from rules.changes import differences
from rules.checking import checked
from rules.global_ids import row_id
from rules.refusals import not_found, refuse, require_version
from rules.specification_changes import Change, Impact
from rules.specification_inputs import (
    BLANK,
    CHECKS,
    columns,
    completed,
    key_taken,
    problems,
    require_archived,
    require_current,
    require_room,
    require_unarchived,
    told,
    with_options,
)
from rules.specifications import CHOICES, definition

SpecificationId = Annotated[strawberry.ID, argument("Which specification.")]


@mutation(Permission.STAFF)
async def add_specification(
    info: Info,
    category_id: Annotated[strawberry.ID, argument("The category whose items, and those below it, are to have it.")],
    input: Annotated[SpecificationInput, argument("The specification.")],  # noqa: A002  (the contract's name)
) -> SpecificationPayload:
    """Let the items of a category, and of all below it, have one more specification."""
    context, specification_id = info.context, new_id()

    async def add(tx: Transaction) -> SpecificationPayload:
        category = await _place_in(tx, category_id)
        values = completed(BLANK, _accepted(plain(filled(input))))
        await _require_free(tx, category, values)
        if "position" not in values:
            values["position"] = behind((await tx.specifications.own(category)).last)
        values["options"] = with_options([], values["options"])
        row = {**values, "id": specification_id, "category_id": category}
        change = Change(None, definition(row))
        impact = await count(tx, change)
        _require(impact, abort=False)
        recorded = {"created_at": context.now, "updated_at": context.now, "version": 1}
        async with unique(uq_specifications_category_id_key=key_taken()):
            await tx.specifications.add([{**row, **recorded}])
        await follow(tx, None, change, impact, now=context.now)
        changes = differences({}, told({**values, "category_id": category}))
        await tx.audit.record("specification.added", specification_id, changes, now=context.now, by=context.actor)
        return _payload(specification_id, category, impact)

    return await context.attempt(add)


@mutation(Permission.STAFF)
async def update_specification(
    info: Info,
    id: SpecificationId,  # noqa: A002  (the contract's name)
    input: Annotated[UpdateSpecificationInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
    on_conflict: Annotated[
        SpecificationConflict, argument("What becomes of values that fit now and would not fit any more.")
    ] = SpecificationConflict.ABORT,
    dry_run: Annotated[bool, argument("true: only tell the impact, and write nothing.")] = False,  # noqa: FBT002  (the contract's)
) -> SpecificationPayload:
    """Change a specification: what is left out stays as it is, and so does every value as it was entered.

    Values that one item only may have are refused where two have them, whatever `onConflict` says. Where items are
    found by something else after the change, `change` tells how far the index has followed.
    """
    context = info.context

    async def update(tx: Transaction) -> SpecificationPayload:
        row = await _locked(tx, id)
        require_current(row.archived)
        require_version(expected_version(input), row.version)
        change = _change(row, _accepted(plain(entered(input))))
        impact = await count(tx, change)
        if dry_run:
            return SpecificationPayload(impact=_told(impact))
        _require(impact, abort=on_conflict is SpecificationConflict.ABORT)
        change = replace(change, after=change.settled(impact.used))
        await _write(context, tx, row, change, impact)
        return _payload(row.id, row.category_id, impact)

    return await context.attempt(update)


@mutation(Permission.STAFF)
async def archive_specification(info: Info, id: SpecificationId) -> SpecificationPayload:  # noqa: A002  (the contract's name)
    """Let nobody enter values of a specification any more, nor filter by it; those that are there can be read."""
    return await _set_archived(info.context, id, archived=True)


@mutation(Permission.STAFF)
async def restore_specification(info: Info, id: SpecificationId) -> SpecificationPayload:  # noqa: A002  (the contract's name)
    """Let an archived specification be used again, as it was."""
    return await _set_archived(info.context, id, archived=False)


async def _set_archived(context: Context, given: str, *, archived: bool) -> SpecificationPayload:
    async def work(tx: Transaction) -> SpecificationPayload:
        row = await _locked(tx, given)
        (require_unarchived if archived else require_archived)(row.archived)
        before = definition(row._asdict())
        change = Change(before, replace(before, archived=archived))
        await _write(context, tx, row, change, Impact(change))
        return _payload(row.id, row.category_id, Impact(change))

    return await context.attempt(work)


async def _place_in(tx: Transaction, given: str) -> str:
    """The id of the category, which stays; the tree is locked first: no key may come in from above or below."""
    await tx.categories.lock_tree()
    category = row_id("Category", given)
    if category is None or not await tx.categories.stays(category):
        raise not_found("categoryId")
    return category


async def _require_free(tx: Transaction, category: str, values: dict[str, Any]) -> None:
    """Refuse what cannot be a definition of the category."""
    require_room((await tx.specifications.own(category)).number)
    reasons = [key_taken()] if await tx.specifications.has_key(category, values["key"]) else []
    refuse([*reasons, *problems(values)])


async def _locked(tx: Transaction, given: str) -> Row:
    """The whole row; until the transaction ends nobody writes a value of it, and the same items are below."""
    await tx.categories.keep_tree()
    row = await tx.specifications.locked(row_id("Specification", given))
    if row is None:
        raise not_found("id")
    return row


def _accepted(given: dict[str, Any]) -> dict[str, Any]:
    """What may be written; Refusals with all that is wrong."""
    values, reasons = checked(given, CHECKS)
    refuse(reasons)
    return values


def _change(row: Row, given: dict[str, Any]) -> Change:
    """The change to these values; Refusals where they do not go together."""
    before = row._asdict()
    after = completed(before, given)
    refuse(problems(after))
    left_out: set[str] = set()
    if after["type"] in CHOICES:
        left_out = {option["key"] for option in before["options"]} - {option["key"] for option in after["options"]}
        after["options"] = with_options(before["options"], after["options"])
    return Change(definition(before), definition(after), frozenset(left_out))


async def _write(context: Context, tx: Transaction, row: Row, change: Change, impact: Impact) -> None:
    before, after = row._asdict(), columns(change.after)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if changed:
        await tx.specifications.change(row.id, now=context.now, **changed)
        await follow(tx, row, change, impact, now=context.now)
        changes = differences(told(before), told(changed))
        await tx.audit.record(_action(changed), row.id, changes, now=context.now, by=context.actor)


def _action(changed: dict[str, Any]) -> str:
    if "archived" not in changed:
        return "specification.updated"
    return "specification.archived" if changed["archived"] else "specification.restored"


def _require(impact: Impact, *, abort: bool) -> None:
    reasons = impact.reasons(abort=abort)
    if reasons:
        raise Declined(reasons, impact=_told(impact))


def _payload(specification: str, category: str, impact: Impact) -> SpecificationPayload:
    return SpecificationPayload(
        specification=reference("Specification", specification),
        category=reference("Category", category),
        impact=_told(impact),
    )


def _told(impact: Impact) -> SpecificationImpact:
    return SpecificationImpact(
        items_affected=impact.affected,
        items_convertible=impact.convertible,
        items_failing=impact.failing,
        examples=impact.examples,
    )
