"""The page at the root, and the schema as a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from graphql import print_schema

from graph.schema import build_schema
from services.accounts import an_account
from services.process import SECRET
from services.server import Server
from settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database

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
        told = "The schema is for staff here: send a staff token or an API key.\n"
        assert (refused.status_code, refused.text) == (403, told)
        asked = server.answer("{ __schema { queryType { name } } }")
        assert {error["extensions"]["code"] for error in asked["errors"]} == {"INTROSPECTION_DISABLED"}
    finally:
        server.stop()


async def test_staff_see_the_schema_wherever_they_are(database_url: str, db: Database, tmp_path: Path) -> None:
    settings = Settings(environment="production", secret=SECRET, data_dir=tmp_path, database_url=database_url)
    server = Server(settings).start()
    staff, member = await an_account(server, db, "STAFF"), await an_account(server, db)
    asked = {account.id: server.client.get("/schema.graphql", headers=account.headers) for account in (staff, member)}
    query = "{ __schema { queryType { name } } }"
    answers = [server.answer(query, account.headers) for account in (staff, member)]
    server.stop()
    assert (asked[staff.id].status_code, asked[member.id].status_code) == (200, 403)
    assert asked[staff.id].text == f"{print_schema(build_schema())}\n"
    assert answers[0] == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
    assert [error["extensions"] for error in answers[1]["errors"]] == [{"code": "INTROSPECTION_DISABLED"}]


def test_other_paths_are_not_found(server: Server) -> None:
    response = server.client.get("/nothing/here")
    assert (response.status_code, response.text) == (404, "Not Found")


@pytest.mark.parametrize("path", ["/", "/schema.graphql", "/health", "/ready", "/info"])
def test_pages_are_only_read(server: Server, path: str) -> None:
    refused = server.client.post(path)
    assert (refused.status_code, {*refused.headers["allow"].split(", ")}) == (405, {"GET", "HEAD"})
