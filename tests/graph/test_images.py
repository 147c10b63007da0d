"""Pictures, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.rows import THEN, a_category, a_design, a_hanging, a_user, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

WHOLE = """
query ($id: ID!) {
  node(id: $id) {
    __typename id
    ... on Image {
      key width height contentType byteSize sha256 altText blurhash focalX focalY purpose status version
      createdAt updatedAt url original: url(variant: ORIGINAL, format: JPEG) srcset avif: srcset(format: AVIF)
      uploadedBy { displayName avatar { id } }
    }
  }
}
"""


async def test_an_image_is_told_whole(server: Server, db: Database) -> None:
    author, category = a_user("Mina"), a_category()
    told = {"alt_text": "앞모습", "blurhash": "LEHV6nWB2yk8", "focal_x": 0.1 + 0.2, "focal_y": 1.0}
    image = an_image(uploaded_by_id=author["id"], byte_size=2**31 - 1, status="PROCESSING", **told)
    async with db.transaction() as tx:
        await tx.users.add([author])
        await tx.images.add([image])
        await tx.categories.add([category])
        design = a_design(category["id"])
        await tx.designs.add([design])
        await tx.images.hang([a_hanging(design["id"], image["id"])])
    url = f"/media/{image['key']}"
    assert server.ask(WHOLE, id=f"Image_{image['id']}") == {
        "node": {
            "__typename": "Image",
            "id": f"Image_{image['id']}",
            "key": image["key"],
            "width": 1600,
            "height": 2000,
            "contentType": "image/jpeg",
            "byteSize": 2**31 - 1,
            "sha256": "0" * 64,
            "altText": "앞모습",
            "blurhash": "LEHV6nWB2yk8",
            "focalX": 0.1 + 0.2,
            "focalY": 1.0,
            "purpose": "DESIGN",
            "status": "PROCESSING",
            "version": 1,
            "createdAt": THEN.isoformat(),
            "updatedAt": THEN.isoformat(),
            "url": url,
            "original": url,
            "srcset": f"{url} 1600w",
            "avif": f"{url} 1600w",
            "uploadedBy": {"displayName": "Mina", "avatar": None},
        }
    }


async def test_pictures_come_in_their_order_for_every_design_of_a_list(server: Server, db: Database) -> None:
    category = a_category()
    designs = [a_design(category["id"], f"Design {number}") for number in range(5)]
    images = [an_image(alt_text=str(number)) for number in range(4)]
    hanging = [
        a_hanging(design["id"], images[(number + place) % 4]["id"], place)
        for number, design in enumerate(designs)
        for place in reversed(range(number))
    ]
    async with db.transaction() as tx:
        await tx.images.add(images)
        await tx.categories.add([category])
        await tx.designs.add(designs)
        await tx.images.hang(hanging)
    nodes = server.ask("{ designs(orderBy: [{field: TITLE, direction: ASC}]) { nodes { images { altText } } } }")
    expected = [[{"altText": str((number + place) % 4)} for place in range(number)] for number in range(5)]
    assert nodes == {"designs": {"nodes": [{"images": images} for images in expected]}}


async def test_names_longer_than_postgresql_allows_are_told_apart(server: Server, db: Database) -> None:
    category, face = a_category(), an_image(purpose="AVATAR")
    author = a_user("Mina", avatar_id=face["id"])
    async with db.transaction() as tx:
        await tx.users.add([author | {"avatar_id": None}])
        await tx.images.add([face | {"uploaded_by_id": author["id"]}])
        await tx.users.set_avatar(author["id"], face["id"], now=THEN)
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"], cover_image_id=face["id"])])
    deep = "username displayName createdAt"
    for _ in range(2):
        deep = f"avatar {{ uploadedBy {{ {deep} }} }}"
    query = f"{{ categories {{ nodes {{ designs {{ nodes {{ coverImage {{ uploadedBy {{ {deep} }} }} }} }} }} }} }}"
    person: dict[str, object] = {"username": "Mina", "displayName": "Mina", "createdAt": THEN.isoformat()}
    for _ in range(2):
        person = {"avatar": {"uploadedBy": person}}
    node = {"coverImage": {"uploadedBy": person}}

    assert server.ask(query) == {"categories": {"nodes": [{"designs": {"nodes": [node]}}]}}
