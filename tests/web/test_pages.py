"""The page at the root, and the schema as a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from graphql import print_schema

from graph.schema import build_schema
from services.process import SECRET
from services.server import Server
from settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

STRICT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def test_the_root_leads_to_the_rest(server: Server) -> None:
    page = server.client.get("/")
    links = re.findall(r'href="([^"]+)"', page.text)
    assert links == ["/console/", "/schema.graphql", "/ready", "/info"]
    assert [link for link in links if server.client.get(link).status_code == 404] == []
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    security = ("content-security-policy", "x-content-type-options", "referrer-policy")
    assert [page.headers[name] for name in security] == [STRICT, "nosniff", "no-referrer"]


def test_the_schema_is_a_file_that_need_not_be_loaded_twice(server: Server) -> None:
    first = server.client.get("/schema.graphql")
    assert (first.status_code, first.text) == (200, f"{print_schema(build_schema())}\n")
    assert first.headers["content-type"] == "text/plain; charset=utf-8"

    again = server.client.get("/schema.graphql", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert server.client.get("/schema.graphql", headers={"if-none-match": '"another"'}).status_code == 200


def test_the_schema_is_not_public_where_introspection_is_off(database_url: str, tmp_path: Path) -> None:
    settings = Settings(environment="production", secret=SECRET, data_dir=tmp_path, database_url=database_url)
    server = Server(settings).start()
    try:
        refused = server.client.get("/schema.graphql")
        told = "The schema is not public here: STUDIOGRAPH_INTROSPECTION is off.\n"
        assert (refused.status_code, refused.text) == (403, told)
        asked = server.answer("{ __schema { queryType { name } } }")
        assert {error["extensions"]["code"] for error in asked["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    finally:
        server.stop()


def test_other_paths_are_not_found(server: Server) -> None:
    response = server.client.get("/nothing/here")
    assert (response.status_code, response.text) == (404, "Not Found")


@pytest.mark.parametrize("path", ["/", "/schema.graphql", "/health", "/ready", "/info"])
def test_pages_are_only_read(server: Server, path: str) -> None:
    refused = server.client.post(path)
    assert (refused.status_code, {*refused.headers["allow"].split(", ")}) == (405, {"GET", "HEAD"})
