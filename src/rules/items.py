"""What an item may be, what is entered of it, and who counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.changes import differences
from rules.checking import LARGEST, camel_case, each, missing, needed, optional, require_few, text, whole
from rules.images import pictures
from rules.readings import LONGEST_URL, require_web_address
from rules.refusals import (
    CONFLICT,
    INVALID,
    NOT_FOUND,
    NOT_UNIQUE,
    REQUIRED,
    STATE,
    Refusal,
    refuse,
)
from rules.services import price_check, price_columns
from rules.specification_values import entered, value_of, written
from rules.specifications import CHOICES, matched
from rules.text import fold, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from rules.checking import Check
    from rules.specifications import Definition, Entry

MAX_URLS = 50
MAX_SPECIFICATIONS = 250
LONGEST_TOLD = 60
"""Of a value, in a refusal."""
CONDITIONS = ("NEW", "EXCELLENT", "GOOD", "FAIR", "POOR")
VISIBILITIES = ("PRIVATE", "MEMBERS", "PUBLIC")
LISTS = ("urls", "photo_ids")
"""What an item has in tables of their own."""
BLANK: dict[str, Any] = {
    "description": None,
    "condition": None,
    "quantity": 1,
    "visibility": "PRIVATE",
    "acquired_on": None,
    "price": None,
    "external": None,
    "specification_values": {},
    "urls": [],
    "photo_ids": [],
    "deleted_at": None,
}
"""A new item, as far as nothing is said."""
OPEN = {"categoryId", "condition", "quantity", "visibility"}
"""What the audit tells of private items; of the rest only that it changed."""


def audience(visibility: str, deleted_at: datetime | None) -> str:
    """For whom an item counts: PUBLIC, MEMBERS, PRIVATE, or DELETED."""
    return visibility if deleted_at is None else "DELETED"


def _web_address(value: str | None, path: tuple[str, ...]) -> str:
    address: str = text(least=1, most=LONGEST_URL)(value, path)
    require_web_address(address, path)
    return address


CHECKS: dict[str, Check] = {
    "name": text(least=1, most=200),
    "description": text(most=10_000, lines=True),
    "category_id": needed,
    "condition": optional,
    "quantity": whole(0, LARGEST),
    "visibility": needed,
    "acquired_on": optional,
    "urls": each({"id": optional, "url": _web_address, "label": text(most=200)}, most=MAX_URLS),
    "photo_ids": pictures,
}


def checks(currency: str) -> dict[str, Check]:
    """The checks of an item whose price is in `currency`, unless it says otherwise."""
    return CHECKS | {"price": price_check(currency)}


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the item's own row."""
    own = {name: value for name, value in values.items() if name not in LISTS and name != "price"}
    return own | price_columns(values["price"]) if "price" in values else own


def changed_entries(
    entries: Mapping[str, Entry],
    definitions: Sequence[Definition],
    given: Sequence[tuple[str, Mapping[str, Any] | None]],
    *path: str,
    creating: bool,
) -> dict[str, Entry]:
    """The entries that an item has with what is `given`: pairs of a key, and a content as `entered` takes it.

    None, a blank text and no options clear; what is not named stays as it is. Under a key that no definition has, None
    and a blank text clear what is left there from before. Raises Refusals with all that is wrong, or a Refusal of too
    many.
    """
    require_few(given, MAX_SPECIFICATIONS, path)
    by_key, under = {known.key: known for known in definitions}, matched(entries, definitions)
    after, reasons = dict(entries), []
    for place, (key, content) in enumerate(given):
        try:
            _require_once([one for one, _ in given[:place]], key, *path, str(place), "key")
            if _is_blank(content) and (left := _residue(entries, by_key, key)):
                after = {one: entry for one, entry in after.items() if one not in left}
                continue
            known = _named(by_key, key, *path, str(place), "key")
            entry = _entry(known, content, *path, str(place), "value", clears=creating or known.id in under)
        except Refusal as reason:
            reasons.append(reason)
        else:
            after.pop(under.get(known.id, known.id), None)
            after |= {known.id: entry} if entry else {}
    if creating:
        named = {key for key, _ in given}
        reasons += [_required(known, *path) for known in definitions if known.key not in named and _is_needed(known)]
    refuse(reasons)
    return after


def _require_once(before: Collection[str], key: str, *path: str) -> None:
    if key in before:
        raise Refusal(CONFLICT, "This is in the list already.", *path)


def _is_blank(content: Mapping[str, Any] | None) -> bool:
    return content is None or not content.get("text", "something").strip()


def _residue(entries: Mapping[str, Entry], by_key: Mapping[str, Definition], key: str) -> set[str]:
    """Under which ids an item has values of a key that none of its definitions has."""
    return {one for one, entry in entries.items() if entry["key"] == key} if key not in by_key else set()


def _named(by_key: Mapping[str, Definition], key: str, *path: str) -> Definition:
    if key not in by_key:
        raise Refusal(NOT_FOUND, "Items of this category have no specification with this key.", *path)
    return by_key[key]


def _entry(known: Definition, content: Mapping[str, Any] | None, *path: str, clears: bool) -> Entry | None:
    entry = None if content is None else entered(known, content, *path)
    if entry is None and clears and _is_needed(known):
        raise missing(path)
    return entry


def _is_needed(known: Definition) -> bool:
    return known.required and not known.archived


def _required(known: Definition, *path: str) -> Refusal:
    message = "{label} is needed: give a value under the key {key}."
    return Refusal(REQUIRED, message, *path, label=known.label, key=known.key)


def photo_problems(ids: Sequence[str | None], foreign: Collection[str]) -> list[Refusal]:
    """Which pictures somebody else uploaded: what they show to few would be seen by more."""
    message = "Somebody else uploaded this picture: upload it yourself, with the purpose ITEM."
    places = [str(place) for place, one in enumerate(ids) if one in foreign]
    return [Refusal(INVALID, message, "input", "photoIds", place) for place in places]


def with_kept(entries: Sequence[Mapping[str, Any]], kept: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The links that an item is to have: what an entry leaves out stays as it is, or is none in a new one."""
    return [{"id": None, "label": None, **kept.get(entry.get("id") or "", {}), **entry} for entry in entries]


def taken(label: str, *path: str) -> Refusal:
    """Another item has a value that is unique."""
    return Refusal(NOT_UNIQUE, "Another item has this {label} already: give another one.", *path, label=label)


def taken_meanwhile(label: str, value: str, *path: str) -> Refusal:
    """Another item has a unique value of one that was deleted."""
    message = "Another item has the {label} {value} now: change that item first, then restore this one."
    return Refusal(NOT_UNIQUE, message, *path, label=label, value=shortened(value, LONGEST_TOLD))


def external_taken() -> Refusal:
    """The owner calls another item so elsewhere."""
    return Refusal(NOT_UNIQUE, "Another item has this external name already.", "external")


def require_live(deleted_at: datetime | None, named_by: str = "id") -> None:
    """Refuse to work on what is deleted."""
    if deleted_at is not None:
        raise Refusal(STATE, "This item is deleted: restore it first.", named_by)


def require_deleted(deleted_at: datetime | None) -> None:
    """Refuse to restore what is there."""
    if deleted_at is None:
        raise Refusal(STATE, "This item is not deleted.", "id")


def searched(entries: Mapping[str, Entry], definitions: Sequence[Definition]) -> Iterator[str]:
    """The texts that search finds values by: as they were entered, and what people read instead, labels of options."""
    under = matched(entries, definitions)
    choices = {under[known.id]: known for known in definitions if known.type in CHOICES and known.id in under}
    for one in sorted(entries):
        yield written(entries[one])
        options = value_of(entries[one], choices[one]).options if one in choices else ()
        yield from (option.label for option in options if fold(option.label) != option.key)


def told_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """What the audit tells of a change; of an item that is private before or after it, only which fields changed."""
    old, new = told(before), told(after)
    private = "PRIVATE" in {old.get("visibility"), new.get("visibility")}
    return differences(old, dict.fromkeys(old) | new, private=(old.keys() | new.keys()) - OPEN if private else ())


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know, ids that they can ask for, and each value by its key."""
    told_of = {camel_case(name): _told(name, values[name]) for name in (*CHECKS, "price") if name in values}
    entries = values.get("specification_values", {})
    return told_of | {f"specifications.{entries[one]['key']}": written(entries[one]) for one in sorted(entries)}


def _told(name: str, value: Any) -> Any:
    if name == "category_id":
        return f"Category_{value}"
    if name == "photo_ids":
        return ", ".join(f"Image_{one}" for one in value) or None
    if name == "urls":
        return "\n".join(" ".join(filter(None, (one["url"], one["label"]))) for one in value) or None
    return value
