"""What a design may be, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.designs import (
    MAX_IMAGES,
    images,
    picture_problems,
    publication,
    require_deleted,
    require_live,
    told,
)
from rules.refusals import Refusal
from rules.trending import trending_score

NOW = datetime(2026, 3, 8, tzinfo=UTC)
PATH = ("input", "imageIds")
COUNTS = {"like_count": 3, "view_count": 40}


def test_the_first_publication_is_kept_and_counts() -> None:
    fresh = {"published_at": None, **COUNTS}
    assert publication("PUBLISHED", fresh, NOW) == {"published_at": NOW, "trending_score": trending_score(3, 40, NOW)}
    assert publication("PUBLISHED", {"published_at": NOW, **COUNTS}, NOW + timedelta(days=1)) == {}


@pytest.mark.parametrize("status", ["DRAFT", "ARCHIVED", ""])
def test_nothing_comes_with_other_states(status: str) -> None:
    assert publication(status, {"published_at": None, **COUNTS}, NOW) == {}


def test_only_what_lives_is_changed_and_only_what_is_deleted_restored() -> None:
    require_live(None)
    require_deleted(NOW)
    for refuse, deleted_at in ((require_live, NOW), (require_deleted, None)):
        with pytest.raises(Refusal) as refused:
            refuse(deleted_at)
        assert (refused.value.code, refused.value.path) == ("STATE", ("id",))


def test_pictures_keep_their_order() -> None:
    assert images(["b", "a"], PATH) == ["b", "a"]
    assert images(None, PATH) == []
    most = [str(number) for number in range(MAX_IMAGES)]
    assert images(most, PATH) == most


def test_a_picture_twice_and_too_many_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        images(["a", "b", "a"], PATH)
    assert (refused.value.code, refused.value.path) == ("CONFLICT", (*PATH, "2"))
    with pytest.raises(Refusal) as refused:
        images([str(number) for number in range(MAX_IMAGES + 1)], PATH)
    assert (refused.value.code, refused.value.path) == ("TOO_LONG", PATH)


def test_what_is_wrong_with_pictures() -> None:
    purposes = {"design": "DESIGN", "temp": "TEMP", "avatar": "AVATAR", "meal": "MEAL", "item": "ITEM"}
    problems = picture_problems(["design", "avatar", "temp", None, "meal", "unseen", "item"], purposes)
    assert [(problem.code, problem.path[-1]) for problem in problems] == [
        ("INVALID", "1"), ("NOT_FOUND", "3"), ("INVALID", "4"), ("NOT_FOUND", "5"), ("INVALID", "6"),
    ]  # fmt: skip


def test_the_audit_tells_what_clients_know() -> None:
    columns = {"designer_name": "Mina", "category_id": "1", "image_ids": ["2", "3"], "featured": True, "style": None}
    assert told(columns) == {
        "designerName": "Mina",
        "categoryId": "Category_1",
        "imageIds": "Image_2, Image_3",
        "featured": "true",
        "style": None,
    }
    assert told({"image_ids": []}) == {"imageIds": None}
