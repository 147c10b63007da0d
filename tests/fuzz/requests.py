"""HTTP requests: operations as clients send them, and what no client sends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from graphql import OperationType

from fuzz.values import HUGE, SURROGATE

if TYPE_CHECKING:
    from random import Random

    from fuzz.grammar import Operation

JSON = "application/json"
PART = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
FORM = "multipart/form-data; boundary=b"
BODIES = (
    *(b"", b"null", b'"x"', b"1", b"true", b"[]", b"[{}]", b"{}", b"{", b"\x00", b"\xff\xfe", b"NaN", b"-"),
    *(b"[" * 50_000, b'{"query":' * 9_000, b'{"a":{' * 3_000, b'{"query": "' + b"{a" * 20_000),
    *(b"\xef\xbb\xbf{}", b"9" * 10_000, b" " * 90_000),
    *(b'{"query": "{ __typename }" "x"}', b'{"query": "\xff"}', b'{"query": "\\ud83c"}', b'{"query": "{\\u0000}"}'),
    *(b'{"query": ["{ __typename }"]}', b'{"query": "{a}", "variables": "x"}', b'{"query": "{a}", "extensions": 1}'),
    *(b"query=%7B__typename%7D", b"\x1f\x8b\x08\x00", b"--b\r\n\r\n--b--"),
    b'--b\r\nContent-Disposition: form-data; name="map"',
)  # fmt: skip
EXTENSIONS: tuple[Any, ...] = (
    *(None, {}, {"some": "value"}, [], 1, "x", {"persistedQuery": None}, {"persistedQuery": {"version": 1}}),
    *({"persistedQuery": {"version": v, "sha256Hash": h}} for v in (1, 2, "1") for h in ("0" * 64, "x", None, 1)),
)
TYPES = (
    *("", "text/plain", f"{JSON}-evil", f"{JSON}; charset=utf-16", "application/graphql", "*/*"),
    *(FORM, "multipart/form-data", "multipart/mixed; boundary=b", "application/x-www-form-urlencoded"),
)
ACCEPTS = (
    *("*/*", JSON, "application/graphql-response+json", f"application/graphql-response+json; q=0, {JSON}"),
    f"application/graphql-response+json, {JSON}, text/event-stream, multipart/mixed",
)
ODD_ACCEPTS = ("text/html", "", ";q=x", "a/b" * 500, "*/*;q=0", "application/*", ",,,")
MAPS = (
    *('{"0": ["variables.v0"]}', '{"0": ["variables.v0", "variables.v1"]}', '{"0": ["variables.v0"], "1": []}'),
    *(
        "{}",
        "[]",
        "null",
        '{"0": "variables.v0"}',
        '{"0": ["variables.nobody.7"]}',
        '{"0": ["query"]}',
        '{"0": [1]}',
        "{",
    ),
)
PICTURES = (b"", b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF89a" + b"\xff" * 40, b"<svg/>")
METHODS = ("PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "TRACE")


@dataclass
class Sending:
    """One HTTP request to /graphql."""

    method: str = "POST"
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": JSON})
    body: bytes = b""
    query_string: str = ""

    @property
    def url(self) -> str:
        """The path, with what stands behind it."""
        return f"/graphql?{self.query_string}" if self.query_string else "/graphql"


def sending(operation: Operation, chance: Random) -> Sending:
    """A way to send an operation: mostly right, sometimes odd, sometimes something else in its place."""
    (way,) = chance.choices((_posted, _got, _damaged, _form, _odd), (28, 6, 4, 1, 2))
    made: Sending = way(operation, chance)
    if operation.kind is not OperationType.SUBSCRIPTION:  # where a stream is accepted it would go on
        made.headers["accept"] = chance.choice((*ACCEPTS * 5, chance.choice(ODD_ACCEPTS)))
    return made


def _posted(operation: Operation, chance: Random) -> Sending:
    request: dict[str, Any] = {"query": operation.query, "variables": operation.variables}
    request["operationName"] = operation.name
    if chance.random() < 0.1:
        request["extensions"] = chance.choice(EXTENSIONS)
    if chance.random() < 0.02:
        request[chance.choice(("query", "variables", "operationName"))] = chance.choice(
            (None, 1, [], {}, "", SURROGATE)
        )
    return Sending(body=_json(request).encode())


def _got(operation: Operation, _chance: Random) -> Sending:
    given = {"query": operation.query, "variables": _json(operation.variables), "operationName": operation.name or ""}
    return Sending("GET", {}, query_string="&".join(f"{name}={_quoted(value)}" for name, value in given.items()))


def _damaged(operation: Operation, chance: Random) -> Sending:
    """Cut off, with a byte changed, or of another media type."""
    whole = _posted(operation, chance)
    place = chance.randrange(len(whole.body))
    if chance.random() < 0.3:
        return Sending(headers={"content-type": chance.choice(TYPES), "x-studiograph-csrf": "1"}, body=whole.body)
    changed = whole.body[:place] + chance.randbytes(1) + whole.body[place + 1 :]
    return Sending(body=chance.choice((whole.body[:place], changed)))


def _form(operation: Operation, chance: Random) -> Sending:
    """With a file, which may be where the map says."""
    operations = _json({"query": operation.query, "variables": operation.variables}).encode()
    fields = {"operations": operations, "map": chance.choice(MAPS).encode(), '0"; filename="a': chance.choice(PICTURES)}
    parts = (PART % (name.encode(), value) for name, value in fields.items())
    return Sending(headers={"content-type": FORM, "apollo-require-preflight": "1"}, body=b"".join(parts) + b"--b--\r\n")


def _odd(_operation: Operation, chance: Random) -> Sending:
    method = chance.choice(("POST", "POST", "GET", chance.choice(METHODS)))
    headers = {"content-type": chance.choice((JSON, *TYPES)), "x-studiograph-csrf": chance.choice(("1", ""))}
    strange = chance.choice(("", "query=", "query=%ff", "variables={", "query={__typename}&variables=[" * 90, "%00"))
    return Sending(method, headers, chance.choice(BODIES), strange)


def _json(value: Any) -> str:
    return json.dumps(value).replace(f'"{HUGE}"', HUGE)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))
