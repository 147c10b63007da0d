"""What the public must not see, it sees on no path; and what it may see, on all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.rows import THEN, a_category, a_design, a_hanging, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

EVERY_PATH = """
query ($id: ID!, $slug: String!, $image: ID!, $category: ID!) {
  node(id: $id) { id }
  nodes(ids: [$id, $image]) { id }
  byId: design(by: {id: $id}) { id }
  bySlug: design(by: {slug: $slug}) { id }
  image: node(id: $image) { id }
  designs { nodes { id } totalCount }
  asked: designs(where: {or: [
    {status: [DRAFT, PUBLISHED, ARCHIVED]}, {deleted: true}, {deleted: false}, {title: {eq: "Hidden"}},
    {search: "hidden"}
  ]}) { nodes { id } totalCount }
  within: designs(
    where: {category: {id: $category}, includeDescendants: true}, orderBy: [{field: TITLE, direction: ASC}]
  ) {
    edges { node { id } } totalCount
  }
  category(by: {id: $category}) {
    designs(where: {includeDescendants: true}) { nodes { id } totalCount }
    children { designs { nodes { id } totalCount } }
  }
  categories(where: {root: false}) { nodes { designs { nodes { id } totalCount } } }
}
"""  # fmt: skip
STATES = {
    "a draft": {"status": "DRAFT", "published_at": None},
    "a draft that was published before": {"status": "DRAFT"},
    "archived": {"status": "ARCHIVED"},
    "deleted": {"deleted_at": THEN},
    "a deleted draft": {"status": "DRAFT", "published_at": None, "deleted_at": THEN},
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
async def test_a_hidden_design_is_seen_on_no_path(state: dict[str, Any], server: Server, db: Database) -> None:
    nothing = {"nodes": [], "totalCount": 0}
    assert await _seen(server, db, state) == {
        "node": None,
        "nodes": [None, None],
        "byId": None,
        "bySlug": None,
        "image": None,
        "designs": nothing,
        "asked": nothing,
        "within": {"edges": [], "totalCount": 0},
        "category": {"designs": nothing, "children": [{"designs": nothing}]},
        "categories": {"nodes": [{"designs": nothing}]},
    }


async def test_a_published_design_is_seen_on_every_path(server: Server, db: Database) -> None:
    seen = await _seen(server, db, {})
    design, image = seen["node"], seen["image"]
    one = {"nodes": [design], "totalCount": 1}
    assert design
    assert image
    assert seen == {
        "node": design,
        "nodes": [design, image],
        "byId": design,
        "bySlug": design,
        "image": image,
        "designs": one,
        "asked": one,
        "within": {"edges": [{"node": design}], "totalCount": 1},
        "category": {"designs": one, "children": [{"designs": one}]},
        "categories": {"nodes": [{"designs": one}]},
    }


async def test_a_picture_on_a_visible_design_too_is_seen(server: Server, db: Database) -> None:
    category, image = a_category(), an_image()
    hidden, shown = a_design(category["id"], status="DRAFT"), a_design(category["id"])
    async with db.transaction() as tx:
        await tx.images.add([image])
        await tx.categories.add([category])
        await tx.designs.add([hidden, shown])
        await tx.images.hang([a_hanging(design["id"], image["id"]) for design in (hidden, shown)])
    ask = "query ($id: ID!) { node(id: $id) { id } }"
    wanted = f"Image_{image['id']}"
    assert server.ask(ask, id=wanted) == {"node": {"id": wanted}}


async def test_a_picture_that_hangs_nowhere_is_not_seen(server: Server, db: Database) -> None:
    image = an_image()
    async with db.transaction() as tx:
        await tx.images.add([image])
    assert server.ask("query ($id: ID!) { node(id: $id) { id } }", id=f"Image_{image['id']}") == {"node": None}


async def _seen(server: Server, db: Database, state: dict[str, Any]) -> dict[str, Any]:
    image, root = an_image(), a_category()
    branch = a_category("Branch", parent_id=root["id"])
    design = a_design(branch["id"], "Hidden", cover_image_id=image["id"], **state)
    async with db.transaction() as tx:
        await tx.images.add([image])
        await tx.categories.add([root])
        await tx.categories.add([branch])
        await tx.designs.add([design])
        await tx.images.hang([a_hanging(design["id"], image["id"])])
    ids: dict[str, Any] = {"image": f"Image_{image['id']}", "category": f"Category_{root['id']}"}
    seen: dict[str, Any] = server.ask(EVERY_PATH, id=f"Design_{design['id']}", slug=design["slug"], **ids)
    return seen
