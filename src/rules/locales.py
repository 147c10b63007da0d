"""Which language a text is given in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_LANGUAGES = 10


def translated(translations: Mapping[str, Mapping[str, str]], field: str, locales: Sequence[str], default: str) -> str:
    """The field in the first of the languages that has it; an empty text counts as missing.

    A regional language falls back to its parent: ko-KR reads ko.
    """
    texts = {tag.lower(): fields for tag, fields in translations.items()}
    for locale in locales:
        for tag in (locale.lower(), _language(locale)):
            if text := texts.get(tag, {}).get(field):
                return text
    return default


def accepted(header: str, spoken: Sequence[str]) -> tuple[str, ...]:
    """The languages of an Accept-Language header (RFC 9110), the best first, up to the studio's own (`spoken[0]`).

    What comes after the studio's own language is left out: texts without a translation are in it.
    """
    weighted = []
    for place, part in enumerate(header.split(",")[:MAX_LANGUAGES]):
        tag, _, weight = part.partition(";")
        quality = _quality(weight)
        if tag.strip() and quality:
            weighted.append((-quality, place, tag.strip()))
    wanted = [tag for _, _, tag in sorted(weighted)]
    own = next((place for place, tag in enumerate(wanted) if _language(tag) == _language(spoken[0])), len(wanted))
    return tuple(wanted[:own])


def _language(tag: str) -> str:
    return tag.partition("-")[0].lower()


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(0.0, float(value)), 1.0)  # in this order NaN becomes 0
    except ValueError:
        return 0.0
