"""What the change of a definition means for the items that have it, counted one by one; no value is ever touched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rules.index_values import index_values
from rules.readings import read
from rules.refusals import CONFLICT, NOT_UNIQUE, OUT_OF_RANGE, TOO_LONG, Refusal
from rules.specification_values import written
from rules.specifications import CHOICES, matched
from rules.text import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.index_values import IndexValue
    from rules.specifications import Definition, Entry

MAX_EXAMPLES = 5
LONGEST_EXAMPLE = 60
"""Of a name, and of a value."""
READ_BY = ("type", "unit", "min", "max", "max_length")
"""What of a definition decides how a value is read, beside the keys of its options."""


@dataclass(frozen=True, slots=True)
class Change:
    """A definition as it was (None: it is new) and as it will be.

    `after` still has, archived, the options that are `left_out`: only counting tells which of them nobody has.
    """

    before: Definition | None
    after: Definition
    left_out: frozenset[str] = frozenset()

    @property
    def is_free(self) -> bool:
        """Whether no item is affected: nothing changes but names, order and what can be chosen or filtered by."""
        return not (self._reads_anew or self.requires_anew or self.claims_anew or self.left_out)

    @property
    def requires_anew(self) -> bool:
        """Whether it becomes required."""
        return self.after.required and not (self.before and self.before.required)

    @property
    def claims_anew(self) -> bool:
        """Whether unique values are to be claimed: they were not before, or were others."""
        return self.after.unique and (self._reads_anew or not (self.before and self.before.unique))

    @property
    def relabels(self) -> bool:
        """Whether options are called otherwise, or values become options, or cease to be some."""
        before, after = _labels(self.before), _labels(self.after)
        return bool(before) != bool(after) or any(before[key] != after[key] for key in before.keys() & after.keys())

    @property
    def _reads_anew(self) -> bool:
        return self.before is None or _reading(self.before) != _reading(self.after)

    def settled(self, used: set[str]) -> Definition:
        """The definition without the left out options that nobody has."""
        gone = self.left_out - used
        return replace(self.after, options=tuple(one for one in self.after.options if one.key not in gone))

    def held(self, entries: Mapping[str, Entry], known: Sequence[Definition]) -> tuple[Entry | None, Entry | None]:
        """The value that an item has by the definition before and after; `known` are all of its definitions after."""
        own = entries.get(self.after.id)
        if own or all(entry["key"] != self.after.key for entry in entries.values()):
            return (own if self.before else None), own
        before = [self.before if one is self.after else one for one in known]
        return self._matched(entries, [one for one in before if one]), self._matched(entries, known)

    def _matched(self, entries: Mapping[str, Entry], known: Sequence[Definition]) -> Entry | None:
        under = matched(entries, known).get(self.after.id)
        return entries[under] if under else None


@dataclass(slots=True)
class Impact:
    """What a change does to the items that were counted, in the order of their ids."""

    change: Change
    affected: int = 0
    failing: int = 0
    conflicts: int = 0
    """How many values fitted and would not any more."""
    duplicates: int = 0
    reindexes: bool = False
    """Whether some value is found by something else than before."""
    used: set[str] = field(default_factory=set)
    """The keys of the options that somebody has, where some are left out."""
    _doubled: list[str] = field(default_factory=list)
    _outdated: list[str] = field(default_factory=list)
    _flagged: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    @property
    def convertible(self) -> int:
        """How many values fit the definition as it will be."""
        return self.affected - self.failing

    @property
    def examples(self) -> list[str]:
        """Some of what fails, first what may be refused."""
        return [*self._doubled, *self._outdated, *self._flagged][:MAX_EXAMPLES]

    @property
    def relabels(self) -> bool:
        """Whether search may find items by other labels than before; what is free is not counted."""
        some = self.change.is_free or self.affected > 0
        return (self.change.relabels and some) or (self.reindexes and self.change.after.type in CHOICES)

    def count(self, item: Any, known: Sequence[Definition]) -> None:
        """One more item (its name, deleted_at and specification_values) that has these definitions after the change."""
        if not any(one is self.change.after for one in known):
            return
        before, after = self.change.held(item.specification_values, known)
        if entry := after or before:
            self.affected += 1
            self._compare(item, entry, _index(before, self.change.before), _index(after, self.change.after))
        elif self.change.requires_anew:
            self.affected += 1
            self._fail(self._flagged, item)

    def keep(self, entries: Mapping[str, Entry]) -> None:
        """The values of one more item that has one under the definition, wherever it is: the item may come back."""
        self.used.update(one.value for one in _index(entries.get(self.change.after.id), self.change.after))

    def reasons(self, *, abort: bool) -> list[Refusal]:
        """Why the change cannot be: duplicates; with `abort` also values that would not fit any more."""
        reasons = []
        if self.duplicates:
            message = "Items with a value that another one has: {number}, such as {examples}. Change these first."
            told = "; ".join(self._doubled)
            reasons.append(Refusal(NOT_UNIQUE, message, "input", "unique", number=self.duplicates, examples=told))
        if abort and self.conflicts:
            message = "Values that would not fit any more: {count}. Change them first, or choose KEEP_AS_RESIDUE."
            reasons.append(Refusal(CONFLICT, message, "onConflict", count=self.conflicts))
        return reasons

    def _compare(self, item: Any, entry: Entry, old: tuple[IndexValue, ...], new: tuple[IndexValue, ...]) -> None:
        self.reindexes |= old != new
        if self.change.left_out:
            self.used.update(one.value for one in new)
        if not new:
            self.conflicts += bool(old)
            self._fail(self._outdated if old else self._flagged, item, entry)
        elif self.change.claims_anew and item.deleted_at is None:
            if new[0].value in self._taken:
                self.duplicates += 1
                self._fail(self._doubled, item, entry)
            self._taken.add(new[0].value)

    def _fail(self, examples: list[str], item: Any, entry: Entry | None = None) -> None:
        self.failing += 1
        if len(examples) < MAX_EXAMPLES:
            examples.append(self._example(item.name, entry))

    def _example(self, name: str, entry: Entry | None) -> str:
        named = shortened(name, LONGEST_EXAMPLE)
        if entry is None:
            return named
        text = written(entry)
        return f"{named}: {shortened(text, LONGEST_EXAMPLE)}{_bound(text, self.change.after)}"


def _reading(known: Definition) -> tuple[Any, ...]:
    return (*(getattr(known, name) for name in READ_BY), {option.key for option in known.options})


def _labels(known: Definition | None) -> dict[str, str]:
    """What the options are called, by key; a definition of another type has none."""
    return {option.key: option.label for option in known.options} if known else {}


def _index(entry: Entry | None, known: Definition | None) -> tuple[IndexValue, ...]:
    """What an entry is found by; nothing where it does not fit."""
    return index_values(entry, known) if entry and known else ()


def _bound(text: str, known: Definition) -> str:
    """The bound that a value breaks, in brackets; nothing where it breaks none."""
    try:
        read(text, known)
    except Refusal as reason:
        if reason.code in (OUT_OF_RANGE, TOO_LONG):
            told = str(reason).removeprefix("This ").removesuffix(".")
            return f" ({told[0].lower()}{told[1:]})"
    return ""
