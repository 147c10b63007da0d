"""How often each value of a field occurs among items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, select

from db.facet_statements import by_category, by_word
from db.facets import CATEGORY, Count, about, category_counts, category_selection, named, without, word_counts
from db.filters import Filter, express, parametrise
from db.item_conditions import COUNTED
from db.repositories.categories import Reach
from db.repositories.items import TABLE, Items
from rules.items import CONDITIONS, VISIBILITIES

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from db.item_orders import ItemList
    from db.scope import Sight

WORDS = {
    "condition": {word: (word, word.capitalize()) for word in CONDITIONS},
    "visibility": {word: (word, word.capitalize()) for word in VISIBILITIES},
}


async def counted(items: Items, wanted: ItemList, field: str) -> list[Count]:
    """The counts of "category", "condition" or "visibility" in a list; one statement.

    What the list's condition says at its top about the field itself is left aside; the values named there are told
    even where they do not occur.
    """
    values: dict[str, Any] = {}
    where = parametrise(without(wanted.where, CATEGORY if field == "category" else (field,)), values)
    if field == "category":
        selection = category_selection(wanted.where)
        rows = await items.visible_rows(_by_category, where, wanted.reach, **values, **selection)
        return category_counts(rows, selection)
    rows = await items.visible_rows(_by_word, where, field, **values)
    return word_counts(rows, named(about(wanted.where, (field,)), field), WORDS[field])


def _by_category(sight: Sight, where: Filter, reach: Reach) -> Executable:
    return by_category(_rows(sight, where, TABLE.c.category_id), branches=reach is Reach.BRANCH)


def _by_word(sight: Sight, where: Filter, field: str) -> Executable:
    return by_word(_rows(sight, where, TABLE.c[field].label("value")))


def _rows(sight: Sight, where: Filter, column: ColumnElement[Any]) -> Select[Any]:
    rows = select(column).where(express(where, COUNTED))
    visible = Items.visible(sight)
    return rows if visible is None else rows.where(visible)
