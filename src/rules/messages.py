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
    "A SHA-256 is written as 64 hexadecimal digits.": "SHA-256은 16진수 64자리로 씁니다.",
    "Pictures of this type are not taken: send one of {kinds}.": (
        "지원하지 않는 파일 형식입니다. 다음 중 하나로 보내 주세요: {kinds}."
    ),
    "A picture may have at most {megabytes} MB. Send a smaller one.": (
        "사진은 최대 {megabytes}MB까지 올릴 수 있습니다. 더 작은 사진을 보내 주세요."
    ),
    "A picture may have at most {megapixels} megapixels, all its frames together. Send a smaller one.": (
        "사진은 모든 프레임을 합해 최대 {megapixels}메가픽셀까지 올릴 수 있습니다. 더 작은 사진을 보내 주세요."
    ),
    "This is not a picture that can be shown here. Send a JPEG, PNG, WebP, AVIF or GIF.": (
        "표시할 수 있는 사진이 아닙니다. JPEG, PNG, WebP, AVIF 또는 GIF로 보내 주세요."
    ),
    "This picture is damaged or incomplete. Send it again as a JPEG, PNG, WebP, AVIF or GIF.": (
        "사진이 손상되었거나 불완전합니다. JPEG, PNG, WebP, AVIF 또는 GIF로 다시 보내 주세요."
    ),
    "Something else is hidden in this picture. Save it again as a JPEG, PNG, WebP, AVIF or GIF.": (
        "사진 안에 다른 내용이 숨어 있습니다. JPEG, PNG, WebP, AVIF 또는 GIF로 다시 저장해 주세요."
    ),
    "This picture takes too long to read. Save it again, smaller, as a JPEG, PNG, WebP, AVIF or GIF.": (
        "사진을 읽는 데 너무 오래 걸립니다. 더 작은 JPEG, PNG, WebP, AVIF 또는 GIF로 다시 저장해 주세요."
    ),
    "You have {max} uploads under way: complete one, or wait until they expire after 15 minutes.": (
        "진행 중인 업로드가 {max}개 있습니다. 하나를 완료하거나 15분 뒤 만료될 때까지 기다려 주세요."
    ),
    "Nothing has come yet: first send the file by the upload's method, url and headers, then complete it.": (
        "아직 파일이 도착하지 않았습니다. 업로드의 method, url, headers로 파일을 보낸 다음 완료해 주세요."
    ),
    "The time for this upload is over, and nothing came: ask for another one.": (
        "파일이 도착하지 않은 채 업로드 시간이 지났습니다. 새로 요청해 주세요."
    ),
    "The bytes that came are not those that were announced: send the file again.": (
        "도착한 파일이 예고된 파일과 다릅니다. 파일을 다시 보내 주세요."
    ),
    "{count} designs and users show this picture, deleted designs among them: take it off first.": (
        "삭제된 디자인을 포함해 디자인과 사용자 {count}건이 이 사진을 사용하고 있습니다. 먼저 사용을 해제하세요."
    ),
    "At least {min} characters.": "최소 {min}자 이상이어야 합니다.",
    "A username has letters and digits, and between them also _ . or -.": (
        "아이디에는 글자와 숫자를 쓰고, 그 사이에 _ . - 도 넣을 수 있습니다."
    ),
    "Somebody else has this name already: choose another.": "이미 사용 중인 아이디입니다. 다른 아이디를 선택하세요.",
    "Another account has this address already.": "다른 계정에서 이미 사용 중인 이메일 주소입니다.",
    "This is not an e-mail address.": "올바른 이메일 주소가 아닙니다.",
    "It holds characters that cannot be seen.": "보이지 않는 문자가 들어 있습니다.",
    "There is no such time zone: name one as in Asia/Seoul.": (
        "없는 시간대입니다. Asia/Seoul과 같은 형식으로 입력하세요."
    ),
    "A user has a role.": "사용자에게는 역할이 있어야 합니다.",
    "The password holds the username: choose another.": (
        "비밀번호에 아이디가 들어 있습니다. 다른 비밀번호를 선택하세요."
    ),
    "This password is among the first to be tried: choose another.": (
        "추측하기 쉬운 비밀번호입니다. 다른 비밀번호를 선택하세요."
    ),
    "This is the password until now: choose another.": ("지금까지 쓰던 비밀번호입니다. 다른 비밀번호를 선택하세요."),
    "This is not your password.": "비밀번호가 올바르지 않습니다.",
    "The name or the password is wrong.": "아이디 또는 비밀번호가 올바르지 않습니다.",
    "Too many tries: wait {retry_after_seconds} seconds.": (
        "시도가 너무 많습니다. {retry_after_seconds}초 후에 다시 시도하세요."
    ),
    "An admin has yet to approve this account.": "관리자의 승인을 기다리는 계정입니다.",
    "This account was not approved.": "승인되지 않은 계정입니다.",
    "This account was not approved: {reason}": "승인되지 않은 계정입니다: {reason}",
    "This account is suspended.": "이용이 정지된 계정입니다.",
    "This account is suspended: {reason}": "이용이 정지된 계정입니다: {reason}",
    "This account is {status}: that cannot be done with it.": ("계정 상태가 {status}이므로 이 작업을 할 수 없습니다."),
    "This is the last admin: make another one first.": ("마지막 관리자입니다. 먼저 다른 관리자를 지정하세요."),
    "This refresh token does not hold, or no longer: log in again.": (
        "갱신 토큰이 유효하지 않거나 만료되었습니다. 다시 로그인하세요."
    ),
    "This key is revoked already.": "이미 폐기된 키입니다.",
    "This moment is past: choose a later one than {min}.": "이미 지난 시각입니다. {min} 이후로 선택하세요.",
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
