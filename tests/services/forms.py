"""multipart/form-data as a client builds it, and what an endpoint answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2

BOUNDARY = "of-the-test"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
PNG = b"\x89PNG\r\n\x1a\n"
ONE = "mutation ($file: Upload) { describe(file: $file) }"
MANY = "mutation ($files: [Upload]!) { describeAll(files: $files) }"
UNNAMED = "A file came that `map` does not name, or came twice."


def one_part(head: str, data: bytes = b"") -> bytes:
    """A part with these headers."""
    return b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head.encode(), data)


def field(name: str, value: Any) -> bytes:
    """A field of JSON, or of these bytes."""
    text = value if isinstance(value, bytes) else orjson.dumps(value)
    return one_part(f'Content-Disposition: form-data; name="{name}"', text)


def file(name: str, data: bytes = PNG, filename: str = "a.png", kind: str = "image/png") -> bytes:
    """A file."""
    disposition = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return one_part(f"{disposition}\r\nContent-Type: {kind}", data)


def form(*parts: bytes) -> bytes:
    """The whole body."""
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode()


def asking(query: str = ONE, **variables: Any) -> bytes:
    """The field `operations`."""
    return field("operations", {"query": query, "variables": variables or {"file": None}})


ONE_OPERATION = asking()
ONE_MAP = field("map", {"0": ["variables.file"]})


def sent_headers(kind: str = MULTIPART, accept: str = "*/*") -> dict[str, str]:
    """The headers of a request with files."""
    return {"content-type": kind, "accept": accept, "x-studiograph-csrf": "1"}


async def post(
    client: httpx2.AsyncClient,
    body: bytes,
    kind: str = MULTIPART,
    accept: str = "*/*",
) -> httpx2.Response:
    """What is answered to a body."""
    return await client.post("/graphql", content=body, headers=sent_headers(kind, accept))


def scope(*added: tuple[bytes, bytes], preflight: bool = True) -> dict[str, Any]:
    """What an ASGI server tells of such a request, with some more headers."""
    sent = [(name.encode(), value.encode()) for name, value in sent_headers().items()]
    return {"type": "http", "method": "POST", "headers": [*added, *(sent if preflight else sent[:-1])]}


async def answered(
    endpoint: Any, pieces: Iterator[bytes], *added: tuple[bytes, bytes], preflight: bool = True
) -> tuple[int, Any]:
    """The status and the body; the request comes in these pieces, as far as it is read."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        sent.append(message)

    await endpoint(scope(*added, preflight=preflight), receive, send)
    return sent[0]["status"], orjson.loads(sent[1]["body"])


def in_pieces(body: bytes, size: int) -> Iterator[bytes]:
    """A body as the network might bring it."""
    return (body[start : start + size] for start in range(0, len(body), size))


def code_of(response: httpx2.Response) -> str:
    """The code of the only error."""
    (error,) = response.json()["errors"]
    return str(error["extensions"]["code"])


def left_in(folder: Path) -> list[Path]:
    """The folders and files that are there."""
    return list(folder.rglob("*"))
