"""The keys of stored files, and what is said of an upload."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from storage.storage import FOLDERS, KEY, Upload, content_type, image_key, incoming_key

NOW = datetime(2026, 3, 9, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(("purpose", "folder"), FOLDERS.items())
def test_a_key_has_its_purposes_folder_and_its_day(purpose: str, folder: str) -> None:
    assert image_key(purpose, "webp", now=NOW, unique="0f" * 16) == f"{folder}/2026/03/20260309_{'0f' * 16}.webp"


def test_every_purpose_of_the_contract_has_a_folder() -> None:
    assert set(FOLDERS) == {"DESIGN", "ITEM", "SERVICE", "GALLERY", "AVATAR", "MEAL", "TEMP"}


@pytest.mark.parametrize("purpose", FOLDERS)
def test_our_keys_are_keys(purpose: str) -> None:
    unique = "01955a3c-7e1f-7c3a-9f3e-1b2c3d4e5f60"
    assert KEY.fullmatch(image_key(purpose, "jpg", now=NOW, unique=unique))
    assert KEY.fullmatch(incoming_key(unique))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("a.jpg", "image/jpeg"),
        ("b/a.avif", "image/avif"),
        ("a.svg", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_an_extension_stands_for_a_media_type(key: str, expected: str) -> None:
    assert content_type(key) == expected


def test_an_upload_is_announced_by_three_headers() -> None:
    upload = Upload(incoming_key("0195"), "image/png", 5, sha256(b"hello").hexdigest(), NOW)
    assert upload.headers == {
        "content-type": "image/png",
        "content-length": "5",
        "x-amz-checksum-sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
    }
