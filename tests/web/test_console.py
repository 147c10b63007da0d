"""The console: opened in a real browser, and its routes one by one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.async_api import Error
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demo.studio import found_studio
from services import chromium
from services.console import Console
from services.rows import THEN, a_category, a_design
from web.console import console_routes

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

GALLERY = Path(__file__).parents[2] / "console" / "src" / "gallery.graphql"
SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@pytest.fixture
async def gallery(db: Database, server: Server) -> Server:
    """A server with a studio and a page of designs."""
    category = a_category()
    async with db.transaction() as tx:
        await found_studio(tx, THEN, with_demo=False)
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"], f"두루마기 {number}") for number in range(9)])
    return server


async def test_a_visitor_runs_the_opening_query_with_the_button(gallery: Server) -> None:
    async with chromium.launch() as tab:
        console = Console(tab.page)
        await console.open(gallery.url)

        assert await console.run("endCursor") == await _answer(gallery.url)
        assert {urlsplit(url).netloc for url in tab.requests} == {urlsplit(gallery.url).netloc}
        assert tab.complaints == []


async def test_a_visitor_runs_the_opening_query_with_the_keyboard(gallery: Server) -> None:
    async with chromium.launch() as tab:
        console = Console(tab.page)
        await console.open(gallery.url)
        await console.editor.get_by_text("totalCount").click()
        await tab.page.keyboard.press("Control+Enter")

        assert await console.answer("endCursor") == await _answer(gallery.url)
        assert tab.complaints == []


async def test_the_browser_reaches_no_other_host() -> None:
    async with chromium.launch() as tab:
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            await tab.page.goto("http://example.org/")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return tmp_path / "dist"


@pytest.fixture
def built(dist: Path) -> Path:
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>console</title>")
    (dist / "assets" / "index-B7.js").write_text("run()")
    return dist


def test_serves_the_page_so_that_a_new_build_shows_at_once(built: Path) -> None:
    response = _client(built).get("/console/")

    assert (response.status_code, response.text) == (200, "<title>console</title>")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert _security_and_caching(response) == {**SECURITY_HEADERS, "cache-control": "no-cache"}


def test_serves_hashed_assets_for_ever(built: Path) -> None:
    response = _client(built).get("/console/assets/index-B7.js")

    assert (response.status_code, response.text) == (200, "run()")
    assert response.headers["content-type"].startswith("text/javascript")
    assert _security_and_caching(response) == {
        **SECURITY_HEADERS,
        "cache-control": "public, max-age=31536000, immutable",
    }


def test_leads_to_the_folder() -> None:
    response = _client(Path("dist")).get("/console", follow_redirects=False)

    assert (response.status_code, response.headers["location"]) == (307, "/console/")


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "assets",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "assets/%2e%2e/%2e%2e/secret.txt",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "link.txt",
        "index.html%00.js",
        "x" * 5000,
    ],
)
def test_serves_nothing_but_the_build(built: Path, path: str) -> None:
    secret = built.with_name("secret.txt")
    secret.write_text("secret")
    (built / "link.txt").symlink_to(secret)

    response = _client(built).get(f"/console/{path}")

    assert (response.status_code, response.text) == (404, "Not Found")


def test_only_reads(built: Path) -> None:
    assert _client(built).post("/console/").status_code == 405


def test_says_that_it_is_being_built_and_looks_again(dist: Path) -> None:
    _note_builder(dist, str(os.getpid()))

    response = _client(dist).get("/console/")

    assert response.status_code == 503
    assert "The console is being built" in response.text
    assert '<meta http-equiv="refresh" content="3">' in response.text
    assert _security_and_caching(response) == {**SECURITY_HEADERS, "cache-control": "no-cache"}


def test_says_what_to_do_where_it_was_never_built(dist: Path) -> None:
    _assert_says_what_to_do(dist)


def test_says_what_to_do_where_the_builder_died(dist: Path) -> None:
    with subprocess.Popen(["true"]) as builder:
        builder.wait()
    _note_builder(dist, str(builder.pid))

    _assert_says_what_to_do(dist)


def test_says_what_to_do_where_the_builder_is_not_known(dist: Path) -> None:
    _note_builder(dist, "")

    _assert_says_what_to_do(dist)


def test_serves_the_last_build_while_the_next_is_under_way(built: Path) -> None:
    _note_builder(built, str(os.getpid()))

    assert _client(built).get("/console/").status_code == 200


async def _answer(url: str) -> object:
    async with httpx2.AsyncClient() as client:
        return (await client.post(f"{url}/graphql", json={"query": GALLERY.read_text()})).json()


def _client(directory: Path) -> TestClient:
    return TestClient(Starlette(routes=console_routes(directory)))


def _security_and_caching(response: httpx2.Response) -> dict[str, str]:
    return {name: response.headers[name] for name in (*SECURITY_HEADERS, "cache-control")}


def _note_builder(directory: Path, text: str) -> None:
    directory.with_name("dist.building").write_text(text)


def _assert_says_what_to_do(directory: Path) -> None:
    response = _client(directory).get("/console/")

    assert response.status_code == 503
    assert "The console is not built" in response.text
    assert "./dev console" in response.text
    assert "refresh" not in response.text
    assert str(directory.parent) not in response.text
    assert _security_and_caching(response) == {**SECURITY_HEADERS, "cache-control": "no-cache"}
