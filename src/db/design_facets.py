"""How often each value of a field occurs among designs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, select

from db.among import Among
from db.facet_statements import by_category, by_spelling, by_word
from db.facets import (
    CATEGORY,
    Count,
    about,
    category_counts,
    category_selection,
    most,
    named,
    ranked,
    without,
    word_counts,
)
from db.filters import express
from db.repositories.categories import Reach
from db.repositories.designs import CONDITIONS, TABLE, DesignList, Designs

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from db.scope import Sight

FEATURED = {True: ("true", "Featured"), False: ("false", "Not featured")}


async def counted(designs: Designs, wanted: DesignList, field: str) -> list[Count]:
    """The counts of a text's field, of "category" or of "featured" in a list; one statement.

    What the list's condition says at its top about the field itself is left aside; the values named there are told
    even where they do not occur.
    """
    shape, values = replace(
        wanted, where=without(wanted.where, CATEGORY if field == "category" else (field,))
    ).parametrised()
    if field == "category":
        selection = category_selection(wanted.where)
        rows = await designs.visible_rows(_by_category, shape, **values, **selection)
        return category_counts(rows, selection)
    selected = named(about(wanted.where, (field,)), field)
    if field == "featured":
        return word_counts(await designs.visible_rows(_by_word, shape, **values), selected, FEATURED)
    values |= {"most": most(selected)} | ({"selected": selected} if selected else {})
    rows = await designs.visible_rows(_by_spelling, field, shape, bool(selected), **values)
    found = {value: Count(value, value, 0, selected=True) for value in selected}
    found |= {row.value: Count(row.value, row.label, int(row.count), row.value in selected) for row in rows}
    return ranked(found.values())


def _by_spelling(sight: Sight, field: str, wanted: DesignList, selected: bool) -> Executable:  # noqa: FBT001  (a shape is positional)
    folded = TABLE.c[f"{field}_folded"]
    rows = _visible(sight, folded.label("value"), TABLE.c[field].label("label"))
    matching = rows.where(express(wanted.where, CONDITIONS), folded.is_not(None))
    return by_spelling(matching, rows.where(Among(folded, "selected")) if selected else None)


def _by_category(sight: Sight, wanted: DesignList) -> Executable:
    rows = _visible(sight, TABLE.c.category_id).where(express(wanted.where, CONDITIONS))
    return by_category(rows, branches=wanted.reach is Reach.BRANCH)


def _by_word(sight: Sight, wanted: DesignList) -> Executable:
    return by_word(_visible(sight, TABLE.c.featured.label("value")).where(express(wanted.where, CONDITIONS)))


def _visible(sight: Sight, *columns: ColumnElement[Any]) -> Select[Any]:
    visible = Designs.visible(sight)
    return select(*columns) if visible is None else select(*columns).where(visible)
