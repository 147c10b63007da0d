"""One design, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.rows import THEN, a_category, a_design, a_hanging, a_user, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

WHOLE = """
fragment whole on Design {
  __typename id slug title description style colour fabric occasion season designerName collectionName
  featured status viewCount likeCount publishedAt deletedAt createdAt updatedAt version
  category { name parent { name } }
  coverImage { key }
  images { key altText }
  imageUrl
  thumb: imageUrl(variant: THUMB, format: AVIF)
  createdBy { username avatar { key } }
}
query ($id: ID!, $slug: String!) {
  byId: design(by: {id: $id}) { ...whole }
  bySlug: design(by: {slug: $slug}) { ...whole }
  node(id: $id) { ...whole }
  designs { nodes { ...whole } edges { node { ...whole } } }
}
"""
TEXTS: dict[str, Any] = {
    "style": "Classic",
    "colour": "붉은",
    "fabric": "रेशम",
    "occasion": "Wedding 🌸",
    "season": "  Spring ",
    "description": 'Two\nlines, "quoted" \\ and\ttabbed',
}


async def test_a_design_is_told_whole_and_alike_on_every_path(server: Server, db: Database) -> None:
    cover, other, face = an_image(alt_text="Front"), an_image(), an_image(purpose="AVATAR")
    author = a_user("Mina", avatar_id=face["id"])
    root = a_category("Women")
    branch = a_category("Hanbok", parent_id=root["id"])
    named = {"designer_name": "김민아", "collection_name": "Haneul", "created_by_id": author["id"]}
    counts = {"view_count": 2**31 - 1, "like_count": 3, "trending_score": 0.5, "featured": True}
    design = a_design(branch["id"], "두루마기", cover_image_id=cover["id"], **TEXTS, **named, **counts)
    async with db.transaction() as tx:
        await tx.images.add([cover, other, face])
        await tx.users.add([author])
        await tx.categories.add([root])
        await tx.categories.add([branch])
        await tx.designs.add([design])
        await tx.images.hang([a_hanging(design["id"], other["id"], 1), a_hanging(design["id"], cover["id"], 0)])
    whole = {
        "__typename": "Design",
        "id": f"Design_{design['id']}",
        "slug": design["slug"],
        "title": "두루마기",
        **TEXTS,
        "designerName": "김민아",
        "collectionName": "Haneul",
        "featured": True,
        "status": "PUBLISHED",
        "viewCount": 2**31 - 1,
        "likeCount": 3,
        **dict.fromkeys(("publishedAt", "createdAt", "updatedAt"), THEN.isoformat()),
        "deletedAt": None,
        "version": 1,
        "category": {"name": "Hanbok", "parent": {"name": "Women"}},
        "coverImage": {"key": cover["key"]},
        "images": [{"key": cover["key"], "altText": "Front"}, {"key": other["key"], "altText": None}],
        "imageUrl": f"/media/{cover['key']}",
        "thumb": f"/media/{cover['key']}",
        "createdBy": {"username": "Mina", "avatar": {"key": face["key"]}},
    }
    one = {"nodes": [whole], "edges": [{"node": whole}]}
    expected = {"byId": whole, "bySlug": whole, "node": whole, "designs": one}
    assert server.ask(WHOLE, id=whole["id"], slug=whole["slug"]) == expected


async def test_a_design_without_anything_that_may_be_missing(server: Server, db: Database) -> None:
    category = a_category()
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"], "Bare", slug="bare")])
    query = (
        '{ design(by: {slug: "bare"}) { title description style coverImage { id uploadedBy { id } } images { id }'
        " imageUrl createdBy { avatar { id } } deletedAt } }"
    )
    nothing = dict.fromkeys(("description", "style", "coverImage", "imageUrl", "createdBy", "deletedAt"))
    assert server.ask(query) == {"design": {"title": "Bare", "images": []} | nothing}


@pytest.mark.parametrize("by", [{"slug": "nowhere"}, {"slug": ""}, {"id": ""}, {"id": "Design_" + "0" * 32}])
def test_a_design_that_is_not_there_is_null(by: dict[str, str], gallery: Server) -> None:
    query = "query ($by: DesignBy!) { design(by: $by) { id } }"
    assert gallery.ask(query, by=by) == {"design": None}


def test_what_is_selected_twice_under_other_names_is_read_once_each(gallery: Server) -> None:
    """Aliases, fragments and directives reach the columns that they need, whatever stands beside them."""
    query = """
    query ($yes: Boolean!) {
      designs(first: 1) {
        nodes { a: title ...more category { slug } }
        edges { node { category { name } b: title @include(if: $yes) c: style @skip(if: $yes) } }
      }
      again: designs(first: 1) { edges { cursor } pageInfo { hasNextPage } }
      counted: designs { totalCount }
    }
    fragment more on Node { id ... on Design { category { position } ... on Design { likeCount } } }
    """
    answer = gallery.ask(query, yes=True)
    node, edge = answer["designs"]["nodes"][0], answer["designs"]["edges"][0]["node"]
    assert list(node) == ["a", "id", "category", "likeCount"]
    assert list(node["category"]) == ["position", "slug"]
    assert edge == {"category": edge["category"], "b": node["a"]}
    assert list(answer["again"]["edges"][0]) == ["cursor"]
