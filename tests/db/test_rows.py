"""Rows as named tuples: joined ones within, null where nothing was joined, each value through its processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.rows import row_maker
from services.rows import a_category, a_design, a_user, an_image

if TYPE_CHECKING:
    from db.database import Database


def test_a_row_has_the_columns_as_they_were_selected() -> None:
    row = _made(("id", "title", "likes"), ("d1", "Durumagi", 3))
    assert (row._asdict(), tuple(row)) == ({"id": "d1", "title": "Durumagi", "likes": 3}, ("d1", "Durumagi", 3))


def test_joined_rows_are_rows_within_however_deep() -> None:
    labels = ("id", "cover__id", "cover__key", "cover__by__id", "cover__by__name", "category__id")
    row = _made(labels, ("d1", "i1", "a.jpg", "u1", "Mina", "c1"))
    assert (row.id, row.cover.id, row.cover.key) == ("d1", "i1", "a.jpg")
    assert (row.cover.by.id, row.cover.by.name, row.category.id) == ("u1", "Mina", "c1")


def test_columns_of_joined_rows_may_be_mixed() -> None:
    row = _made(("cover__id", "id", "category__id", "cover__key"), ("i1", "d1", "c1", "a.jpg"))
    assert row._asdict().keys() == {"cover", "id", "category"}
    assert (row.id, row.cover._asdict(), row.category.id) == ("d1", {"id": "i1", "key": "a.jpg"}, "c1")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("d1", None, None, None), ("d1", None)),
        (("d1", "i1", None, None), ("d1", ("i1", None, None))),
        (("d1", "i1", "u1", None), ("d1", ("i1", ("u1", None), None))),
        ((None, "i1", "u1", ""), (None, ("i1", ("u1", ""), None))),
    ],
)
def test_a_row_that_was_not_joined_is_none(values: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    row = _made(("id", "cover__id", "cover__by__id", "cover__by__name", "cover__key"), (*values, None))
    assert row == expected


def test_each_value_goes_through_its_processor() -> None:
    make = row_maker([("id", str.upper), ("number", None), ("by__id", None), ("by__name", str.lower)], {})
    assert make(("a", 1, "u1", "MINA")) == ("A", 1, ("u1", "mina"))


def test_processors_of_a_row_that_was_not_joined_are_not_asked() -> None:
    make = row_maker([("id", None), ("by__id", None), ("by__name", str.lower)], {})
    assert make(("a", None, None)) == ("a", None)


def test_rows_are_of_the_classes_that_they_are_said_to_be_of() -> None:
    labels = [(label, None) for label in ("id", "cover__id", "cover__by__id", "category__id")]
    row = row_maker(labels, {"": "Design", "cover__": "Image", "cover__by__": "User"})(("d1", "i1", "u1", "c1"))
    kinds = [type(part).__name__ for part in (row, row.cover, row.cover.by, row.category)]
    assert kinds == ["Design", "Image", "User", "Row"]


def test_rows_of_one_shape_are_of_one_class() -> None:
    first, second = _made(("id",), ("a",)), _made(("id",), ("b",))
    assert type(first) is type(second)
    assert type(first) is not type(_made(("id", "name"), ("a", "b")))


async def test_what_a_row_points_to_comes_with_it(db: Database) -> None:
    category, user, image = a_category("Hanbok"), a_user("Mina"), an_image()
    bare = a_design(category["id"], "Bare")
    whole = a_design(category["id"], "Whole", cover_image_id=image["id"], created_by_id=user["id"])
    image["uploaded_by_id"] = user["id"]
    async with db.transaction() as tx:
        await tx.users.add([user])
        await tx.images.add([image])
        await tx.categories.add([category])
        await tx.designs.add([bare, whole])
    fields = {
        "title",
        "category.name",
        "category.parent.name",
        "cover_image.uploaded_by.username",
        "created_by.avatar.key",
    }
    found = await db.read().designs.by_ids(frozenset(fields), [bare["id"], whole["id"]])
    assert _plain(found[bare["id"]]) == {
        "id": bare["id"],
        "title": "Bare",
        "category": {"id": category["id"], "name": "Hanbok", "parent": None},
        "cover_image": None,
        "created_by": None,
    }
    assert _plain(found[whole["id"]]) == {
        "id": whole["id"],
        "title": "Whole",
        "category": {"id": category["id"], "name": "Hanbok", "parent": None},
        "cover_image": {"id": image["id"], "uploaded_by": {"id": user["id"], "username": "Mina"}},
        "created_by": {"id": user["id"], "avatar": None},
    }


def _made(labels: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    return row_maker([(label, None) for label in labels], {})(values)


def _plain(row: Any) -> dict[str, Any]:
    return {name: _plain(value) if hasattr(value, "_asdict") else value for name, value in row._asdict().items()}
