"""Where a category may hang."""

from __future__ import annotations

import pytest

from rules.categories import MAX_LEVELS, behind, require_place, require_unused, told
from rules.checking import LARGEST
from rules.refusals import Refusal

WAY = [str(level) for level in range(MAX_LEVELS)]


@pytest.mark.parametrize(("above", "levels"), [(0, 1), (0, 8), (7, 1), (4, 4)])
def test_a_branch_hangs_where_there_is_room(above: int, levels: int) -> None:
    require_place(WAY[:above], levels, "branch")


@pytest.mark.parametrize(("above", "levels"), [(0, 9), (8, 1), (7, 2), (4, 5)])
def test_a_tree_that_gets_too_deep_is_refused(above: int, levels: int) -> None:
    with pytest.raises(Refusal) as refused:
        require_place(WAY[:above], levels)
    assert (refused.value.code, refused.value.path) == ("OUT_OF_RANGE", ("input", "parentId"))
    assert refused.value.values == {"min": 1, "max": MAX_LEVELS}


@pytest.mark.parametrize("category", ["0", "1", "2"])
def test_a_ring_is_refused(category: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_place(WAY[:3], 1, category)
    assert (refused.value.code, refused.value.path) == ("CONFLICT", ("input", "parentId"))


def test_the_place_behind_the_last() -> None:
    assert [behind(last) for last in (None, 0, 7, LARGEST)] == [0, 1, 8, LARGEST]


def test_only_what_is_empty_is_deleted() -> None:
    require_unused(0)
    with pytest.raises(Refusal) as refused:
        require_unused(3)
    assert (refused.value.code, refused.value.path, refused.value.values) == ("IN_USE", ("id",), {"count": 3})


def test_the_audit_tells_what_clients_know() -> None:
    assert told({"parent_id": "1", "position": 2}) == {"parentId": "Category_1", "position": 2}
    assert told({"parent_id": None}) == {"parentId": None}
