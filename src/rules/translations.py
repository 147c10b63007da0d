"""Texts in other languages, changed one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.checking import each, text
from rules.refusals import INVALID, TOO_LONG, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.checking import Check

MOST = 100
MOST_LANGUAGES = 50


def language_tag(tag: str) -> str:
    """A tag as BCP 47 has it written: `zh-Hant-TW`."""
    language, *others = tag.split("-")
    return "-".join([language.lower(), *map(_subtag, others)])


def translations(*fields: str, most: int) -> Check:
    """Texts of these fields, of so many characters at most, as {locale, field, value}; null stands for itself."""
    checks: dict[str, Check] = {
        "locale": lambda value, _path: language_tag(value),
        "field": _one_of(fields),
        "value": text(most=most),
    }
    checked_each = each(checks, most=MOST)

    def check(value: Sequence[Mapping[str, Any]] | None, path: tuple[str, ...]) -> Any:
        return None if value is None else checked_each(value, path)

    return check


def merged(before: Mapping[str, Mapping[str, str]], given: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """The translations after a change: what is given replaces, without a value it is gone; None takes all away."""
    texts = {} if given is None else {tag: dict(fields) for tag, fields in before.items()}
    for one in given or ():
        texts.setdefault(one["locale"], {})[one["field"]] = one["value"] or ""
    filled = {tag: {field: value for field, value in fields.items() if value} for tag, fields in texts.items()}
    kept = {tag: fields for tag, fields in filled.items() if fields}
    if len(kept) > MOST_LANGUAGES:
        raise Refusal(TOO_LONG, "At most {max} entries.", "input", "translations", min=0, max=MOST_LANGUAGES)
    return kept


def _one_of(fields: tuple[str, ...]) -> Check:
    def check(value: str, path: tuple[str, ...]) -> str:
        if value not in fields:
            raise Refusal(INVALID, "Only these are translated: {fields}.", *path, fields=", ".join(fields))
        return value

    return check


def _subtag(subtag: str) -> str:
    """Regions are written large, scripts like names."""
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag.lower()
