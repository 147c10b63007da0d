"""Files beside a GraphQL request, streamed to disk: the GraphQL multipart request specification, version 2."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO, TYPE_CHECKING

from engine.bodies import Malformed, checked, chunks, header, one_object, parsed, require_within
from engine.file_map import FileMap
from engine.parts import Part, PartReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from engine.bodies import Receive, Scope
    from engine.request import Request

MAX_FILE_BYTES = 24_000_000
"""More than any field takes, so that the field can say what is too large."""
MAX_BYTES = 120_000_000
"""Of all files together."""
ENVELOPE_BYTES = 100_000
"""Room for the boundaries and headers of the parts."""
ORDER = "Send a field `operations` first, then a field `map`, then the files."


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that came with a request and goes with it. Its name and type are what the client says they are."""

    path: Path = field(repr=False)
    filename: str
    content_type: str
    byte_size: int


@asynccontextmanager
async def multipart_request(scope: Scope, receive: Receive, uploads: Path, field_limit: int) -> AsyncIterator[Request]:
    """The request, an UploadedFile in each place that waits for one; files are below `uploads` until the block ends.

    `operations` and `map` are at most `field_limit` bytes each. Raises Malformed and RequestError.
    """
    limit = 2 * field_limit + MAX_BYTES + ENVELOPE_BYTES
    with _folder(uploads) as folder:
        with ExitStack() as opened:
            form = _Form(Path(folder), field_limit, opened)
            reader = PartReader(header(scope, b"content-type"), form)
            async for chunk in chunks(scope, receive, limit):
                reader.read(chunk)
                await form.write()
            reader.finish()
        yield form.request()


class _Form:
    """The parts by their meaning: `operations`, `map`, then the files that it names."""

    def __init__(self, folder: Path, field_limit: int, opened: ExitStack) -> None:
        self._folder = folder
        self._field_limit = field_limit
        self._opened = opened
        self._request: Request | None = None
        self._map: FileMap | None = None
        self._part = Part("", "", "")
        self._size = 0
        self._text = bytearray()
        self._file: IO[bytes] | None = None
        self._unwritten: list[tuple[IO[bytes], bytes]] = []

    def begin(self, part: Part) -> None:
        """Take a part whose turn it is, and no other."""
        self._part, self._size, self._text = part, 0, bytearray()
        if self._map:
            _require_awaited(part, self._map)
            file = NamedTemporaryFile(dir=self._folder, delete=False)  # noqa: SIM115  (closed with the rest)
            self._file = self._opened.enter_context(file)
        elif part.name != ("map" if self._request else "operations"):
            raise Malformed(ORDER)

    def take(self, data: bytes) -> None:
        """Keep some bytes, as far as there is room."""
        self._size += len(data)
        if self._file:
            require_within(MAX_FILE_BYTES, self._size, f"The file {self._part.name}")
            self._unwritten.append((self._file, data))
        else:
            require_within(self._field_limit, self._size, f"`{self._part.name}`")
            self._text += data

    def end(self) -> None:
        """Read a field, or lay a file into its places."""
        if self._request is None:
            self._request = _request(self._text)
        elif self._map is None:
            self._map = FileMap(parsed(self._text, "`map`"), self._request.variables)
        elif self._file:
            file = UploadedFile(Path(self._file.name), self._part.filename, self._part.content_type, self._size)
            self._map.put(self._part.name, file)

    async def write(self) -> None:
        """Write what was taken, away from the event loop."""
        if self._unwritten:
            await asyncio.to_thread(_write, self._unwritten)
            self._unwritten = []

    def request(self) -> Request:
        """The request, whole."""
        if self._request is None or self._map is None:
            raise Malformed(ORDER)
        if self._map.awaited:
            raise Malformed(f"The file {self._map.awaited[0]} is in `map`, and did not come.")
        return self._request


def _folder(uploads: Path) -> TemporaryDirectory[str]:
    """A folder of the request's own; what a resolver has moved away stays."""
    uploads.mkdir(parents=True, exist_ok=True)
    return TemporaryDirectory(prefix="request-", dir=uploads, ignore_cleanup_errors=True)


def _require_awaited(part: Part, file_map: FileMap) -> None:
    if part.name not in file_map.awaited:
        raise Malformed("A file came that `map` does not name, or came twice.")
    if not part.filename:
        raise Malformed(f"The file {part.name} has no filename in its Content-Disposition header.")


def _request(text: bytearray) -> Request:
    return checked(one_object(parsed(text, "`operations`"), "`operations`"), reads_only=False)


def _write(pieces: list[tuple[IO[bytes], bytes]]) -> None:
    for file, data in pieces:
        file.write(data)
