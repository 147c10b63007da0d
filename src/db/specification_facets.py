"""How often each value of a specification occurs among items: counted in the index, as far as that tells enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, and_, case, func, literal_column, select, true, union_all

from db.among import Among
from db.facet_statements import first
from db.facets import NAMING, Count, about, most, named, ranked, within, without
from db.filters import Every, Filter, Indexed, Test, express, one_of, parametrise
from db.item_conditions import (
    COUNTED,
    VALUES,
    index_columns,
    index_conditions,
    index_suffices,
    index_visible,
    is_indexed,
)
from db.repositories.items import TABLE
from rules.facet_values import form, spelled, told
from rules.specifications import SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause

    from db.connection import Row
    from db.repositories.items import Items
    from db.scope import Sight
    from rules.specifications import Definition


@dataclass(frozen=True, slots=True)
class Group:
    """Indexes, by the number of their edition, whose values are the same where they are indexed alike."""

    definitions: Mapping[int, Definition]
    selected: tuple[str, ...]

    @property
    def editions(self) -> Test:
        """Which rows of the index belong to it."""
        return one_of("edition", list(self.definitions))


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a group shapes its part of a statement."""

    editions: Filter
    selected: str | None
    """The parameter with what is selected, where something is."""


async def counted_values(items: Items, where: Filter, key: str, known: Mapping[int, Definition]) -> list[Count]:
    """The counts of the values of specifications with this key, which `known` has by edition; one statement.

    What the condition says at its top about the specification is left aside; the values named there are told even where
    they do not occur.
    """
    field = f"{SPECIFICATION}{key}"
    groups = list(_groups(known, list(about(where, (field,)))))
    values: dict[str, Any] = {"most": most([value for group in groups for value in group.selected])}
    shape = parametrise(without(where, (field,)), values)
    shapes = tuple(_shape(group, f"selected_{place}", values) for place, group in enumerate(groups))
    read = any(map(spelled, known.values()))
    rows = await items.visible_rows(_by_value, shape, shapes, read, **values)
    return _counts(groups, rows)


def _groups(known: Mapping[int, Definition], conditions: Sequence[Filter]) -> Iterator[Group]:
    selected = [
        (named([one.part], "edition"), named([one.part], "value"))
        for part in conditions
        for one in within(part, Indexed)
    ]
    for wanted in dict.fromkeys(map(form, known.values())):
        alike = {edition: definition for edition, definition in known.items() if form(definition) == wanted}
        values = (value for editions, several in selected if not alike.keys().isdisjoint(editions) for value in several)
        yield Group(alike, tuple(dict.fromkeys(values)))


def _shape(group: Group, name: str, values: dict[str, Any]) -> Shape:
    editions = parametrise(group.editions, values)
    if group.selected:
        values[name] = list(group.selected)
    return Shape(editions, name if group.selected else None)


def _counts(groups: Sequence[Group], rows: Iterable[Row]) -> list[Count]:
    """As conditions name them and people read them; what is named alike in several groups is one."""
    found: dict[tuple[int, str], Row | None] = {
        (place, value): None for place, group in enumerate(groups) for value in group.selected
    }
    found |= {(row.place, row.value): row for row in rows}
    counts: dict[str, Count] = {}
    places: dict[str, tuple[int, str]] = {}
    for (place, indexed), row in sorted(found.items()):
        group = groups[place]
        value, label = told(indexed, tuple(group.definitions.values()), row and row.specification_values)
        before = counts.get(value)
        count = (int(row.count) if row else 0) + (before.count if before else 0)
        selected = indexed in group.selected or bool(before and before.selected)
        counts[value] = Count(value, before.label if before else label, count, selected)
        places.setdefault(value, (place, indexed))
    return ranked(counts.values(), lambda count: places[count.value])


def _by_value(sight: Sight, where: Filter, shapes: Sequence[Shape], read: bool) -> Executable:  # noqa: FBT001  (a shape is positional)
    """Rows of `place` (of the group), `value`, `count`, and with `read` the entries of an item that has it."""
    parts = [select(_most(sight, where, shape, place).subquery()) for place, shape in enumerate(shapes)]
    counted = (parts[0] if len(parts) == 1 else union_all(*parts)).subquery()
    columns = (counted.c.place, counted.c.value, counted.c.count)
    if not read:
        return select(*columns, literal_column("NULL").label("specification_values"))
    having = counted.join(TABLE, TABLE.c.number == counted.c.item)
    return select(*columns, TABLE.c.specification_values).select_from(having)


def _most(sight: Sight, where: Filter, shape: Shape, place: int) -> Select[Any]:
    values = VALUES.alias()
    visible = index_visible(values, sight)
    seen = and_(express(shape.editions, index_columns(values)), true() if visible is None else visible)
    counted = _grouped(values, func.count()).where(seen, *_holding(sight, where, values))
    if shape.selected:
        known = _grouped(values, literal_column("0")).where(seen, Among(values.c.value, shape.selected))
        both = union_all(counted, known).subquery()
        listed = func.min(case((both.c.count > literal_column("0"), both.c.item)))
        item = func.coalesce(listed, func.min(both.c.item)).label("item")
        counted = select(both.c.value, func.sum(both.c.count).label("count"), item).group_by(both.c.value)
    rows = counted.subquery()
    told = select(literal_column(str(place)).label("place"), rows.c.value, rows.c.count, rows.c.item)
    return first(told, rows.c.count, rows.c.value, Among(rows.c.value, shape.selected) if shape.selected else None)


def _grouped(values: FromClause, count: ColumnElement[Any]) -> Select[Any]:
    item = func.min(values.c.item).label("item")
    return select(values.c.value, count.label("count"), item).group_by(values.c.value)


def _holding(sight: Sight, where: Filter, values: FromClause) -> Iterator[ColumnElement[bool]]:
    """The condition on rows of the index; items are looked at only for those parts that the index cannot tell."""
    parts = list(_parts(where))
    if having := sorted((part for part in parts if isinstance(part, Indexed)), key=_names_values, reverse=True):
        yield values.c.item.in_(_having(sight, having)).is_(true())
    others = [part for part in parts if not isinstance(part, Indexed)]
    in_index = {**index_conditions(values), "indexed": lambda condition: is_indexed(values.c.item, condition)}
    yield from (express(part, in_index) for part in others if index_suffices(part))
    if asked := tuple(part for part in others if not index_suffices(part)):
        yield values.c.item.in_(select(TABLE.c.number).where(express(Every(asked), COUNTED))).is_(true())


def _having(sight: Sight, conditions: Sequence[Indexed]) -> Select[Any]:
    """The items that meet all of these: the first is read, and of each other what is in the set before it.

    A set costs what goes into it: so those that nobody here sees are left out of each.
    """
    *before, last = conditions
    values = VALUES.alias()
    visible = index_visible(values, sight)
    found = select(values.c.item).where(express(last.part, index_columns(values)))
    found = found if visible is None else found.where(visible)
    return found.where(values.c.item.in_(_having(sight, before)).is_(true())) if before else found


def _names_values(condition: Indexed) -> bool:
    """Whether it names values, of which each has few items, rather than bounds, which may take in nearly all."""
    return any(test.field == "value" and test.operator in NAMING for test in within(condition, Test))


def _parts(where: Filter) -> Iterator[Filter]:
    if isinstance(where, Every):
        for part in where.parts:
            yield from _parts(part)
    else:
        yield where
