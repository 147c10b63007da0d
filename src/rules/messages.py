"""What refusals say, in other languages than English; tests hold the list complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.korean import KOREAN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LANGUAGES = {"ko": KOREAN}


def told(message: str, values: Mapping[str, Any], locales: Sequence[str]) -> str:
    """A message with its values, in the first of the languages that is English or has it translated."""
    for locale in locales:
        language = locale.partition("-")[0].lower()
        if language == "en":
            break
        if translated := LANGUAGES.get(language, {}).get(message):
            return translated.format(**values)
    return message.format(**values)
