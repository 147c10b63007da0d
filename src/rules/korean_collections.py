"""What is refused of collections, in Korean: specifications, items, and their files."""

from __future__ import annotations

KOREAN: dict[str, str] = {
    "Give this value as text.": "이 값은 text로 입력하세요.",
    "Give this value as {field}, or as text.": "이 값은 {field} 또는 text로 입력하세요.",
    "This specification is archived: nothing can be entered for it any more.": (
        "보관된 사양이므로 더 이상 값을 입력할 수 없습니다."
    ),
    "This option is archived: choose another one.": "보관된 옵션입니다. 다른 옵션을 선택하세요.",
    "There is no such option: choose from {options}.": "없는 옵션입니다. 다음 중에서 선택하세요: {options}.",
    "There is no such option: choose from {options}, with | between several.": (
        "없는 옵션입니다. 다음 중에서 선택하고, 여러 개이면 사이에 |를 넣으세요: {options}."
    ),
    "A QUANTITY needs a unit: give one, such as g.": "QUANTITY에는 단위가 필요합니다. g처럼 단위를 입력하세요.",
    "Two options are called {label}: give each a label of its own.": (
        "{label}이라는 선택지가 두 개입니다. 서로 다른 이름을 붙이세요."
    ),
    "This is no whole number of up to 15 digits: write it as in 12.": (
        "15자리 이하의 정수가 아닙니다. 12처럼 입력하세요."
    ),
    "This is not a number: write it as in 12.50, with at most 15 digits and 4 decimals.": (
        "숫자가 아닙니다. 12.50처럼 정수부 15자리, 소수점 아래 4자리까지 입력하세요."
    ),
    "This is no number with a unit: write it as in 12.50 {unit}, with at most 15 digits and 4 decimals.": (
        "단위가 붙은 숫자가 아닙니다. 12.50 {unit}처럼 정수부 15자리, 소수점 아래 4자리까지 입력하세요."
    ),
    "This is not measured in that: use one of {units}.": (
        "이 값에 쓸 수 없는 단위입니다. 다음 중 하나를 사용하세요: {units}."
    ),
    "This has to be {min} or more.": "{min} 이상이어야 합니다.",
    "This has to be {max} or less.": "{max} 이하여야 합니다.",
    "This says neither yes nor no: write true or false.": "예 또는 아니요가 아닙니다. true 또는 false로 입력하세요.",
    "This is not a date: write 1987-05-20, or 1987-05 or 1987 where no more is known.": (
        "날짜가 아닙니다. 1987-05-20처럼 입력하고, 일이나 월을 모르면 1987-05 또는 1987로 입력하세요."
    ),
    "This is not the address of a web page: write it in full, as in https://example.com/page.": (
        "올바른 웹 주소가 아닙니다. https://example.com/page처럼 전체 주소를 입력하세요."
    ),
    "{count} categories, designs and items are in it, or have values of its specifications, deleted ones "
    "among them: move them first, and clear those values.": (
        "삭제된 것을 포함해 카테고리, 디자인, 항목 {count}개가 들어 있거나 이 카테고리의 사양 값을 가지고 있습니다. "
        "먼저 다른 곳으로 옮기고 그 값을 지우세요."
    ),
    "A key begins with a letter from a to z; up to 63 more, digits, hyphens and underscores follow.": (
        "키는 a에서 z 사이의 글자로 시작하고, 그 뒤에 글자, 숫자, 하이픈, 밑줄을 63자까지 쓸 수 있습니다."
    ),
    "There is no such unit: use one of {units}.": "없는 단위입니다. 다음 중 하나를 사용하세요: {units}.",
    "An option's key has small letters and digits, with single hyphens or underscores between them.": (
        "선택지의 키는 소문자와 숫자로 쓰고, 사이에 하이픈이나 밑줄을 하나씩만 넣을 수 있습니다."
    ),
    "A specification of this type has none: leave it out. It is for {types}.": (
        "이 유형의 사양에는 없는 항목입니다. 생략하세요. {types} 유형에만 쓸 수 있습니다."
    ),
    "A specification of this type cannot be unique.": "이 유형의 사양은 고유하게 만들 수 없습니다.",
    "There has to be something to choose from: give at least one option.": (
        "고를 것이 있어야 합니다. 선택지를 하나 이상 입력하세요."
    ),
    "The least is greater than the most: change one of the two.": (
        "최솟값이 최댓값보다 큽니다. 둘 중 하나를 바꾸세요."
    ),
    "A specification of this category, or of one above or below it, has this key already: choose another.": (
        "이 카테고리나 그 위 또는 아래 카테고리의 사양이 이미 사용 중인 키입니다. 다른 키를 선택하세요."
    ),
    "A category has at most {most} specifications of its own.": (
        "한 카테고리의 자체 사양은 최대 {most}개까지 가능합니다."
    ),
    "This specification is archived: restore it first.": "보관된 사양입니다. 먼저 복원해 주세요.",
    "This specification is not archived.": "보관되지 않은 사양입니다.",
    "This specification is archived already.": "이미 보관된 사양입니다.",
    "Items with a value that another one has: {number}, such as {examples}. Change these first.": (
        "다른 항목과 값이 같은 항목이 {number}개 있습니다(예: {examples}). 먼저 이 값들을 바꾸세요."
    ),
    "Values that would not fit any more: {count}. Change them first, or choose KEEP_AS_RESIDUE.": (
        "더 이상 맞지 않게 되는 값이 {count}개 있습니다. 먼저 값을 바꾸거나 KEEP_AS_RESIDUE를 선택하세요."
    ),
    "Items of this category have no specification with this key.": "이 분류의 항목에는 이 키를 가진 사양이 없습니다.",
    "{label} is needed: give a value under the key {key}.": "{label} 값이 필요합니다. {key} 키로 값을 입력하세요.",
    "Another item has this {label} already: give another one.": (
        "이미 다른 항목에 같은 {label} 값이 있습니다. 다른 값을 입력하세요."
    ),
    "Another item has the {label} {value} now: change that item first, then restore this one.": (
        "지금은 다른 항목에 {label} 값 {value}이(가) 있습니다. 그 항목을 먼저 바꾼 다음 이 항목을 복원하세요."
    ),
    "This item is deleted: restore it first.": "삭제된 항목입니다. 먼저 복원하세요.",
    "This item is not deleted.": "삭제되지 않은 항목입니다.",
    "Somebody else uploaded this picture: upload it yourself, with the purpose ITEM.": (
        "다른 사람이 올린 사진입니다. ITEM 용도로 직접 올리세요."
    ),
    "This file is not in UTF-8: save it as CSV UTF-8.": "UTF-8 파일이 아닙니다. CSV UTF-8로 저장해 주세요.",
    "Row {row} is not CSV: a quoted cell has to end with its quotation mark, and may hold 131,072 characters.": (
        "{row}행을 CSV로 읽을 수 없습니다. 따옴표로 시작한 셀은 따옴표로 끝나야 하고, 131,072자까지 담을 수 있습니다."
    ),
    "The first row of the file has to name its columns.": "파일의 첫 행에는 열 이름이 있어야 합니다.",
    "A file has at most {max} columns.": "파일의 열은 최대 {max}개입니다.",
    "The file names columns twice: {columns}.": "파일에 같은 열 이름이 두 번 있습니다: {columns}.",
    "There is something behind the last column: name its column, or clear it.": (
        "마지막 열 뒤에 내용이 있습니다. 열 이름을 적거나 지워 주세요."
    ),
    "This is not an amount: write it as in 12.50.": "금액이 아닙니다. 12.50처럼 적어 주세요.",
    "This is not a whole number: write it as in 12.": "정수가 아닙니다. 12처럼 적어 주세요.",
    "This is not a day: write it as in 2026-03-08.": "날짜가 아닙니다. 2026-03-08처럼 적어 주세요.",
    "Another item has this external name already.": "다른 항목이 이미 이 외부 이름을 쓰고 있습니다.",
    "Row {first} is about the same item: leave one of them away.": (
        "{first}행이 같은 항목을 가리킵니다. 둘 중 하나를 빼 주세요."
    ),
    "{more} more errors are not listed: mend these first.": ("오류가 {more}개 더 있습니다. 먼저 이것들을 고쳐 주세요."),
    "These columns are neither fields of items nor keys of specifications here: {columns}. There are {known}.": (
        "항목의 필드도, 여기 사양의 키도 아닌 열입니다: {columns}. 사용할 수 있는 열: {known}."
    ),
    "This is no id of an item here: what you call it yourself goes into the column external.": (
        "이곳 항목의 ID가 아닙니다. 직접 붙인 이름이나 번호는 external 열에 적어 주세요."
    ),
    "This item belongs to somebody else: name them by --owner, or export with --owner.": (
        "다른 사람의 항목입니다. --owner로 그 사람을 지정하거나, --owner를 붙여 내보내세요."
    ),
    "This item is in another category: import the file there, or move it with updateItem.": (
        "다른 카테고리에 있는 항목입니다. 그 카테고리로 파일을 가져오거나 updateItem으로 옮겨 주세요."
    ),
    "A file may have at most {megabytes} MB here. For more, on the server: {command}": (
        "여기서는 파일이 최대 {megabytes}MB까지입니다. 더 큰 파일은 서버에서: {command}"
    ),
    "A file may have at most {max} rows here. For more, on the server: {command}": (
        "여기서는 파일이 최대 {max}행까지입니다. 더 많으면 서버에서: {command}"
    ),
    "{problem} Somebody wrote meanwhile. What stands above row {row} is written; run it again.": (
        "{problem} 그사이 다른 사람이 기록했습니다. {row}행 위까지는 기록되었으니 다시 실행해 주세요."
    ),
}
