"""Values of specifications: stored as they were entered, and read as the definition has it now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.options import BETWEEN, chosen, entered_names
from rules.readings import read
from rules.refusals import INVALID, STATE, Refusal
from rules.specifications import CHOICES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rules.specifications import Definition, Entry, Option

FIELDS = {
    "TEXT": "text",
    "INTEGER": "integer",
    "DECIMAL": "decimal",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "ENUM": "option",
    "MULTI_ENUM": "options",
    "URL": "url",
    "QUANTITY": "quantity",
}
"""In which field a value of each type is entered; all of them may come as `text` too."""
NARROWER = {"decimal": {"integer"}, "quantity": {"integer", "decimal"}}
"""What may come for a field too: a whole number is a decimal, and a number alone is in the definition's own unit."""


@dataclass(frozen=True, slots=True)
class Value:
    """An entry under a definition; where it does not fit, only `text` and `display` tell of it, as it was entered.

    `decimal` and `unit` of a quantity are those that were entered; `date` is there for whole days only.
    """

    definition: Definition
    fits: bool
    display: str
    text: str
    integer: int | None = None
    decimal: Decimal | None = None
    boolean: bool | None = None
    date: date | None = None
    options: tuple[Option, ...] = ()
    url: str | None = None
    unit: str | None = None


def entered(definition: Definition, content: Mapping[str, Any], *path: str) -> dict[str, Any] | None:
    """The entry to be stored, from the one field that `content` has; None where that is blank: no value.

    Raises a Refusal: INVALID, OUT_OF_RANGE or TOO_LONG, and STATE for what is archived.
    """
    (field,) = content
    _require_field(field, FIELDS[definition.type], path)
    text = _spoken(field, content[field])
    if not text.strip():
        return None
    if definition.archived:
        raise Refusal(STATE, "This specification is archived: nothing can be entered for it any more.", *path)
    if definition.type in CHOICES:
        text = _by_keys(text, definition, path)
    return {"key": definition.key, "type": definition.type, "content": read(text, definition, path).content}


def written(entry: Entry) -> str:
    """A value as text, as it was entered; a list of options by their keys, with strokes between."""
    ((field, given),) = entry["content"].items()
    return _spoken(field, given)


def value_of(entry: Entry, definition: Definition, *, residue: bool = False) -> Value:
    """The entry as the definition reads it; `residue` is of one that does not apply to the item, and fits nowhere.

    Options are shown by their labels there too, where the definition still has them.
    """
    text = written(entry)
    try:
        reading = read(text, definition) if not residue or definition.type in CHOICES else None
    except Refusal:
        reading = None
    if residue or reading is None:
        return Value(definition, fits=False, display=reading.display if reading else text, text=text)
    return Value(definition, fits=True, display=reading.display, text=text, **reading.fields)


def _require_field(field: str, own: str, path: tuple[str, ...]) -> None:
    if field not in {"text", own, *NARROWER.get(own, ())}:
        message = "Give this value as text." if own == "text" else "Give this value as {field}, or as text."
        raise Refusal(INVALID, message, *path, field=own)


def _by_keys(text: str, definition: Definition, path: tuple[str, ...]) -> str:
    """Options that are named by key or label, by their keys."""
    names = entered_names(text, definition, path) if definition.type == "MULTI_ENUM" else [text]
    return BETWEEN.join(chosen(name, definition, path).key for name in names)


def _spoken(field: str, given: Any) -> str:
    return SPOKEN.get(field, str)(given)


SPOKEN: dict[str, Callable[[Any], str]] = {
    "decimal": lambda number: f"{Decimal(number):f}",
    "boolean": lambda answer: str(answer).lower(),
    "options": BETWEEN.join,
    "quantity": lambda given: f"{Decimal(given['value']):f} {given['unit']}",
}
"""How the content of a field is written where its own text is not enough."""
