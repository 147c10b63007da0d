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
    "This is needed: give a value, or leave the field out.": "필수 항목입니다. 값을 입력하거나 필드를 생략하세요.",
    "This cannot be empty.": "비워 둘 수 없습니다.",
    "At most {max} characters.": "최대 {max}자까지 가능합니다.",
    "This text holds control characters: take them out.": "텍스트에 제어 문자가 있습니다. 제거해 주세요.",
    "A slug has small letters and digits, with single hyphens between them.": (
        "슬러그는 소문자와 숫자로 쓰고, 사이에 하이픈을 하나씩만 넣을 수 있습니다."
    ),
    "This has to be from {min} to {max}.": "{min}에서 {max} 사이여야 합니다.",
    "A design has at most {max} pictures.": "디자인에는 사진을 최대 {max}장까지 넣을 수 있습니다.",
    "This picture is in the list already.": "이 사진은 이미 목록에 있습니다.",
    "This picture was uploaded for something else: upload it once more, for a design.": (
        "다른 용도로 업로드된 사진입니다. 디자인용으로 다시 업로드해 주세요."
    ),
    "This design is deleted: restore it first.": "삭제된 디자인입니다. 먼저 복원해 주세요.",
    "This design is not deleted.": "삭제되지 않은 디자인입니다.",
    "Another design has this slug already: choose another.": (
        "다른 디자인이 이미 사용 중인 슬러그입니다. 다른 슬러그를 선택하세요."
    ),
    "Another category has this slug already: choose another.": (
        "다른 카테고리가 이미 사용 중인 슬러그입니다. 다른 슬러그를 선택하세요."
    ),
    "A category cannot hang below itself: choose another parent.": (
        "카테고리를 자기 자신의 아래로 옮길 수 없습니다. 다른 상위 카테고리를 선택하세요."
    ),
    "The tree would get deeper than {max} levels: choose a parent further up.": (
        "카테고리는 최대 {max}단계까지 가능합니다. 더 위의 카테고리를 선택하세요."
    ),
    "{count} categories and designs are in it, deleted ones among them: move them first.": (
        "삭제된 것을 포함해 카테고리와 디자인 {count}개가 들어 있습니다. 먼저 다른 곳으로 옮기세요."
    ),
    "This key came with another input before: a new write needs a new key.": (
        "이 키는 이전에 다른 입력과 함께 사용되었습니다. 새 요청에는 새 키를 사용하세요."
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
