"""What may be written of an item, and writing it: its row, its values, its links and its photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from db.item_writing import add_items, edit_items
from db.repositories.images import Wall
from db.repositories.indexed_values import Clash
from db.repositories.items import URL_COLUMNS
from db.repositories.specifications import definitions
from graph.context import Context
from graph.hanging import hang_anew, pictures_for
from rules.access import Permission, may
from rules.checking import checked, id_problems
from rules.global_ids import row_id
from rules.items import (
    BLANK,
    changed_entries,
    checks,
    columns,
    photo_problems,
    taken,
    taken_meanwhile,
    with_kept,
)
from rules.refusals import Refusal, Refusals, not_found, refuse
from rules.services import price_of
from rules.specification_values import written
from rules.specifications import matched

Given: TypeAlias = Sequence[tuple[str, Any]]
"""Keys of values, each with its content."""
VALUES = ("input", "specifications")


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for an item: the definitions of each category that it is in or may go to, and the studio's currency.

    `known` is by the category's id; no definition changes until the transaction ends.
    """

    known: Mapping[str, Sequence[Row]]
    currency: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may be written of an item: `known` are the definitions of its category, by the category's id.

    `places` tells where the input has the value of a key.
    """

    values: dict[str, Any]
    known: Mapping[str, Sequence[Row]]
    places: Mapping[str, str] = field(default_factory=dict)


async def whole(tx: Transaction, item: Row) -> dict[str, Any]:
    """What an item has, its lists too."""
    urls = (await tx.items.urls_of(URL_COLUMNS, [item.id]))[item.id]
    return {
        **item._asdict(),
        "price": price_of(item),
        "photo_ids": await tx.images.hanging_on(item.id, Wall.ITEM),
        "urls": [{name: getattr(row, name) for name in ("id", *URL_COLUMNS)} for row in urls],
    }


async def accepted(
    context: Context, tx: Transaction, given: Mapping[str, Any], before: Mapping[str, Any], rules: Rules
) -> Accepted:
    """What may be written, with the ids of rows; Refusals with all that is wrong. `before` is what an item has."""
    listed: Given = given.get("specifications") or ()
    values, reasons = checked({name: given[name] for name in given if name != "specifications"}, checks(rules.currency))
    if "category_id" in values:
        values["category_id"] = row_id("Category", values["category_id"])
    category_id: Any = values.get("category_id", before.get("category_id"))
    known = rules.known.get(category_id, ())
    if await tx.categories.stays(category_id):
        values["specification_values"], problems = _entries(listed, before, known)
        reasons += problems
    else:
        reasons.append(not_found("input", "categoryId"))
    if "photo_ids" in values:
        values["photo_ids"], problems = await _photos(context, tx, values["photo_ids"], before["photo_ids"])
        reasons += problems
    if "urls" in values:
        values["urls"], problems = _urls(values["urls"], before["urls"])
        reasons += problems
    refuse(reasons)
    return Accepted(values, {category_id: known}, {key: str(place) for place, (key, _) in enumerate(listed)})


async def enter(context: Context, tx: Transaction, item_id: str, new: Accepted) -> None:
    """Write an item of the viewer's; Refusals where another has one of its unique values."""
    row = columns(BLANK | new.values) | {"id": item_id, "owner_id": context.user_id}
    clashes = await add_items(tx, [row], new.known, now=context.now)
    _require_free(clashes, new)
    await _write_lists(tx, item_id, new.values, now=context.now)


async def change(tx: Transaction, item: Row, changed: Accepted, *, now: datetime) -> None:
    """Write what differs of a whole, locked row; Refusals like `enter`."""
    clashes = await edit_items(tx, [(item, columns(changed.values))], changed.known, now=now)
    if "deleted_at" in changed.values:
        _require_restorable(clashes, item, changed.known[item.category_id])
    _require_free(clashes, changed)
    await _write_lists(tx, item.id, changed.values, now=now)


def _entries(listed: Given, before: Mapping[str, Any], known: Sequence[Row]) -> tuple[Mapping[str, Any], list[Refusal]]:
    """The values that the item has from now on, and what is wrong with them."""
    entries, creating = before["specification_values"], "id" not in before
    try:
        return changed_entries(entries, definitions(known), listed, *VALUES, creating=creating), []
    except Refusal as reason:
        return entries, [reason]
    except Refusals as several:
        return entries, several.reasons


async def _photos(
    context: Context, tx: Transaction, given: list[str], hanging: Sequence[str]
) -> tuple[list[str | None], list[Refusal]]:
    """The row ids of photos, and why some may not hang there: a member adds only what they uploaded themselves."""
    ids, problems = await pictures_for(tx, given, Wall.ITEM)
    if not problems and not may(context.viewer, Permission.STAFF):
        new = await tx.images.by_ids(frozenset({"uploaded_by_id"}), [one for one in ids if one and one not in hanging])
        foreign = {one for one, image in new.items() if image.uploaded_by_id != context.user_id}
        problems = photo_problems(ids, foreign)
    return ids, problems


def _urls(
    given: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """The links that the item has from now on, and what is wrong with their ids."""
    kept = {url["id"]: url for url in before}
    return [one | {"id": one["id"] or new_id()} for one in with_kept(given, kept)], id_problems(
        given, kept, "input", "urls"
    )


def _require_free(clashes: Sequence[Clash], new: Accepted) -> None:
    """Refuse values that another item has: where they are given, or at the category that brings others along."""
    clashing = {clash.specification_id for clash in clashes}
    brought = ("input", "categoryId") if "category_id" in new.values else ()
    reasons = []
    for row in (row for rows in new.known.values() for row in rows if row.id in clashing):
        path = (*VALUES, new.places[row.key], "value") if row.key in new.places else brought
        reasons += [taken(row.label, *path)] if path else []
    refuse(reasons)


def _require_restorable(clashes: Sequence[Clash], item: Row, known: Sequence[Row]) -> None:
    """Refuse to bring back what another item has by now."""
    clashing = {clash.specification_id for clash in clashes}
    under = matched(item.specification_values, definitions(known))
    refuse(
        [
            taken_meanwhile(row.label, written(item.specification_values[under[row.id]]), "id")
            for row in known
            if row.id in clashing
        ]
    )


async def _write_lists(tx: Transaction, item_id: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Write those of the lists that are given, in the place of what was there."""
    if "photo_ids" in values:
        await hang_anew(tx, item_id, values["photo_ids"], Wall.ITEM, now=now)
    if "urls" in values:
        await tx.items.urls.write(item_id, values["urls"], now=now)
