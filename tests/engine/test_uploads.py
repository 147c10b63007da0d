"""An Upload is a file that came with the request, and nothing else is one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.multipart import UploadedFile
from services.describing import describing_client
from services.forms import ONE, asking, code_of, field, file, form, post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx2


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an endpoint that says which files it was given."""
    async with describing_client(tmp_path) as opened:
        yield opened


FORGED: tuple[Any, ...] = (
    "a.png",
    1,
    True,
    {},
    {"path": "/etc/passwd", "filename": "a.png", "content_type": "image/png", "byte_size": 1},
    {"__class__": "UploadedFile"},
    [],
)


@pytest.mark.parametrize("value", FORGED)
async def test_no_json_is_a_file(value: Any, client: httpx2.AsyncClient) -> None:
    sent = await client.post("/graphql", json={"query": ONE, "variables": {"file": value}})
    (error,) = sent.json()["errors"]
    assert error["message"].endswith("An Upload is a file of a multipart request.")
    assert (error["extensions"], sent.json().keys()) == ({"code": "BAD_USER_INPUT"}, {"errors"})


@pytest.mark.parametrize("literal", ['"a.png"', "1", "true", '{path: "/etc/passwd"}', "[]", "PATH"])
@pytest.mark.parametrize(
    "query", ["mutation { describe(file: %s) }", "mutation ($file: Upload = %s) { describe(file: $file) }"]
)
async def test_no_literal_is_a_file(query: str, literal: str, client: httpx2.AsyncClient) -> None:
    (error,) = (await client.post("/graphql", json={"query": query.replace("%s", literal)})).json()["errors"]
    assert error["message"].endswith("An Upload is a file of a multipart request.")
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


async def test_where_no_file_belongs_its_place_is_not_told(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    operations = asking("query ($text: String!) { echo(text: $text) }", text=None)
    response = await post(client, form(operations, field("map", {"0": ["variables.text"]}), file("0")))
    assert (code_of(response), str(tmp_path) in response.text) == ("BAD_USER_INPUT", False)


def test_the_place_of_a_file_is_not_shown() -> None:
    file = UploadedFile(Path("/secret/a"), "a.png", "image/png", 1)
    assert repr(file) == "UploadedFile(filename='a.png', content_type='image/png', byte_size=1)"


async def test_no_file_goes_out(client: httpx2.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": "{ leak }"})
    assert (code_of(response), response.json()["data"], "secret" in response.text) == (
        "INTERNAL_SERVER_ERROR",
        {"leak": None},
        False,
    )
