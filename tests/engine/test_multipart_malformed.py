"""What is no multipart request is refused, in words that say what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.answers import refusal
from services.describing import describing_client
from services.forms import (
    BOUNDARY,
    ONE,
    ONE_MAP,
    ONE_OPERATION,
    UNNAMED,
    asking,
    code_of,
    field,
    file,
    form,
    left_in,
    one_part,
    post,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx2

ORDER = "Send a field `operations` first, then a field `map`, then the files."
NO_LISTS = '`map` must be a JSON object of lists, such as {"0": ["variables.file"]}.'
NO_PATH = "Write the paths in `map` as variables.file or variables.files.0, of up to 8 steps."
NO_NAME = "Name the files in `map` by up to 64 letters, digits, dots, hyphens or underscores."
NO_DISPOSITION = "Each part needs a header such as `Content-Disposition: form-data; name=…`."
NO_END = "The multipart body ends before its final boundary."
NO_FILENAME = "The file 0 has no filename in its Content-Disposition header."
NO_OBJECT = '`operations` must be one JSON object, such as {"query": "{ studio { name } }"}.'
BATCHED = "`operations` is a list, and batching is off: send one operation at a time."
NOT_READ = "The multipart body cannot be read: "


def _mapped(paths: Any, **variables: Any) -> bytes:
    return form(asking(**variables), field("map", {"0": paths}), file("0"))


def _absent(path: str) -> str:
    return f"`map` names {path}, which is not in `operations`."


def _taken(path: str) -> str:
    return f"`map` names {path}, which must be null in `operations`, and named once."


MALFORMED: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"", NO_END),
    "only a final boundary": (form(), ORDER),
    "no multipart": (b'{"query": "{ echo }"}', f"{NOT_READ}Expected boundary character 45, got 123 at index 2."),
    "another boundary": (form(ONE_OPERATION, ONE_MAP, file("0")).replace(b"of-the", b"of-any"), NOT_READ),
    "no operations": (form(ONE_MAP, file("0")), ORDER),
    "no map": (form(ONE_OPERATION), ORDER),
    "a file instead of the map": (form(ONE_OPERATION, file("0")), ORDER),
    "the map before the operations": (form(ONE_MAP, ONE_OPERATION, file("0")), ORDER),
    "a file before the map": (form(ONE_OPERATION, file("0"), ONE_MAP), ORDER),
    "a file before all": (form(file("0"), ONE_OPERATION, ONE_MAP), ORDER),
    "a stranger first": (form(field("a", 1), ONE_OPERATION, ONE_MAP, file("0")), ORDER),
    "operations twice": (form(ONE_OPERATION, ONE_OPERATION, ONE_MAP, file("0")), ORDER),
    "the map twice": (form(ONE_OPERATION, ONE_MAP, ONE_MAP, file("0")), UNNAMED),
    "operations without JSON": (form(field("operations", b"{")), "`operations` is not JSON in UTF-8."),
    "operations in UTF-16": (form(field("operations", "{}".encode("utf-16"))), "`operations` is not JSON in UTF-8."),
    "operations that are null": (form(field("operations", None), ONE_MAP, file("0")), NO_OBJECT),
    "operations without a document": (
        form(field("operations", {}), ONE_MAP, file("0")),
        "`query` is missing: it holds the GraphQL document, as a string.",
    ),
    "a list of variables": (
        form(field("operations", {"query": ONE, "variables": [None]}), ONE_MAP, file("0")),
        "`variables` must be a JSON object.",
    ),
    "a map without JSON": (form(ONE_OPERATION, field("map", b"0=variables.file")), "`map` is not JSON in UTF-8."),
    "a map that is a list": (form(ONE_OPERATION, field("map", [["variables.file"]]), file("0")), NO_LISTS),
    "a map that is null": (form(ONE_OPERATION, field("map", None), file("0")), NO_LISTS),
    "a map of strings": (_mapped("variables.file"), NO_LISTS),
    "a map of objects": (_mapped({"0": "variables.file"}), NO_LISTS),
    "a map of nulls": (_mapped(None), NO_LISTS),
    "a map of empty lists": (_mapped([]), NO_LISTS),
    "a number for a path": (_mapped([0]), NO_PATH),
    "a null for a path": (_mapped([None]), NO_PATH),
    "a list for a path": (_mapped([["variables.file"]]), NO_PATH),
    "an empty path": (_mapped([""]), NO_PATH),
    "a path without variables": (_mapped(["file"]), NO_PATH),
    "a path to all variables": (_mapped(["variables"]), NO_PATH),
    "a path to the document": (_mapped(["query"]), NO_PATH),
    "a path into a batch": (_mapped(["0.variables.file"]), NO_PATH),
    "a path with a space": (_mapped(["variables. file"]), NO_PATH),
    "a path with empty steps": (_mapped(["variables..file"]), NO_PATH),
    "a path that ends in a dot": (_mapped(["variables.file."]), NO_PATH),
    "a path with a line end": (_mapped(["variables.file\n"]), NO_PATH),
    "a path with brackets": (_mapped(["variables.files[0]"], files=[None]), NO_PATH),
    "a path to a prototype": (_mapped(["variables.__proto__"], __proto__=None), NO_PATH),
    "a path to a class": (_mapped(["variables.file.__class__"]), NO_PATH),
    "a place before the first": (_mapped(["variables.files.-1"], files=[None]), NO_PATH),
    "a place with a leading zero": (_mapped(["variables.files.00"], files=[None]), NO_PATH),
    "a place in Arabic digits": (_mapped(["variables.files.\u0660"], files=[None]), NO_PATH),
    "a place of 5,000 digits": (_mapped([f"variables.files.{'1' * 5_000}"], files=[None]), NO_PATH),
    "a path of nine steps": (_mapped(["variables.a.b.c.d.e.f.g.h"]), NO_PATH),
    "a path to what is not there": (_mapped(["variables.picture"]), _absent("variables.picture")),
    "a path below null": (_mapped(["variables.file.a"]), _absent("variables.file.a")),
    "a path below a string": (_mapped(["variables.a.0"], a="text"), _absent("variables.a.0")),
    "a path below a number": (_mapped(["variables.a.b"], a=1), _absent("variables.a.b")),
    "a place behind the last": (_mapped(["variables.files.1"], files=[None]), _absent("variables.files.1")),
    "a name for a place": (_mapped(["variables.files.a"], files=[None]), _absent("variables.files.a")),
    "a path where no variables are": (
        form(field("operations", {"query": ONE}), ONE_MAP, file("0")),
        _absent("variables.file"),
    ),
    "a path to a value": (_mapped(["variables.file"], file="a.png"), _taken("variables.file")),
    "a path to an object": (_mapped(["variables.file"], file={}), _taken("variables.file")),
    "a path to false": (_mapped(["variables.file"], file=False), _taken("variables.file")),
    "a path twice": (_mapped(["variables.file", "variables.file"]), _taken("variables.file")),
    "a path for two files": (
        form(ONE_OPERATION, field("map", {"0": ["variables.file"], "1": ["variables.file"]}), file("0"), file("1")),
        _taken("variables.file"),
    ),
    "a name that is empty": (form(ONE_OPERATION, field("map", {"": ["variables.file"]}), file("")), NO_NAME),
    "a name with a slash": (form(ONE_OPERATION, field("map", {"../a": ["variables.file"]}), file("../a")), NO_NAME),
    "a name of 65 characters": (form(ONE_OPERATION, field("map", {"a" * 65: ["variables.file"]})), NO_NAME),
    "a file that the map has not": (form(ONE_OPERATION, ONE_MAP, file("1")), UNNAMED),
    "a file too many": (form(ONE_OPERATION, ONE_MAP, file("0"), file("1")), UNNAMED),
    "a file twice": (form(ONE_OPERATION, ONE_MAP, file("0"), file("0")), UNNAMED),
    "a field behind the files": (form(ONE_OPERATION, ONE_MAP, file("0"), field("a", 1)), UNNAMED),
    "a file that does not come": (
        form(ONE_OPERATION, field("map", {"0": ["variables.file"]})),
        "The file 0 is in `map`, and did not come.",
    ),
    "a field where a file belongs": (form(ONE_OPERATION, ONE_MAP, field("0", "a")), NO_FILENAME),
    "an empty filename": (form(ONE_OPERATION, ONE_MAP, file("0", filename="")), NO_FILENAME),
    "a filename of dots": (form(ONE_OPERATION, ONE_MAP, file("0", filename="../..")), NO_FILENAME),
    "a part without headers": (b"--of-the-test\r\n\r\n{}\r\n--of-the-test--", NO_DISPOSITION),
    "a part without a name": (form(one_part("Content-Disposition: form-data", b"{}")), NO_DISPOSITION),
    "an attachment": (form(one_part('Content-Disposition: attachment; name="operations"', b"{}")), NO_DISPOSITION),
    "a header twice": (
        form(
            one_part('Content-Disposition: form-data; name="map"\r\ncontent-disposition: form-data; name="operations"')
        ),
        "A part of the multipart body has the same header twice.",
    ),
    "a header of 3,000 bytes": (form(one_part(f"X: {'x' * 3_000}")), f"{NOT_READ}Maximum header size exceeded."),
    "nine headers": (
        form(one_part("\r\n".join(f"X-{n}: x" for n in range(9)))),
        f"{NOT_READ}Maximum header count exceeded.",
    ),
    "a header without a colon": (form(one_part("Content-Disposition form-data")), NOT_READ),
    "line ends without CR": (form(ONE_OPERATION, ONE_MAP, file("0")).replace(b"\r\n", b"\n"), NOT_READ),
    "line ends without LF": (form(ONE_OPERATION, ONE_MAP, file("0")).replace(b"\r\n", b"\r"), NOT_READ),
    "a header line without CR": (form(ONE_OPERATION.replace(b"\r\n\r\n", b"\n\r\n", 1), ONE_MAP), NOT_READ),
    "no final boundary": (ONE_OPERATION + ONE_MAP + file("0"), NO_END),
    "half a final boundary": (form(ONE_OPERATION, ONE_MAP, file("0"))[:-5], NO_END),
    "an end within a file": (form(ONE_OPERATION, ONE_MAP, file("0"))[:-30], NO_END),
    "an end within the headers": (form(ONE_OPERATION, ONE_MAP, file("0"))[:-80], NO_END),
}
"""Where the message is only a beginning, the rest is the library's, and says at which byte."""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an endpoint that says which files it was given."""
    async with describing_client(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize(("body", "message"), MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_request_is_refused(
    body: bytes, message: str, accept: str, client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    response = await post(client, body, accept=accept)
    (error,) = response.json()["errors"]
    told = error["message"][: len(message)] if message == NOT_READ else error["message"]
    assert (response.status_code, told, error["extensions"]) == (400, message, {"code": "BAD_USER_INPUT"})
    assert response.json().keys() == {"errors"}
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_batch_is_refused(accept: str, client: httpx2.AsyncClient, tmp_path: Path) -> None:
    response = await post(client, form(field("operations", [{"query": ONE}]), ONE_MAP, file("0")), accept=accept)
    assert (response.status_code, response.json()) == (400, refusal("BAD_USER_INPUT", BATCHED))
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", f"{'x' * 71}"])
async def test_a_type_without_a_boundary_is_refused(kind: str, client: httpx2.AsyncClient, tmp_path: Path) -> None:
    kind = kind if kind.startswith("multipart") else f"multipart/form-data; boundary={kind}"
    message = "The Content-Type header needs a boundary of 1 to 70 characters."
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0")), kind)
    told = (response.status_code, response.json(), left_in(tmp_path))
    assert told == (400, refusal("BAD_USER_INPUT", message), [])


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/related", "multipart/form-data-x", "multipart"])
async def test_another_multipart_type_is_refused(kind: str, client: httpx2.AsyncClient) -> None:
    response = await post(client, form(ONE_OPERATION, ONE_MAP, file("0")), f"{kind}; boundary={BOUNDARY}")
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
