"""What a design may be, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.designs import publication, require_deleted, require_live, told
from rules.refusals import Refusal
from rules.trending import trending_score

NOW = datetime(2026, 3, 8, tzinfo=UTC)
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
