"""Checking an input field by field, so that all that is wrong with it is told at once."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, TypeAlias

from rules.refusals import CONFLICT, INVALID, OUT_OF_RANGE, REQUIRED, TOO_LONG, TOO_SHORT, Refusal, Refusals, refuse
from rules.slugs import LONGEST, slugged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Check: TypeAlias = Callable[[Any, tuple[str, ...]], Any]
    """From a value and its path to the value that is written; raises a Refusal, or Refusals."""

SPELLING = 4
"""How many code points at most stand for one composed character."""
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
        _require_short(value or (), most, path)
        entries = [checked(entry, checks, (*path, str(number))) for number, entry in enumerate(value or ())]
        refuse([reason for _, reasons in entries for reason in reasons])
        return [values for values, _ in entries]

    return check


def distinct(*, most: int) -> Check:
    """A list of at most so many values, each once, in their order; null: none."""

    def check(value: Sequence[str] | None, path: tuple[str, ...]) -> list[str]:
        _require_short(value or (), most, path)
        require_distinct(value or (), path)
        return list(value or ())

    return check


def require_distinct(values: Sequence[Any], path: tuple[str, ...], *below: str) -> None:
    """Refuse what stands in a list twice; `below` leads from an entry to what is the same there."""
    for number, value in enumerate(values):
        if value in values[:number]:
            raise Refusal(CONFLICT, "This is in the list already.", *path, str(number), *below)


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
        if any(_is_control(character) and not (lines and character in "\n\t") for character in tidy):
            raise Refusal(INVALID, "This text holds control characters: take them out.", *path)
        return tidy or None

    return check


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


def _require_short(values: Sequence[Any], most: int, path: tuple[str, ...]) -> None:
    if len(values) > most:
        raise Refusal(TOO_LONG, "At most {max} entries.", *path, min=0, max=most)


def _tidy(value: str, least: int, most: int, path: tuple[str, ...]) -> str:
    """Composed, trimmed and within its bounds; what no spelling can make short enough is not composed at all.

    A long run of accents takes a time to compose that grows with its square.
    """
    if len(value) > SPELLING * most:
        return _bounded(value, least, most, path)
    return _bounded(unicodedata.normalize("NFC", re.sub("\r\n?", "\n", value)).strip(), least, most, path)


def _is_control(character: str) -> bool:
    """Control characters, and halves of characters (surrogates), which no database keeps."""
    return unicodedata.category(character) in ("Cc", "Cs")


def _bounded(value: str, least: int, most: int, path: tuple[str, ...]) -> str:
    if len(value) < least:
        raise Refusal(TOO_SHORT, "This cannot be empty.", *path, min=least, max=most)
    if len(value) > most:
        raise Refusal(TOO_LONG, "At most {max} characters.", *path, min=least, max=most)
    return value
