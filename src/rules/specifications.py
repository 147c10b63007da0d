"""What is worth knowing about items: definitions, which of them apply where, and whose values stand for which."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Entry: TypeAlias = "Mapping[str, Any]"
"""A value as it was entered: `key` and `type` of the definition at that time, and `content`: one of `text`, `integer`,
`decimal` (as text), `boolean`, `date` (as text), `option`, `options`, `url`, `quantity` (`value` as text, and `unit`).
"""
NUMBERS = {"INTEGER", "DECIMAL", "QUANTITY"}
TEXTS = {"TEXT", "URL"}
CHOICES = {"ENUM", "MULTI_ENUM"}
SPECIFICATION = "spec:"
"""What a key is written behind among the names of fields: that of a facet, or of a column with another one's name."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things that can be chosen: stored by its key, shown by its label."""

    key: str
    label: str
    archived: bool = False


@dataclass(frozen=True)
class Definition:
    """A specification, as far as rules need it."""

    id: str
    category_id: str
    key: str
    label: str
    type: str
    unit: str | None = None
    options: tuple[Option, ...] = ()
    required: bool = False
    unique: bool = False
    filterable: bool = False
    min: Decimal | None = None
    max: Decimal | None = None
    max_length: int | None = None
    position: int = 0
    archived: bool = False

    @cached_property
    def by_key(self) -> Mapping[str, Option]:
        """The options by their keys."""
        return {option.key: option for option in self.options}

    @cached_property
    def by_label(self) -> Mapping[str, Option]:
        """The options by their folded labels; one that is archived only where no other has it."""
        archived_last = sorted(self.options, key=lambda option: option.archived)
        return {fold(option.label): option for option in reversed(archived_last)}


COLUMNS = tuple(field.name for field in fields(Definition))
"""What of a specification's row a definition is made of."""


def definition(columns: Mapping[str, Any]) -> Definition:
    """From a row, or from what `plain` made; what else it holds is left aside."""
    known = {name: columns[name] for name in COLUMNS}
    options = tuple(Option(**option) for option in known["options"])
    bounds = {name: None if known[name] is None else Decimal(known[name]) for name in ("min", "max")}
    return Definition(**{**known, **bounds, "options": options})


def plain(known: Definition) -> dict[str, Any]:
    """A definition as JSON holds it."""
    values = {name: getattr(known, name) for name in COLUMNS}
    bounds = {name: None if values[name] is None else str(values[name]) for name in ("min", "max")}
    return {**values, **bounds, "options": [option_columns(option) for option in known.options]}


def option_columns(option: Option) -> dict[str, Any]:
    """An option as its specification's row holds it."""
    return {name: getattr(option, name) for name in Option.__slots__}


def matched(entries: Mapping[str, Entry], definitions: Sequence[Definition]) -> dict[str, str]:
    """By the id of each definition that has a value: the id under which it was entered; what is left is residue.

    A value belongs to the definition that it was entered under. Where that does not apply any more (the item or its
    category has moved), it stands for one with the same key and type that has no value of its own.
    """
    own = {known.id: known.id for known in definitions if known.id in entries}
    left = {(entry["key"], entry["type"]): under for under, entry in entries.items() if under not in own}
    taken = {
        known.id: left[known.key, known.type]
        for known in definitions
        if known.id not in own and (known.key, known.type) in left
    }
    return own | taken
