"""Checking an input field by field, so that all that is wrong with it is told at once."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, TypeAlias

from rules.refusals import (
    CONFLICT,
    INVALID,
    OUT_OF_RANGE,
    REQUIRED,
    TOO_LONG,
    TOO_SHORT,
    Refusal,
    Refusals,
    not_found,
    refuse,
)
from rules.slugs import LONGEST, slugged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    Check: TypeAlias = Callable[[Any, tuple[str, ...]], Any]
    """From a value and its path to the value that is written; raises a Refusal, or Refusals."""

SPELLING = 4
"""How many code points at most stand for one composed character."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters (surrogates), which no database keeps."""
LINES = str.maketrans("", "", "\n\t")
LARGEST = 2**31 - 1
"""What GraphQL's Int holds, and both databases."""


def checked(
    given: Mapping[str, Any], checks: Mapping[str, Check], path: tuple[str, ...] = ("input",)
) -> tuple[dict[str, Any], list[Refusal]]:
    """The values that may be written, and all that is wrong; what `given` leaves out is in neither."""
    values: dict[str, Any] = {}
    reasons: list[Refusal] = []
    for name, value in given.items():
        try:
            values[name] = checks[name](value, (*path, camel_case(name)))
        except Refusal as reason:
            reasons.append(reason)
        except Refusals as several:
            reasons += several.reasons
    return values, reasons


def each(checks: Mapping[str, Check], *, most: int) -> Check:
    """A list of at most so many entries that have fields of their own; null: none."""

    def check(value: Sequence[Mapping[str, Any]] | None, path: tuple[str, ...]) -> list[dict[str, Any]]:
        require_few(value or (), most, path)
        entries = [checked(entry, checks, (*path, str(number))) for number, entry in enumerate(value or ())]
        refuse([reason for _, reasons in entries for reason in reasons])
        return [values for values, _ in entries]

    return check


def distinct(*, most: int) -> Check:
    """A list of at most so many values, each once, in their order; null: none."""

    def check(value: Sequence[str] | None, path: tuple[str, ...]) -> list[str]:
        require_few(value or (), most, path)
        require_distinct(value or (), path)
        return list(value or ())

    return check


def require_distinct(values: Sequence[Any], path: tuple[str, ...], *below: str) -> None:
    """Refuse what stands in a list twice; `below` leads from an entry to what is the same there."""
    for number, value in enumerate(values):
        if value in values[:number]:
            raise Refusal(CONFLICT, "This is in the list already.", *path, str(number), *below)


def require_few(values: Sequence[Any], most: int, path: tuple[str, ...]) -> None:
    """Refuse a list of more than so many."""
    if len(values) > most:
        raise Refusal(TOO_LONG, "At most {max} entries.", *path, min=0, max=most)


def id_problems(entries: Sequence[Mapping[str, Any]], kept: Collection[str], *path: str) -> list[Refusal]:
    """What is wrong with the ids in a list of entries: `kept` are those of the entries that there are."""
    reasons = []
    ids = [entry.get("id") for entry in entries]
    for number, one in enumerate(ids):
        place = (*path, str(number), "id")
        if one is not None and one in ids[:number]:
            reasons.append(Refusal(CONFLICT, "This is in the list already.", *place))
        elif one is not None and one not in kept:
            reasons.append(not_found(*place))
    return reasons


def whole(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: int | None, path: tuple[str, ...]) -> int:
        if value is None:
            raise missing(path)
        if not least <= value <= most:
            raise Refusal(OUT_OF_RANGE, "This has to be from {min} to {max}.", *path, min=least, max=most)
        return value

    return check


def camel_case(name: str) -> str:
    """A column's name as clients know it."""
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


def text(*, most: int, least: int = 0, lines: bool = False) -> Check:
    """A text of so many characters, composed (NFC) and trimmed; with `lines` of several lines.

    Where `least` is 0, an empty text is none.
    """

    def check(value: str | None, path: tuple[str, ...]) -> str | None:
        if value is None and least:
            raise missing(path)
        tidy = _tidy(value or "", least, most, path)
        require_printable(tidy, path, lines=lines)
        return tidy or None

    return check


def require_printable(given: str, path: tuple[str, ...], *, lines: bool) -> None:
    """Refuse control characters; with `lines` newlines and tabs are none."""
    if CONTROL.search(given.translate(LINES) if lines else given):
        raise Refusal(INVALID, "This text holds control characters: take them out.", *path)


def slug(value: str | None, path: tuple[str, ...]) -> str:
    """A name in URLs."""
    if value is None:
        raise missing(path)
    tidy = _tidy(value, 1, LONGEST, path)
    if tidy != slugged(tidy):
        raise Refusal(INVALID, "A slug has small letters and digits, with single hyphens between them.", *path)
    return tidy


def needed(value: Any, path: tuple[str, ...]) -> Any:
    """Anything but null."""
    if value is None:
        raise missing(path)
    return value


def optional(value: Any, _path: tuple[str, ...]) -> Any:
    """Anything; null is none."""
    return value


place = whole(0, LARGEST)
"""A place among others."""


def missing(path: tuple[str, ...]) -> Refusal:
    """It cannot be cleared."""
    return Refusal(REQUIRED, "This is needed: give a value, or leave the field out.", *path)


def _tidy(value: str, least: int, most: int, path: tuple[str, ...]) -> str:
    """Composed, trimmed and within its bounds; what no spelling can make short enough is not composed at all.

    A long run of accents takes a time to compose that grows with its square.
    """
    if len(value) > SPELLING * most:
        return _bounded(value, least, most, path)
    return _bounded(unicodedata.normalize("NFC", re.sub("\r\n?", "\n", value)).strip(), least, most, path)


def _bounded(value: str, least: int, most: int, path: tuple[str, ...]) -> str:
    if len(value) < least:
        raise Refusal(TOO_SHORT, "This cannot be empty.", *path, min=least, max=most)
    if len(value) > most:
        raise Refusal(TOO_LONG, "At most {max} characters.", *path, min=least, max=most)
    return value
