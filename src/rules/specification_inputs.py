"""What a definition may be: its fields one by one, and which of them belong to which type."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from rules.checking import (
    camel_case,
    each,
    needed,
    optional,
    place,
    require_distinct,
    text,
    whole,
)
from rules.readings import LONGEST_TEXT
from rules.refusals import CONFLICT, INVALID, NOT_UNIQUE, QUOTA, REQUIRED, STATE, Refusal
from rules.slugs import slugged
from rules.specifications import CHOICES, NUMBERS, TEXTS, option_columns
from rules.text import fold
from rules.units import UNITS, unit_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from decimal import Decimal

    from rules.checking import Check
    from rules.specifications import Definition

LONGEST_KEY = 64
"""Of a specification, and of an option."""
KEY = re.compile(rf"[a-z][a-z0-9_-]{{0,{LONGEST_KEY - 1}}}", re.ASCII)
MAX_OF_A_CATEGORY = 100
MAX_OPTIONS = 250
BELONGS_TO: dict[str, Collection[str]] = {
    "unit": {"QUANTITY"},
    "options": CHOICES,
    "min": NUMBERS,
    "max": NUMBERS,
    "max_length": TEXTS,
}
"""The types that have a field of their own; it goes when a definition gets another type."""
BLANK: dict[str, Any] = {
    "unit": None,
    "options": [],
    "required": False,
    "unique": False,
    "filterable": False,
    "min": None,
    "max": None,
    "max_length": None,
    "archived": False,
    "edition_id": None,
    "next_edition_id": None,
}
"""A new definition, as far as nothing is said."""


def _key(value: str, path: tuple[str, ...]) -> str:
    if not KEY.fullmatch(value):
        message = "A key begins with a letter from a to z; up to 63 more, digits, hyphens and underscores follow."
        raise Refusal(INVALID, message, *path)
    return value


def _unit(value: str | None, path: tuple[str, ...]) -> str | None:
    if not value:
        return None
    unit = unit_of(value)
    if unit is None:
        units = ", ".join(one.symbol for one in UNITS.values())
        raise Refusal(INVALID, "There is no such unit: use one of {units}.", *path, units=units)
    return unit.symbol


def _option_key(value: str, path: tuple[str, ...]) -> str:
    key: str = text(least=1, most=LONGEST_KEY)(value, path)
    spelt = key.replace("_", "-")
    if spelt != slugged(spelt):
        message = "An option's key has small letters and digits, with single hyphens or underscores between them."
        raise Refusal(INVALID, message, *path)
    return key


def _options(value: Sequence[Mapping[str, Any]] | None, path: tuple[str, ...]) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = each(OPTION_CHECKS, most=MAX_OPTIONS)(value, path)
    require_distinct([option["key"] for option in options], path, "key")
    return options


def _max_length(value: int | None, path: tuple[str, ...]) -> int | None:
    return None if value is None else whole(1, LONGEST_TEXT)(value, path)


OPTION_CHECKS: dict[str, Check] = {"key": _option_key, "label": text(least=1, most=200), "archived": optional}
CHECKS: dict[str, Check] = {
    "key": _key,
    "label": text(least=1, most=200),
    "type": needed,
    "unit": _unit,
    "options": _options,
    "required": needed,
    "unique": needed,
    "filterable": needed,
    "min": optional,
    "max": optional,
    "max_length": _max_length,
    "position": place,
}


def completed(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a definition has after a change: with another type, what belonged to the old one alone goes."""
    after = {**before, **given}
    gone = {name: BLANK[name] for name, types in BELONGS_TO.items() if name not in given and after["type"] not in types}
    return {**after, **gone}


def problems(after: Mapping[str, Any]) -> list[Refusal]:
    """What in a whole definition does not go together."""
    return [*_foreign(after), *_lacking(after), *_contradicting(after["min"], after["max"])]


def _foreign(after: Mapping[str, Any]) -> Iterator[Refusal]:
    for name, types in BELONGS_TO.items():
        if after[name] not in (None, []) and after["type"] not in types:
            message = "A specification of this type has none: leave it out. It is for {types}."
            yield Refusal(INVALID, message, *_path(name), types=", ".join(sorted(types)))
    if after["unique"] and after["type"] in {"BOOLEAN", "MULTI_ENUM"}:
        yield Refusal(INVALID, "A specification of this type cannot be unique.", *_path("unique"))


def _lacking(after: Mapping[str, Any]) -> Iterator[Refusal]:
    if after["type"] == "QUANTITY" and after["unit"] is None:
        yield Refusal(REQUIRED, "A QUANTITY needs a unit: give one, such as g.", *_path("unit"))
    if after["type"] in CHOICES and not after["options"]:
        yield Refusal(
            REQUIRED, "There has to be something to choose from: give at least one option.", *_path("options")
        )


def _contradicting(least: Decimal | None, most: Decimal | None) -> Iterator[Refusal]:
    if least is not None and most is not None and least > most:
        yield Refusal(CONFLICT, "The least is greater than the most: change one of the two.", *_path("min"))


def with_options(before: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The options that are given, in order; what one leaves out stays as it is. Those left out come last, archived.

    Refuses two that can be chosen under the same label.
    """
    kept = {option["key"]: option for option in before}
    named = {option["key"] for option in given}
    entered = [{"archived": False, **kept.get(option["key"], {}), **option} for option in given]
    _require_distinct_labels([option["label"] for option in entered if not option["archived"]])
    return entered + [{**option, "archived": True} for option in before if option["key"] not in named]


def _require_distinct_labels(labels: Sequence[str]) -> None:
    """Whatever their case: a value is entered by its label too."""
    times = Counter(map(fold, labels))
    for label in labels:
        if times[fold(label)] > 1:
            message = "Two options are called {label}: give each a label of its own."
            raise Refusal(CONFLICT, message, *_path("options"), label=label)


def key_taken() -> Refusal:
    """A key names one specification only, wherever an item can be."""
    message = "A specification of this category, or of one above or below it, has this key already: choose another."
    return Refusal(NOT_UNIQUE, message, *_path("key"))


def require_room(count: int) -> None:
    """Refuse more specifications than a category can have of its own."""
    if count >= MAX_OF_A_CATEGORY:
        message = "A category has at most {most} specifications of its own."
        raise Refusal(QUOTA, message, "categoryId", most=MAX_OF_A_CATEGORY)


def require_current(archived: bool) -> None:  # noqa: FBT001  (what a row says)
    """Refuse to work on what is archived."""
    if archived:
        raise Refusal(STATE, "This specification is archived: restore it first.", "id")


def require_unarchived(archived: bool) -> None:  # noqa: FBT001  (what a row says)
    """Refuse to archive what is archived."""
    if archived:
        raise Refusal(STATE, "This specification is archived already.", "id")


def require_archived(archived: bool) -> None:  # noqa: FBT001  (what a row says)
    """Refuse to restore what is in use."""
    if not archived:
        raise Refusal(STATE, "This specification is not archived.", "id")


def columns(known: Definition) -> dict[str, Any]:
    """What of a definition can change, as its row holds it."""
    edited = {name: getattr(known, name) for name in (*CHECKS, "archived")}
    return {**edited, "options": [option_columns(option) for option in known.options]}


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know, and ids that they can ask for."""
    return {camel_case(name): _told(name, value) for name, value in values.items()}


def _told(name: str, value: Any) -> Any:
    if name == "category_id":
        return f"Category_{value}"
    if name == "options":
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
    return str(value).lower() if isinstance(value, bool) else value


def _path(name: str) -> tuple[str, ...]:
    return "input", camel_case(name)
