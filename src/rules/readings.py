"""How a text is read as each type of specification."""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from rules.checking import CONTROL, require_printable
from rules.options import names_in, no_such_option, with_key
from rules.quantities import Quantity, number_in, quantity_in, require_within
from rules.refusals import INVALID, TOO_LONG, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.specifications import Definition

    Reader: TypeAlias = Callable[[str, Definition, tuple[str, ...]], "Reading"]
    """From a text, its definition and its path; raises a Refusal where the text does not fit."""

LONGEST_TEXT = 10_000
LONGEST_URL = 2_000
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
SPACE = re.compile(r"\s")


class Reading(NamedTuple):
    """What a text says: as it is stored, as it is shown, and in the fields that answers have for its type."""

    content: dict[str, Any]
    display: str
    fields: Mapping[str, Any]


def read(text: str, definition: Definition, path: tuple[str, ...] = ()) -> Reading:
    """The text as the definition's type reads it; a Refusal where it does not fit."""
    return READERS[definition.type](text, definition, path)


def period(text: str) -> tuple[date, date] | None:
    """The first and the last day of a day, a month or a year; None where the calendar has no such."""
    found = DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    with suppress(ValueError):
        first = date(int(year), int(month or 1), int(day or 1))
        return first, first if day else _last_day(first.year, int(month or 12))
    return None


def require_web_address(url: str, path: tuple[str, ...]) -> None:
    """Refuse what is no absolute URL, http or https, with a host and without spaces."""
    if not _is_web_address(url):
        message = "This is not the address of a web page: write it in full, as in https://example.com/page."
        raise Refusal(INVALID, message, *path)


def _is_web_address(url: str) -> bool:
    if SPACE.search(url) or CONTROL.search(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _text(text: str, definition: Definition, path: tuple[str, ...]) -> Reading:
    _require_short(text, definition.max_length or LONGEST_TEXT, path)
    require_printable(text, path, lines=True)
    return Reading({"text": text}, text, {})


def _integer(text: str, definition: Definition, path: tuple[str, ...]) -> Reading:
    number = number_in(text.strip())
    if number is None or number != int(number):
        raise Refusal(INVALID, "This is no whole number of up to 15 digits: write it as in 12.", *path)
    require_within(Quantity(number), definition, path)
    return Reading({"integer": int(number)}, str(int(number)), {"integer": int(number)})


def _decimal(text: str, definition: Definition, path: tuple[str, ...]) -> Reading:
    number = number_in(text.strip())
    if number is None:
        message = "This is not a number: write it as in 12.50, with at most 15 digits and 4 decimals."
        raise Refusal(INVALID, message, *path)
    require_within(Quantity(number), definition, path)
    return Reading({"decimal": f"{number:f}"}, f"{number:f}", {"decimal": number})


def _boolean(text: str, _definition: Definition, path: tuple[str, ...]) -> Reading:
    answer = BOOLEANS.get(text.strip().casefold())
    if answer is None:
        raise Refusal(INVALID, "This says neither yes nor no: write true or false.", *path)
    return Reading({"boolean": answer}, str(answer).lower(), {"boolean": answer})


def _date(text: str, _definition: Definition, path: tuple[str, ...]) -> Reading:
    written = text.strip()
    days = period(written)
    if days is None:
        message = "This is not a date: write 1987-05-20, or 1987-05 or 1987 where no more is known."
        raise Refusal(INVALID, message, *path)
    return Reading({"date": written}, written, {"date": days[0]} if days[0] == days[1] else {})


def _enum(text: str, definition: Definition, path: tuple[str, ...]) -> Reading:
    option = with_key(text, definition)
    if option is None:
        raise no_such_option(definition, path)
    return Reading({"option": option.key}, option.label, {"options": (option,)})


def _multi_enum(text: str, definition: Definition, path: tuple[str, ...]) -> Reading:
    found = [with_key(name, definition) for name in names_in(text, path)]
    options = tuple(dict.fromkeys(option for option in found if option))
    if not found or None in found:
        raise no_such_option(definition, path)
    labels = ", ".join(option.label for option in options)
    return Reading({"options": [option.key for option in options]}, labels, {"options": options})


def _url(text: str, definition: Definition, path: tuple[str, ...]) -> Reading:
    url = text.strip()
    _require_short(url, min(definition.max_length or LONGEST_URL, LONGEST_URL), path)
    require_web_address(url, path)
    return Reading({"url": url}, url, {"url": url})


def _quantity(text: str, definition: Definition, path: tuple[str, ...]) -> Reading:
    given = quantity_in(text.strip(), definition, path)
    require_within(given, definition, path)
    unit = given.unit and given.unit.symbol
    content = {"quantity": {"value": f"{given.number:f}", "unit": unit}}
    return Reading(content, str(given), {"decimal": given.number, "unit": unit})


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _require_short(text: str, most: int, path: tuple[str, ...]) -> None:
    if len(text) > most:
        raise Refusal(TOO_LONG, "At most {max} characters.", *path, min=0, max=most)


READERS: dict[str, Reader] = {
    "TEXT": _text,
    "INTEGER": _integer,
    "DECIMAL": _decimal,
    "BOOLEAN": _boolean,
    "DATE": _date,
    "ENUM": _enum,
    "MULTI_ENUM": _multi_enum,
    "URL": _url,
    "QUANTITY": _quantity,
}
