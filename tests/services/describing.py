"""An endpoint over a small schema that says which files it was given."""

from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import strawberry

from engine.http import Endpoint
from engine.limits import Limits
from engine.strawberry_types import core_schema
from engine.streams import Streams
from graph.scalars import SCALARS, Upload
from services.engine import Anyone, an_engine
from services.forms import PNG

FIELD_LIMIT = 1_000_000


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]


def described(data: bytes = PNG, filename: str = "a.png", kind: str = "image/png") -> str:
    return f"{filename} {kind} {len(data)} {digest(data)}"


@strawberry.input
class PictureInput:
    """A file within an input object."""

    title: str = ""
    file: Upload | None = None


def _describe(file: Any) -> str:
    found = file.path.read_bytes()
    assert len(found) == file.byte_size
    return f"{file.filename} {file.content_type} {file.byte_size} {digest(found)}"


@strawberry.type
class Query:
    """What can be read."""

    @strawberry.field
    def echo(self, file: Upload | None = None, text: str = "") -> str:
        """Something without an effect."""
        return f"{file} {text}"

    @strawberry.field
    def leak(self) -> Upload | None:
        """Something that must not go out."""
        return Upload(SimpleNamespace(path="/secret"))  # type: ignore[arg-type]  # (what a fault might give)


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    def describe(self, file: Upload | None) -> str:
        """Say what came."""
        return _describe(file) if file else "nothing"

    @strawberry.mutation
    def describe_all(self, files: list[Upload | None]) -> list[str]:
        """Say what came."""
        return [_describe(file) if file else "nothing" for file in files]

    @strawberry.mutation
    def describe_input(self, input: PictureInput) -> str:  # noqa: A002  (the word of GraphQL)
        """Say what came."""
        return f"{input.title}: {_describe(input.file) if input.file else 'nothing'}"

    @strawberry.mutation
    def weigh(self, files: list[Upload]) -> int:
        """Say how much came."""
        given: Any = files
        return sum(file.path.stat().st_size for file in given)

    @strawberry.mutation
    def fail(self, file: Upload | None) -> str:
        """Have a fault with the file open."""
        raise RuntimeError(str(file))


SCHEMA = an_engine(core_schema(Query, Mutation, scalars=SCALARS), Limits(body_bytes=FIELD_LIMIT))


def describing(uploads: Path) -> Any:
    """The endpoint; files are below `uploads` while it answers."""
    return Endpoint(SCHEMA, lambda _scope: Anyone(), Streams(1), uploads)


def describing_client(uploads: Path) -> httpx2.AsyncClient:
    """A client of it."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(describing(uploads)), base_url="http://studio")
