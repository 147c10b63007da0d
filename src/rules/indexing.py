"""By what items are found, and what only one item may have: values, each under the definition that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from rules.index_values import index_values
from rules.items import audience
from rules.specifications import matched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.specifications import Definition, Entry

Claim: TypeAlias = tuple[str, str]
"""A value that no other item may have, in the form in which it is compared, behind its specification's id."""


class Scheme(NamedTuple):
    """What a category's items are indexed by: the definitions that it has, or had, and the editions of the index."""

    definitions: Sequence[Definition]
    editions: Mapping[str, int]
    """Their numbers, by the ids of specifications."""

    def only(self, definition: Definition, edition: int) -> Scheme:
        """One edition, under a definition that differs from the one which stands here."""
        definitions = [definition if known.id == definition.id else known for known in self.definitions]
        return Scheme(definitions, {definition.id: edition})


def index_rows(item: Any, number: int, scheme: Scheme) -> Iterator[dict[str, Any]]:
    """The rows by which an item is found, with its number."""
    shown = audience(item.visibility, item.deleted_at)
    for known, entry in _belonging(item.specification_values, scheme.definitions):
        if edition := scheme.editions.get(known.id):
            for value, text in index_values(entry, known):
                yield {"edition": edition, "value": value, "item": number, "audience": shown, "text": text}


def claims(item: Any, definitions: Sequence[Definition], only: str | None = None) -> set[Claim]:
    """What the item alone may have, of all specifications or one; what is deleted lets it go."""
    unique = {known.id for known in definitions if known.unique and only in (None, known.id)}
    if item.deleted_at or not unique:
        return set()
    belonging = _belonging(item.specification_values, definitions)
    chosen = ((known, entry) for known, entry in belonging if known.id in unique)
    return {(known.id, found.value) for known, entry in chosen for found in index_values(entry, known)}


def _belonging(entries: Mapping[str, Entry], definitions: Sequence[Definition]) -> Iterator[tuple[Definition, Entry]]:
    under = matched(entries, definitions)
    return ((known, entries[under[known.id]]) for known in definitions if known.id in under)
