"""Files beside a request: each reaches its variable, under the name and type that the client gave it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from services.describing import described, describing, describing_client
from services.forms import (
    BOUNDARY,
    MANY,
    ONE,
    ONE_MAP,
    ONE_OPERATION,
    PNG,
    answered,
    asking,
    field,
    file,
    form,
    in_pieces,
    left_in,
    one_part,
    post,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx2


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an endpoint that says which files it was given."""
    async with describing_client(tmp_path) as opened:
        yield opened


WITHIN = "mutation ($input: PictureInput!) { describeInput(input: $input) }"


async def test_a_file_reaches_its_variable(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0")))
    assert (response.status_code, response.json()) == (200, {"data": {"describe": described()}})
    assert left_in(tmp_path) == []


async def test_files_reach_their_places_in_lists(client: httpx2.AsyncClient) -> None:
    operations = asking(MANY, files=[None, None, None, None])
    named = {"b": ["variables.files.3", "variables.files.0"], "a.1": ["variables.files.1"]}
    response = await post(client, form(operations, field("map", named), file("a.1", b"1"), file("b", b"")))
    data = [described(b""), described(b"1"), "nothing", described(b"")]
    assert response.json() == {"data": {"describeAll": data}}


async def test_a_file_reaches_its_place_in_an_input(client: httpx2.AsyncClient) -> None:
    operations = asking(WITHIN, input={"title": "사진", "file": None})
    response = await post(client, form(operations, field("map", {"0": ["variables.input.file"]}), file("0")))
    assert response.json() == {"data": {"describeInput": f"사진: {described()}"}}


async def test_a_path_of_eight_steps_is_followed(client: httpx2.AsyncClient) -> None:
    deep: Any = {"b": {"c": {"d": {"e": {"f": {"g": None}}}}}}
    response = await post(
        client, form(asking(a=deep, file=None), field("map", {"0": ["variables.a.b.c.d.e.f.g"]}), file("0"))
    )
    assert response.json() == {"data": {"describe": "nothing"}}


async def test_a_request_without_files_is_answered(client: httpx2.AsyncClient) -> None:
    response = await post(client, form(ONE_OPERATION, field("map", {})))
    assert response.json() == {"data": {"describe": "nothing"}}


async def test_fields_are_read_as_browsers_send_blobs(client: httpx2.AsyncClient) -> None:
    head = 'Content-Disposition: form-data; name="{}"; filename="blob"\r\nContent-Type: application/json'
    operations = one_part(head.format("operations"), orjson.dumps({"query": ONE, "variables": {"file": None}}))
    named = one_part(head.format("map"), orjson.dumps({"0": ["variables.file"]}))
    assert (await post(client, form(operations, named, file("0")))).json() == {"data": {"describe": described()}}


@pytest.mark.parametrize("around", [(b"\r\n", b""), (b"", b"epilogue"), (b"\n\r\n", b"\r\n--of-the-test\r\n")])
async def test_what_is_around_the_parts_is_ignored(around: tuple[bytes, bytes], client: httpx2.AsyncClient) -> None:
    before, after = around
    response = await post(client, before + form(ONE_OPERATION, ONE_MAP, file("0")) + after)
    assert response.json() == {"data": {"describe": described()}}


@pytest.mark.parametrize(
    "kind",
    [
        f'multipart/form-data; boundary="{BOUNDARY}"',
        f"Multipart/Form-Data; charset=utf-8; Boundary={BOUNDARY}",
        f"multipart/form-data;boundary={BOUNDARY} ; x=y",
    ],
)
async def test_the_boundary_is_read_however_it_is_written(kind: str, client: httpx2.AsyncClient) -> None:
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0")), kind)
    assert response.json() == {"data": {"describe": described()}}


FILENAMES = {
    "사진 1.png": "사진 1.png",
    'a\\"b\\".png': 'a"b".png',
    "a%22b.png": "a%22b.png",
    "it's; a=b.png": "it's; a=b.png",
    "../../etc/passwd": "passwd",
    "/etc/passwd": "passwd",
    "C:\\\\Users\\\\me\\\\a.png": "a.png",
    "..\\..\\a.png": "a.png",
    "a\0b\x1b[31m.png": "ab[31m.png",
    "\u202egnp.exe": "gnp.exe",
    ".htaccess": ".htaccess",
    "a" * 255: "a" * 255,
}


@pytest.mark.parametrize(("given", "told"), FILENAMES.items())
async def test_a_filename_is_a_name_and_no_path(given: str, told: str, client: httpx2.AsyncClient) -> None:
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0", filename=given)))
    assert response.json() == {"data": {"describe": described(filename=told)}}


async def test_a_filename_of_no_encoding_is_shown_as_far_as_it_can_be(client: httpx2.AsyncClient) -> None:
    part = file("0", filename="AB.png").replace(b"AB", b"a\xff")
    response = await post(client, form(ONE_OPERATION, ONE_MAP, part))
    assert response.json() == {"data": {"describe": described(filename="a\ufffd.png")}}


KINDS = {"Image/PNG; x=y": "image/png", " image/webp ": "image/webp", "": "", "text/html": "text/html"}


@pytest.mark.parametrize(("given", "told"), KINDS.items())
async def test_the_content_type_is_what_the_client_says(given: str, told: str, client: httpx2.AsyncClient) -> None:
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0", kind=given)))
    assert response.json() == {"data": {"describe": described(kind=told)}}


async def test_a_file_without_a_content_type_is_bytes(client: httpx2.AsyncClient) -> None:
    part = one_part("content-disposition:form-data; filename=a.png; name=0", PNG)
    response = await post(client, form(ONE_OPERATION, ONE_MAP, part))
    assert response.json() == {"data": {"describe": described(kind="application/octet-stream")}}


@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(data=b"\r\n--of-the-test", size=1)
@example(data=b"\r\n--of-the-test-\r\n--of-the-test\rx\r\n--of-the-tes", size=1)
@given(
    data=st.lists(
        st.sampled_from([b"\r\n", b"\r", b"\n", b"--", b"-", b"of-the-test", b"of-the", b"x", b"\r\n--of-the-testx"])
    ).map(b"".join),
    size=st.integers(1, 40),
)
async def test_a_file_is_whole_however_it_comes(data: bytes, size: int, tmp_path: Path) -> None:
    if re.search(rb"\r\n--of-the-test(\r\n|--|[ \t])", b"\r\n%s\r\n--" % data):
        return  # a boundary: no client may choose one that is in its file
    seen = await answered(describing(tmp_path), in_pieces(form(ONE_OPERATION, ONE_MAP, file("0", data)), size))
    assert seen == (200, {"data": {"describe": described(data)}})
