"""What a picture may be uploaded for and by whom, and what may be told of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rules.access import Permission
from rules.checking import camel_case, distinct, missing, needed, text
from rules.refusals import (
    CHECKSUM_MISMATCH,
    IN_USE,
    INVALID,
    NOT_FOUND,
    OUT_OF_RANGE,
    QUOTA,
    STATE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA,
    Refusal,
    not_found,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from rules.checking import Check

OF_MEMBERS = {"AVATAR", "ITEM", "MEAL"}
"""Purposes for which members upload; for the rest staff do."""
MAX_OPEN_UPLOADS = 20
LONGEST_ALT_TEXT = 500
LONGEST_FILENAME = 255
SHA256 = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
OTHER_BYTES = "The bytes that came are not those that were announced: send the file again."

BLANK = {"focal_x": 0.5, "focal_y": 0.5, "status": "READY", "version": 1}
"""A new picture, as far as nothing is said."""

tidy_alt_text = text(most=LONGEST_ALT_TEXT, lines=True)
pictures = distinct(most=50)
"""The ids of something's pictures, in their order."""


def uploader(purpose: str) -> Permission:
    """Who may upload for a purpose."""
    return Permission.MEMBER if purpose in OF_MEMBERS else Permission.STAFF


def focal(value: float | None, path: tuple[str, ...]) -> float:
    """A place between two edges, from 0 to 1."""
    if value is None:
        raise missing(path)
    if not 0 <= value <= 1:
        raise Refusal(OUT_OF_RANGE, "This has to be from {min} to {max}.", *path, min=0, max=1)
    return value


def sha256(value: str, path: tuple[str, ...]) -> str:
    """A digest, in small letters."""
    if not SHA256.fullmatch(value):
        raise Refusal(INVALID, "A SHA-256 is written as 64 hexadecimal digits.", *path)
    return value.lower()


def announcement_checks(content_types: Collection[str], most_bytes: int) -> dict[str, Check]:
    """The checks of what an upload announces, given which types there are and how large a file may be."""

    def content_type(value: str, path: tuple[str, ...]) -> str:
        if value.lower() not in content_types:
            message = "Pictures of this type are not taken: send one of {kinds}."
            raise Refusal(UNSUPPORTED_MEDIA, message, *path, kinds=", ".join(sorted(content_types)))
        return value.lower()

    def byte_size(value: int, path: tuple[str, ...]) -> int:
        if value > most_bytes:
            message = "A picture may have at most {megabytes} MB. Send a smaller one."
            raise Refusal(TOO_LARGE, message, *path, max=most_bytes, megabytes=f"{most_bytes / 1e6:g}")
        if value < 1:
            raise Refusal(OUT_OF_RANGE, "This has to be from {min} to {max}.", *path, min=1, max=most_bytes)
        return value

    return {
        "filename": text(most=LONGEST_FILENAME),
        "content_type": content_type,
        "byte_size": byte_size,
        "sha256": sha256,
        "purpose": needed,
        "alt_text": tidy_alt_text,
    }


CHECKS: dict[str, Check] = {"alt_text": tidy_alt_text, "focal_x": focal, "focal_y": focal}
"""What can be changed of a picture."""


def require_room(open_uploads: int) -> None:
    """Refuse another upload to somebody who has many under way."""
    if open_uploads >= MAX_OPEN_UPLOADS:
        message = "You have {max} uploads under way: complete one, or wait until they expire after 15 minutes."
        raise Refusal(QUOTA, message, "input", max=MAX_OPEN_UPLOADS)


def nothing_came(expires_at: datetime, now: datetime) -> Refusal:
    """Why an upload cannot be completed whose bytes are not there."""
    if now >= expires_at:
        return Refusal(STATE, "The time for this upload is over, and nothing came: ask for another one.", "uploadId")
    message = "Nothing has come yet: first send the file by the upload's method, url and headers, then complete it."
    return Refusal(NOT_FOUND, message, "uploadId")


def other_bytes() -> Refusal:
    """The bytes that came have another length or digest than was announced."""
    return Refusal(CHECKSUM_MISMATCH, OTHER_BYTES, "uploadId")


def picture_problems(
    ids: Sequence[str | None], purposes: Mapping[str, str], purpose: str, field: str = "imageIds"
) -> list[Refusal]:
    """What is wrong with the pictures of something: `purposes` has those that the viewer may see, by id.

    `field` is where the input names them. What was uploaded for something else stays where it is: an avatar or a meal
    does not become public by it.
    """
    problems = []
    for place, one in enumerate(ids):
        path = ("input", field, str(place))
        if one is None or one not in purposes:
            problems.append(not_found(*path))
        elif purposes[one] not in {purpose, "TEMP"}:
            message = "This picture was uploaded for something else: upload it once more, with the purpose {purpose}."
            problems.append(Refusal(INVALID, message, *path, purpose=purpose))
    return problems


def require_unused(uses: int, *path: str) -> None:
    """Refuse to delete a picture that something shows."""
    if uses:
        message = "{count} things show this picture, deleted ones among them: take it off first."
        raise Refusal(IN_USE, message, *path, count=uses)


def announced(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit tells of a new picture."""
    return told({name: row[name] for name in ("key", "purpose", "alt_text")})


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: by the names that clients know."""
    return {camel_case(name): value for name, value in columns.items()}
