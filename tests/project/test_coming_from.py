"""docs/coming-from*.md: every old route, field and claim is there, and whoever follows them succeeds."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLObjectType

from graph.schema import build_schema
from project.clone import ROOT
from project.guide import Follower, read, steps
from services.pictures import OWNER, chequered, encoded, phone_jpeg
from services.process import environment
from services.rows import THEN, a_category, a_design, a_user

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.server import Server
    from settings import Settings

DOCUMENT = read("coming-from.md")
STEPS = [*steps(DOCUMENT), *steps(read("coming-from-collections.md"))]
ROUTES = (
    "POST /api/auth/register", "POST /api/auth/login", "GET /api/auth/me", "POST /api/auth/logout",
    "GET /api/admin/users", "GET /api/admin/users/pending", "PUT /api/admin/users/{id}", "DELETE /api/admin/users/{id}",
    "POST /api/admin/users/{id}/approve", "POST /api/admin/users/{id}/reject",
    "POST /api/upload/image", "POST /api/upload/presigned-url",
    "GET /api/upload/images", "DELETE /api/upload/image/{key}",
    "GET /api/designs", "GET /api/designs/{id}", "GET /api/designs/featured",
    "POST /api/designs", "PUT /api/designs/{id}", "DELETE /api/designs/{id}",
    "POST /api/designs/{id}/favorite", "DELETE /api/designs/{id}/favorite", "GET /api/favorites",
    "GET /", "GET /health", "GET /info",
    "POST /register", "POST /login",
    "GET /categories", "POST /categories", "GET /categories/{id}", "PUT /categories/{id}", "DELETE /categories/{id}",
    "GET /categories/{id}/specifications", "POST /categories/{id}/specifications",
    "PUT /categories/{id}/specifications/{specification}", "DELETE /categories/{id}/specifications/{specification}",
    "GET /items", "POST /items", "GET /items/{id}", "PUT /items/{id}", "DELETE /items/{id}",
    "GET /items/{id}/urls", "POST /items/{id}/urls", "DELETE /items/{id}/urls/{url}",
    "GET /items/{id}/photos", "POST /items/{id}/photos", "DELETE /items/{id}/photos/{photo}",
)  # fmt: skip
PARAMETERS = ("category", "style", "colour", "fabric", "occasion", "featured", "search", "page", "per_page")
FIELDS = {
    "id", "title", "description", "category", "style", "colour", "fabric", "occasion", "designer_name",
    "collection_name", "image_url", "image_key", "view_count", "like_count", "featured", "created_at", "is_favorited",
    "username", "email", "role", "status",
}  # fmt: skip
CLAIMS = {"sub", "user_id", "username", "role", "exp"}


async def test_whoever_follows_them_succeeds(db: Database, server: Server, settings: Settings, tmp_path: Path) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW")
    for name in ("src", "docs", "studiograph"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "photo.jpg").write_bytes(encoded(chequered()))
    old_picture = settings.data_dir / "media" / "designs" / "2024" / "05" / "20240512_indigo.jpg"
    old_picture.parent.mkdir(parents=True)
    old_picture.write_bytes(phone_jpeg())
    with closing(Follower(server, settings, tmp_path)) as follower:
        for step in STEPS:
            follower.follow(step)
    assert OWNER not in old_picture.read_bytes()


HALF_WRONG = {
    "users": "username,display_name,email,role,status,password_hash,created_at\n"
    "mina,,,user,approved,,2024-05-12\nMINA,,,user,approved,,2024-05-12\n",
    "designs": "slug,title,category,image_key,featured,view_count,created_at\n"
    "17,Indigo,lehenga,,true,4,2024-05-12\n18,Madder,sari,,true,4,2024-05-12\n",
    "favorites": "username,slug,created_at\nJuno,16,2024-05-12\nJuno,17,2024-05-12\n",
}


@pytest.mark.parametrize("kind_of_rows", HALF_WRONG)
async def test_rows_come_over_all_or_none(kind_of_rows: str, db: Database, settings: Settings, tmp_path: Path) -> None:
    lehenga = a_category("Lehenga", slug="lehenga")
    async with db.transaction() as tx:
        await tx.categories.add([lehenga])
        await tx.users.add([a_user("Juno")])
        await tx.designs.add([a_design(lehenga["id"], slug="16")])
    assert _bring_over(kind_of_rows, settings, tmp_path) == 1
    read = db.read()
    assert [await rows.count() for rows in (read.users, read.designs, read.favorites)] == [1, 1, 0]
    design = await read.designs.by_slug(frozenset({"like_count"}), "16")
    assert design is not None
    assert design.like_count == 0


def test_every_operation_shows_its_answer() -> None:
    assert [step.text for step in STEPS if step.kind == "graphql" and step.answer is None] == []


@pytest.mark.parametrize("route", ROUTES)
def test_every_old_route_has_what_takes_its_place(route: str) -> None:
    works = [step for step in STEPS if step.heading == route and step.kind in ("graphql", "sh")]
    assert any('"code"' not in (step.answer or "") for step in works)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_every_old_parameter_of_the_list_has_what_takes_its_place(parameter: str) -> None:
    assert f"`{parameter}=" in _section("GET /api/designs")


def test_every_old_field_has_one_that_takes_its_place() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)\.(\w+)` \|", _section("Fields"), re.MULTILINE)
    assert {old for old, _, _ in rows} == FIELDS
    assert [(kind, field) for _, kind, field in rows if field not in _fields(kind)] == []


def test_every_old_claim_is_explained() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", _section("The token's claims"), re.MULTILINE)
    assert {claim for row in rows for claim in re.findall(r"`(\w+)`", row)} == CLAIMS


@pytest.mark.parametrize("document", ["coming-from.md", "coming-from-collections.md", "collections.md"])
def test_every_link_to_a_heading_leads_to_one(document: str) -> None:
    links = re.findall(r"\]\(([\w-]+\.md)?#([^)]*)\)", read(document))
    assert [(file, anchor) for file, anchor in links if anchor not in _anchors(read(file or document))] == []


def _bring_over(kind_of_rows: str, settings: Settings, folder: Path) -> int:
    """The exit code of the script, given rows of which the last one is wrong."""
    file = folder / "rows.csv"
    file.write_text(HALF_WRONG[kind_of_rows], encoding="utf-8")
    command = [sys.executable, str(ROOT / "docs" / "examples" / "bring_over.py"), kind_of_rows, str(file)]
    env = environment(folder, database_url=settings.database_url)
    return subprocess.run(command, env=env, stderr=subprocess.DEVNULL, check=False).returncode


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#{2,} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _section(heading: str) -> str:
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^## |^### |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section {heading}"
    return found[1]


def _fields(kind: str) -> set[str]:
    found = build_schema().get_type(kind)
    assert isinstance(found, GraphQLObjectType), kind
    return set(found.fields)
