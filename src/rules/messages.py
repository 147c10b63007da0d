"""What refusals say, in other languages than English; tests hold the list complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KOREAN: dict[str, str] = {
    "There is no such thing, or it is not yours to see.": "해당 항목이 없거나 볼 권한이 없습니다.",
    "Somebody else has changed this meanwhile: it is at version {current_version} now.": (
        "그사이 다른 사람이 변경했습니다. 현재 버전은 {current_version}입니다."
    ),
}
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
