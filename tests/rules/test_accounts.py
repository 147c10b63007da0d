"""What an account may be called, what its password may be, and how it comes and goes."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from rules.accounts import (
    COMMON,
    approved,
    display_name_problems,
    is_too_short,
    password_problems,
    reinstated,
    rejected,
    require_other_admin,
    sign_in_problem,
    suspended,
    time_zone_problems,
    username_problems,
)
from rules.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STATUSES = ["PENDING", "APPROVED", "REJECTED", "SUSPENDED", "DELETED"]
MARKS = "a" + "\u0301\u0316" * 200_000
"""So many marks upon one letter that composing them takes minutes."""


def told(problems: Sequence[Refusal | None]) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Codes, paths and values."""
    return [(problem.code, problem.path, problem.values) for problem in problems if problem]


@pytest.mark.parametrize(
    "name",
    [
        "abc", "x" * 40, "mina.kim", "mina_kim-7", "a..b", "007", "Élodie", "김민아", "अनीता", "فاطمة", "田中さん",
        "Ольга", "e\u0301lodie", "\u1112\u1161\u11ab\uae00\uae00", "undeleted-1",
    ],
)  # fmt: skip
def test_a_username_may_be_of_any_script(name: str) -> None:
    assert username_problems(name, "input", "username") == []


@pytest.mark.parametrize(
    "name",
    [
        "...", "_abc", "abc_", ".abc", "abc-", "a b", "a@b", "a/b", "abc\n", "a\0b", "ab\u200bc", "ab\u200dc",
        "ab\u202ec", "ab\u00b2", "ab\u00bd", "ab\u2460", "a🦄b", "a\ud800b", "\u0301abc", "<b>", "a\u00a0b", "Ⅷ07",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_username_has_letters_and_digits_only_with_punctuation_between(name: str) -> None:
    assert told(username_problems(name, "input", "username")) == [("INVALID", ("input", "username"), {})]


@pytest.mark.parametrize("name", ["deleted-0198c0de", "Deleted-" + "0" * 32, "DELETED-x"])
def test_a_username_is_not_that_of_a_deleted_account(name: str) -> None:
    assert told(username_problems(name, "username")) == [("NOT_UNIQUE", ("username",), {})]


@pytest.mark.parametrize(
    ("name", "code"), [("", "TOO_SHORT"), ("ab", "TOO_SHORT"), ("x" * 41, "TOO_LONG"), (MARKS, "TOO_LONG")], ids=ascii
)
def test_a_username_has_3_to_40_characters(name: str, code: str) -> None:
    assert told(username_problems(name, "username")) == [(code, ("username",), {"min": 3, "max": 40})]


@pytest.mark.parametrize(
    "password",
    ["correct horse", "x1" * 10 + "abc", "abcde" * 2, "비밀번호는열글자이상", "abcde\0\ud800fgh", "a1b2c" + "d" * 123],
    ids=ascii,
)
def test_a_password_may_hold_anything(password: str) -> None:
    assert password_problems(password, "mina", "password") == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "TOO_SHORT"), ("abcdefghi", "TOO_SHORT"), ("123456789", "TOO_SHORT"), ("abcde" * 25 + "abcd", "TOO_LONG"),
        ("x" * 900_000, "TOO_LONG"), (MARKS, "TOO_LONG"),
    ],
    ids=lambda text: ascii(text)[:20],
)  # fmt: skip
def test_a_password_has_10_to_128_characters(password: str, code: str) -> None:
    problems = password_problems(password, "mina", "input", "password")
    assert told(problems) == [(code, ("input", "password"), {"min": 10, "max": 128})]


@pytest.mark.parametrize(
    "password",
    [
        "mina-and-more",
        "my name is MINA",
        "Password123",
        "QWERTYUIOP",
        "1234567890",
        "aaaaaaaaaaaa",
        "abcdabcdabcd",
        "AaBbCcDdAaBb",
    ],
)
def test_a_password_is_not_what_is_tried_first(password: str) -> None:
    assert told(password_problems(password, "Mina", "password")) == [("PASSWORD_WEAK", ("password",), {})]


@pytest.mark.parametrize("password", sorted(COMMON))
def test_every_common_password_is_one_that_length_alone_would_let_pass(password: str) -> None:
    assert not is_too_short(password)
    assert password == password.casefold()


@pytest.mark.parametrize("username", ["", "a", "ab"])
def test_a_name_that_is_none_makes_no_password_weak(username: str) -> None:
    assert password_problems("absolutely fine", username, "password") == []


def test_a_password_says_nothing_of_itself_when_it_is_refused() -> None:
    texts = [str(problem) for secret in ("hunter2", "mina-hunter2") for problem in password_problems(secret, "mina")]
    assert len(texts) == 2
    assert not any("hunter2" in text for text in texts)


def test_a_name_of_marks_upon_marks_costs_no_time() -> None:
    began = perf_counter()
    password_problems("correct horse", MARKS, "password")
    assert perf_counter() - began < 1


@pytest.mark.parametrize(("password", "short"), [("", True), ("x" * 9, True), ("x" * 10, False), ("x" * 1_000, False)])
def test_a_password_from_before_todays_rule_is_known(password: str, short: bool) -> None:  # noqa: FBT001  (an answer)
    assert is_too_short(password) is short


@pytest.mark.parametrize(
    "name",
    ["M", "Mina Kim", "x" * 80, "김민아 🦄", "👩\u200d👩\u200d👧", "क्\u200dष", "O'Neil & Søn <3", "🫨"],
    ids=ascii,
)
def test_a_display_name_may_be_anything_that_can_be_seen(name: str) -> None:
    assert display_name_problems(name, "displayName") == []


@pytest.mark.parametrize(
    "name", ["a\nb", "a\0b", "a\x7fb", "a\u202eb", "a\u200bb", "a\ud800b", "a\u2066b", "a\tb"], ids=ascii
)
def test_a_display_name_holds_no_control_character(name: str) -> None:
    assert told(display_name_problems(name, "displayName")) == [("INVALID", ("displayName",), {})]


@pytest.mark.parametrize(("name", "code"), [("", "TOO_SHORT"), ("x" * 81, "TOO_LONG")])
def test_a_display_name_has_1_to_80_characters(name: str, code: str) -> None:
    problems = display_name_problems(name, "input", "displayName")
    assert told(problems) == [(code, ("input", "displayName"), {"min": 1, "max": 80})]


@pytest.mark.parametrize("name", [None, "UTC", "Asia/Seoul", "America/Argentina/Ushuaia", "Etc/GMT+9"])
def test_a_time_zone_is_one_that_everybody_knows(name: str | None) -> None:
    assert time_zone_problems(name, "input", "timeZone") == []


@pytest.mark.parametrize(
    "name",
    ["localtime", "posixrules", "Factory", "right/Asia/Seoul", "posix/UTC", "Asia/Nowhere", "../etc/passwd", "a\0b"],
    ids=ascii,
)
def test_a_time_zone_is_not_a_hosts_own(name: str) -> None:
    assert told(time_zone_problems(name, "input", "timeZone")) == [("INVALID", ("input", "timeZone"), {})]


@pytest.mark.parametrize(
    ("step", "allowed", "after"),
    [
        (approved, {"PENDING", "REJECTED"}, "APPROVED"),
        (rejected, {"PENDING"}, "REJECTED"),
        (suspended, {"APPROVED"}, "SUSPENDED"),
        (reinstated, {"SUSPENDED"}, "APPROVED"),
    ],
)
@pytest.mark.parametrize("status", STATUSES)
def test_an_account_takes_only_the_steps_that_lead_on(
    step: Callable[[str], str], allowed: set[str], after: str, status: str
) -> None:
    if status in allowed:
        assert step(status) == after
        return
    with pytest.raises(Refusal) as refused:
        step(status)
    assert told([refused.value]) == [("STATE", ("id",), {"status": status})]


@pytest.mark.parametrize("reason", [None, "", "See the {house} rules."])
def test_whoever_is_approved_may_log_in(reason: str | None) -> None:
    assert sign_in_problem("APPROVED", reason) is None


@pytest.mark.parametrize(
    ("status", "reason", "code", "message"),
    [
        ("PENDING", None, "PENDING_APPROVAL", "An admin has yet to approve this account."),
        ("PENDING", "unused", "PENDING_APPROVAL", "An admin has yet to approve this account."),
        ("REJECTED", None, "REJECTED", "This account was not approved."),
        ("REJECTED", "", "REJECTED", "This account was not approved."),
        ("REJECTED", "{No} members.", "REJECTED", "This account was not approved: {No} members."),
        ("SUSPENDED", None, "SUSPENDED", "This account is suspended."),
        ("SUSPENDED", "Unpaid.", "SUSPENDED", "This account is suspended: Unpaid."),
    ],
)
def test_whoever_is_kept_out_is_told_why(status: str, reason: str | None, code: str, message: str) -> None:
    problem = sign_in_problem(status, reason)
    assert problem is not None
    assert (problem.code, str(problem), problem.path) == (code, message, ("input",))


@pytest.mark.parametrize("status", ["DELETED", "", "NEW"])
def test_no_other_state_lets_anybody_in(status: str) -> None:
    assert sign_in_problem(status, None) is not None


@pytest.mark.parametrize("others", [1, 2, 100])
def test_an_admin_may_go_while_there_is_another(others: int) -> None:
    require_other_admin(others)


def test_the_last_admin_stays() -> None:
    with pytest.raises(Refusal) as refused:
        require_other_admin(0)
    assert told([refused.value]) == [("LAST_ADMIN", ("id",), {})]
