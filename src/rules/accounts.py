"""What an account may be called, what its password may be, and how it comes and goes."""

from __future__ import annotations

import unicodedata
from zoneinfo import ZoneInfo

from rules.refusals import (
    INVALID,
    LAST_ADMIN,
    NOT_UNIQUE,
    PASSWORD_WEAK,
    PENDING_APPROVAL,
    REJECTED,
    STATE,
    SUSPENDED,
    TOO_LONG,
    TOO_SHORT,
    Refusal,
)
from rules.text import fold

USERNAME_LENGTHS = (3, 40)
USERNAME_PUNCTUATION = "_.-"
LONGEST_ENTERED = 200
"""Some keyboards send a letter as up to four characters."""
ERASED = "deleted-"
"""How the names of deleted accounts begin: nobody else may take one of them."""
PASSWORD_LENGTHS = (10, 128)
DISPLAY_NAME_LENGTHS = (1, 80)
FEWEST_DISTINCT = 5
JOINERS = "\u200c\u200d"
"""Cannot be seen, and yet Hindi is written with them, and families of emoji are."""
OF_EACH_HOST = frozenset({"localtime", "posixrules", "Factory"})
"""What a host calls its own time, or none: elsewhere it is another one."""
TWICE_OVER = ("right/", "posix/")
"""Folders in which some hosts keep all time zones again; browsers know no such names."""
COMMON = frozenset(
    [
        "1234567890",
        "12345678910",
        "0123456789",
        "9876543210",
        "qwertyuiop",
        "qwerty12345",
        "1q2w3e4r5t",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "iloveyou123",
        "welcome123",
        "letmein1234",
        "administrator",
        "changeme123",
        "adminadmin",
        "studiograph",
        "studiograph1",
        "studiograph123",
    ]
)


def username_problems(name: str, *path: str) -> list[Refusal]:
    """What is wrong with a name to log in with; nothing, if the list is empty."""
    if problem := _length_problem(name, USERNAME_LENGTHS, path):
        return [problem]
    if not _is_username(unicodedata.normalize("NFC", name)):
        message = "A username has letters and digits, and between them also _ . or -."
        return [Refusal(INVALID, message, *path)]
    if fold(name).startswith(ERASED):
        return [Refusal(NOT_UNIQUE, "Somebody else has this name already: choose another.", *path)]
    return []


def entered_name(name: str) -> str:
    """A name as somebody enters it to log in; empty for what can be none.

    Composing a long text can take minutes. Names from before today's rule may log in.
    """
    return name if len(name) <= LONGEST_ENTERED else ""


def password_problems(password: str, username: str, *path: str) -> list[Refusal]:
    """What is wrong with a new password."""
    if problem := _length_problem(password, PASSWORD_LENGTHS, path):
        return [problem]
    folded = fold(password)
    if not _length_problem(username, USERNAME_LENGTHS, path) and fold(username) in folded:
        return [Refusal(PASSWORD_WEAK, "The password holds the username: choose another.", *path)]
    if folded in COMMON or len(set(folded)) < FEWEST_DISTINCT:
        return [Refusal(PASSWORD_WEAK, "This password is among the first to be tried: choose another.", *path)]
    return []


def require_another(password: str, current: str, *path: str) -> None:
    """Refuse to keep a password that is to be changed."""
    if password == current:
        raise Refusal(PASSWORD_WEAK, "This is the password until now: choose another.", *path)


def is_too_short(password: str) -> bool:
    """Whether a password is from before today's rule: it may log in, and must be changed."""
    return len(password) < PASSWORD_LENGTHS[0]


def display_name_problems(name: str, *path: str) -> list[Refusal]:
    """What is wrong with a name that others see."""
    if problem := _length_problem(name, DISPLAY_NAME_LENGTHS, path):
        return [problem]
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in name if each not in JOINERS):
        return [Refusal(INVALID, "It holds characters that cannot be seen.", *path)]
    return []


def time_zone_problems(name: str | None, *path: str) -> list[Refusal]:
    """What is wrong with the name of a time zone; None is none, and right."""
    if not name or _is_time_zone(name):
        return []
    return [Refusal(INVALID, "There is no such time zone: name one as in Asia/Seoul.", *path)]


def approved(status: str) -> str:
    """The status after approval: of somebody who waits, or was rejected before."""
    return _moved(status, {"PENDING", "REJECTED"}, "APPROVED")


def rejected(status: str) -> str:
    """The status after rejection: of somebody who waits."""
    return _moved(status, {"PENDING"}, "REJECTED")


def suspended(status: str) -> str:
    """The status after suspension: of somebody who was let in."""
    return _moved(status, {"APPROVED"}, "SUSPENDED")


def reinstated(status: str) -> str:
    """The status after reinstatement: of somebody who was suspended."""
    return _moved(status, {"SUSPENDED"}, "APPROVED")


def sign_in_problem(status: str, reason: str | None) -> Refusal | None:
    """Why somebody with the right password may still not log in."""
    if status == "APPROVED":
        return None
    if status == "REJECTED":
        return _kept_out(REJECTED, "This account was not approved.", "This account was not approved: {reason}", reason)
    if status == "SUSPENDED":
        return _kept_out(SUSPENDED, "This account is suspended.", "This account is suspended: {reason}", reason)
    return Refusal(PENDING_APPROVAL, "An admin has yet to approve this account.", "input")


def require_other_admin(others: int, path: tuple[str, ...] = ("id",)) -> None:
    """Refuse to leave the studio without an admin."""
    if others < 1:
        raise Refusal(LAST_ADMIN, "This is the last admin: make another one first.", *path)


def _is_username(name: str) -> bool:
    """Letters with their marks (Hindi vowels are some), and digits; at the ends no punctuation."""
    kinds = [unicodedata.category(character) for character in name if character not in USERNAME_PUNCTUATION]
    inner = name.strip(USERNAME_PUNCTUATION) == name and not kinds[0].startswith("M")
    return inner and all(kind[0] in "LM" or kind == "Nd" for kind in kinds)


def _is_time_zone(name: str) -> bool:
    """Whether it is the same one on every host and in every browser."""
    if name in OF_EACH_HOST or name.startswith(TWICE_OVER):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _moved(status: str, before: set[str], after: str) -> str:
    if status not in before:
        raise Refusal(STATE, "This account is {status}: that cannot be done with it.", "id", status=status)
    return after


def _kept_out(code: str, plain: str, explained: str, reason: str | None) -> Refusal:
    return Refusal(code, explained, "input", reason=reason) if reason else Refusal(code, plain, "input")


def _length_problem(text: str, lengths: tuple[int, int], path: tuple[str, ...]) -> Refusal | None:
    least, most = lengths
    if len(text) < least:
        return Refusal(TOO_SHORT, "At least {min} characters.", *path, min=least, max=most)
    if len(text) > most:
        return Refusal(TOO_LONG, "At most {max} characters.", *path, min=least, max=most)
    return None
