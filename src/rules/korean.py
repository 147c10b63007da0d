"""Every refusal in Korean."""

from __future__ import annotations

from rules.korean_collections import KOREAN as COLLECTIONS

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
    "The studio does not offer this time: choose another one.": "예약할 수 없는 시간입니다. 다른 시간을 선택하세요.",
    "Somebody else has this time: choose another one.": "이미 예약된 시간입니다. 다른 시간을 선택하세요.",
    "There are {remaining} places left at this time: come with fewer, or choose another one.": (
        "이 시간에는 {remaining}자리만 남아 있습니다. 인원을 줄이거나 다른 시간을 선택하세요."
    ),
    "This time is past: choose one after {earliest}.": "이미 지난 시간입니다. {earliest} 이후로 선택하세요.",
    "This has to be booked more than {minutes} min ahead: choose a time after {earliest}.": (
        "시작 {minutes}분 전보다 일찍 예약해야 합니다. {earliest} 이후로 선택하세요."
    ),
    "This has to be booked more than {hours} h ahead: choose a time after {earliest}.": (
        "시작 {hours}시간 전보다 일찍 예약해야 합니다. {earliest} 이후로 선택하세요."
    ),
    "This can be booked for the days from {min} to {max}.": "{min}부터 {max}까지의 날짜만 예약할 수 있습니다.",
    "This is booked at most {limit} times a day, and {day} is full: choose another day.": (
        "하루에 최대 {limit}건까지 예약을 받으며 {day}은(는) 마감되었습니다. 다른 날짜를 선택하세요."
    ),
    "This booking is {status}: it cannot become {to}.": "예약 상태가 {status}이므로 {to}(으)로 바꿀 수 없습니다.",
    "This booking is {status}: it cannot be moved any more.": (
        "예약 상태가 {status}이므로 더 이상 일정을 변경할 수 없습니다."
    ),
    "This booking has not begun yet: how it went can be said once it has.": (
        "아직 시작되지 않은 예약입니다. 결과는 시작된 뒤에 기록할 수 있습니다."
    ),
    "Customers cannot cancel or move this themselves: ask the studio.": (
        "고객이 직접 취소하거나 변경할 수 없는 예약입니다. 스튜디오에 문의하세요."
    ),
    "This could be cancelled or moved until {until}, {minutes} min before the start: ask the studio.": (
        "시작 {minutes}분 전인 {until}까지만 취소하거나 변경할 수 있었습니다. 스튜디오에 문의하세요."
    ),
    "This could be cancelled or moved until {until}, {hours} h before the start: ask the studio.": (
        "시작 {hours}시간 전인 {until}까지만 취소하거나 변경할 수 있었습니다. 스튜디오에 문의하세요."
    ),
    "A day that is closed has no hours: leave them out.": "휴무일에는 시간을 지정할 수 없습니다. 시간을 빼 주세요.",
    "A day that is open needs both hours.": "영업일에는 여는 시간과 닫는 시간이 모두 필요합니다.",
    "After `public.` a key has small letters, digits and . _ -: at most {longest} characters in all.": (
        "`public.` 뒤에는 영문 소문자, 숫자, . _ -만 쓸 수 있으며 전체 길이는 최대 {longest}자입니다."
    ),
    "At most {max} entries.": "최대 {max}개까지 넣을 수 있습니다.",
    "It opens and closes at the same time: a whole day is from 00:00 to 00:00.": (
        "여는 시간과 닫는 시간이 같습니다. 하루 종일은 00:00부터 00:00까지로 입력하세요."
    ),
    "Only these are translated: {fields}.": "다음 항목만 번역할 수 있습니다: {fields}.",
    "There are {max} public settings already: use one of them.": (
        "공개 설정이 이미 {max}개 있습니다. 기존 설정 중 하나를 사용하세요."
    ),
    "These hours overlap others: make one entry of both.": "다른 시간과 겹칩니다. 하나로 합쳐 주세요.",
    "This currency has {decimals} decimals.": "이 통화는 소수점 아래 {decimals}자리까지 사용합니다.",
    "This has to be a whole number from {min} to {max}.": "{min}에서 {max} 사이의 정수여야 합니다.",
    "This is in the list already.": "이미 목록에 있습니다.",
    "This is no currency: give its code by ISO 4217, such as KRW.": (
        "사용할 수 없는 통화입니다. KRW처럼 ISO 4217 코드로 입력하세요."
    ),
    "This is not a phone number: write it with its country code, as in +82 10 1234 5678.": (
        "올바른 전화번호가 아닙니다. +82 10 1234 5678처럼 국가 번호와 함께 입력하세요."
    ),
    "This picture was uploaded for something else: upload it once more, with the purpose {purpose}.": (
        "다른 용도로 업로드된 사진입니다. {purpose} 용도로 다시 업로드해 주세요."
    ),
    "{count} things show this picture, deleted ones among them: take it off first.": (
        "삭제된 것을 포함해 {count}곳에서 이 사진을 사용하고 있습니다. 먼저 그곳에서 사진을 빼 주세요."
    ),
    "All prices of a service are in one currency: give this one in {currency} too, or change the others.": (
        "한 서비스의 가격은 모두 같은 통화여야 합니다. 이 가격도 {currency}로 입력하거나 다른 가격을 변경하세요."
    ),
    "{count} bookings are of this service, past ones among them: give it the status ARCHIVED instead.": (
        "지난 예약을 포함해 이 서비스의 예약이 {count}건 있습니다. 삭제하는 대신 상태를 ARCHIVED로 변경하세요."
    ),
    "Another service has this slug already: choose another.": (
        "다른 서비스가 이미 사용 중인 슬러그입니다. 다른 슬러그를 선택하세요."
    ),
    "There is no address to verify: set another one first, with updateProfile.": (
        "인증할 이메일 주소가 없습니다. 먼저 updateProfile로 다른 주소를 등록하세요."
    ),
    "This link does not hold, or no longer: ask for another mail.": (
        "링크가 유효하지 않거나 만료되었습니다. 메일을 다시 요청하세요."
    ),
    "Give an e-mail address: the booking is confirmed there.": (
        "이메일 주소를 입력해 주세요. 예약 확인 메일을 그 주소로 보냅니다."
    ),
    "Give an e-mail address or a phone number.": "이메일 주소나 전화번호를 입력해 주세요.",
    "Say who comes: a name and an e-mail address.": "예약하시는 분의 이름과 이메일 주소를 입력해 주세요.",
    "This service is not offered.": "현재 제공하지 않는 서비스입니다.",
    "This option is in the list already.": "이미 선택한 옵션입니다.",
    **COLLECTIONS,
}
