"""The keys of stored files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.storage import FOLDERS, image_key

NOW = datetime(2026, 3, 9, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(("purpose", "folder"), FOLDERS.items())
def test_a_key_has_its_purposes_folder_and_its_day(purpose: str, folder: str) -> None:
    assert image_key(purpose, "webp", now=NOW, unique="0f" * 16) == f"{folder}/2026/03/20260309_{'0f' * 16}.webp"


def test_every_purpose_of_the_contract_has_a_folder() -> None:
    assert set(FOLDERS) == {"DESIGN", "ITEM", "SERVICE", "GALLERY", "AVATAR", "MEAL", "TEMP"}
