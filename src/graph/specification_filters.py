"""Filters by what is worth knowing about items: conditions on the index of their values."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Any, TypeAlias

from db.connection import Row
from db.filters import About, Either, Every, Filter, Indexed, Not, Operator, Test, one_of
from engine.errors import BadUserInput
from graph.context import Context
from graph.declaring import attribute, input_field, input_type
from graph.filters import given, piece, short
from graph.scalars import Decimal
from rules.operands import compared, number_bound, require_readable, require_type
from rules.specification_inputs import LONGEST_KEY
from rules.specifications import SPECIFICATION, TEXTS, Definition, definition

BOUNDS: dict[str, Operator] = {"gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte"}
ASIDE = ("key", "unit", "is_null")
"""What of a filter no value is compared with."""
MAX_TEXTS = 250
"""So many texts, and so many characters, `in` may hold over a whole `where`: each is read by every definition."""
MAX_CHARACTERS = 10_000
Known: TypeAlias = Mapping[str, Sequence[Row]]
"""The specifications that can be filtered by, by their keys; `definition` is that of their edition."""


@input_type()
class SpecificationFilter:
    """Conditions on one specification; all that are given must hold. A value that does not fit counts as none.

    Where several categories have a specification with this key, the items of all of them are looked at.
    """

    key: str = attribute("Which one; it has to be filterable.")
    eq: str | None = input_field(
        "Is this: a text whatever its case, a number, true or false, a date (also 1987 or 1987-05), or one option, by"
        " its key or label. What is no option matches nothing; what can be no number, date or answer is refused."
    )
    in_: list[str] | None = input_field(
        "Is one of these; of none: matches nothing. At most 250, and 10,000 characters, in a whole `where`.", name="in"
    )
    gt: Decimal | None = input_field("Is a greater number.")
    gte: Decimal | None = input_field("Is a greater number or the same.")
    lt: Decimal | None = input_field("Is a smaller number.")
    lte: Decimal | None = input_field("Is a smaller number or the same.")
    from_: date | None = input_field("Is a date, all of whose days are on this day or later.", name="from")
    to: date | None = input_field("Is a date, all of whose days are on this day or earlier.")
    contains: str | None = input_field("Is a text or a URL that holds this somewhere.")
    unit: str | None = input_field("In which unit the numbers here are; that of the definition where it is left out.")
    is_null: bool | None = input_field("true: there is no value that fits. false: there is one.")


async def definitions_of(context: Context, keys: Iterable[str]) -> Known:
    """Those with these keys; one statement for all that are asked for at the same time."""
    wanted = tuple(dict.fromkeys(keys))
    found = await asyncio.gather(*(context.batched(_with_keys, key=key) for key in wanted))
    return dict(zip(wanted, found, strict=True))


def usable(key: str, known: Known) -> Sequence[Row]:
    """The specifications with a key; BAD_USER_INPUT where there are none."""
    if rows := known[key]:
        return rows
    raise BadUserInput(
        f"No specification with the key {key[:LONGEST_KEY]} can be filtered or ordered by: give the key of one that is "
        "filterable and not archived."
    )


def require_few_texts(filters: Iterable[SpecificationFilter]) -> None:
    """Refuse more than there may be in all `in` of a `where`."""
    texts = [text for one in filters for text in one.in_ or ()]
    if len(texts) > MAX_TEXTS or sum(map(len, texts)) > MAX_CHARACTERS:
        raise BadUserInput(f"`in` may hold {MAX_TEXTS} texts over a whole `where`, and {MAX_CHARACTERS:,} characters.")


def specification_condition(wanted: SpecificationFilter, known: Known) -> Filter:
    """The condition of a filter; BAD_USER_INPUT where none of the specifications can be asked so."""
    rows = usable(wanted.key, known)
    fields = dict(given(wanted))
    parts: list[Filter] = []
    if "is_null" in fields:
        any_value = Indexed(of_editions(rows))
        parts.append(Not(any_value) if fields["is_null"] else any_value)
    if operands := {name: value for name, value in fields.items() if name not in ASIDE}:
        parts.append(_with_value(rows, operands, fields.get("unit")))
    return About(f"{SPECIFICATION}{wanted.key}", Every(tuple(parts)))


def of_editions(rows: Iterable[Row]) -> Test:
    """The rows of the index that stand for values of these specifications."""
    return one_of("edition", [row.edition for row in rows])


def _with_value(rows: Sequence[Row], operands: Mapping[str, Any], unit: str | None) -> Filter:
    """A value of one of the specifications that can be asked so; those that ask the same of the index together."""
    _require_readable([row.definition for row in rows], _texts(operands), unit)
    alike: dict[tuple[bool, tuple[Test, ...]], list[Row]] = {}
    problems: list[str] = []
    for row in rows:
        try:
            wanted = tuple(test for one in operands.items() for test in _tests(row.definition, *one, unit))
        except ValueError as problem:
            problems.append(str(problem))
        else:
            alike.setdefault((row.definition.type == "MULTI_ENUM", wanted), []).append(row)
    if not alike:
        raise BadUserInput(problems[0])
    parts = tuple(_indexed(several, wanted, apart=many) for (many, wanted), several in alike.items())
    return parts[0] if len(parts) == 1 else Either(parts)


def _texts(operands: Mapping[str, Any]) -> list[str]:
    """What values are to equal."""
    alone = [operands["eq"]] if "eq" in operands else []
    return [short(text) for text in (*alone, *operands.get("in_", ()))]


def _require_readable(asked: Sequence[Definition], texts: Iterable[str], unit: str | None) -> None:
    """Refuse a text that none of the definitions can read as its type."""
    for text in texts:
        problems = list(takewhile(bool, (_problem(one, text, unit) for one in asked)))
        if len(problems) == len(asked):
            raise BadUserInput(problems[0])


def _problem(asked: Definition, text: str, unit: str | None) -> str:
    try:
        require_readable(asked, text, unit)
    except ValueError as problem:
        return str(problem)
    return ""


def _indexed(rows: Sequence[Row], wanted: tuple[Test, ...], *, apart: bool) -> Filter:
    """`apart`: of several values each may meet another condition."""
    edition = of_editions(rows)
    return (
        Every(tuple(Indexed(Every((edition, one))) for one in wanted)) if apart else Indexed(Every((edition, *wanted)))
    )


def _tests(asked: Definition, name: str, value: Any, unit: str | None) -> Iterator[Test]:
    """What one operand asks of the index; a ValueError, in plain words, where it makes no sense."""
    if name in BOUNDS:
        yield Test("value", BOUNDS[name], number_bound(asked, value, unit))
    elif name in ("eq", "in_"):
        found = [compared(asked, text, unit) for text in ([value] if name == "eq" else value)]
        yield Test("value", "in", tuple(one.value for one in found if one))
    elif name == "contains":
        require_type(asked, TEXTS, "contains looks into texts and URLs")
        yield Test("whole", "contains", piece(value))
    else:
        require_type(asked, {"DATE"}, "from and to compare dates")
        yield Test("value", "gte", str(value)) if name == "from_" else Test("last_day", "lte", str(value))


async def _with_keys(context: Context, keys: list[str]) -> Known:
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in await context.read().specifications.indexed(keys):
        found[row.key].append(row._replace(definition=definition(row.definition)))
    return found
