"""The parts of a multipart/form-data body (RFC 7578), told one after the other as they come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from engine.bodies import Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_HEADERS = 8
MAX_HEADER_BYTES = 2_000
MAX_BOUNDARY_BYTES = 70


@dataclass(frozen=True, slots=True)
class Part:
    """What the headers of a part say. The filename has no folders, and is empty where there is none."""

    name: str
    filename: str
    content_type: str


class Receiver(Protocol):
    """Who is told of the parts; what it raises ends the reading."""

    def begin(self, part: Part) -> None:
        """A part begins."""

    def take(self, data: bytes) -> None:
        """Some of its bytes."""

    def end(self) -> None:
        """The part is whole."""


class PartReader:
    """Reads a body piece by piece; Malformed where it breaks the form."""

    def __init__(self, content_type: bytes, receiver: Receiver) -> None:
        self._receiver = receiver
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._is_whole = False
        self._parser = MultipartParser(
            _boundary(content_type),
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": self._add_name,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_part,
                "on_part_data": self._take,
                "on_part_end": receiver.end,
                "on_end": self._end,
            },
            max_header_count=MAX_HEADERS,
            max_header_size=MAX_HEADER_BYTES,
        )

    def read(self, chunk: bytes) -> None:
        """Read on."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Malformed(f"The multipart body cannot be read: {error}.") from None

    def finish(self) -> None:
        """There is no more; Malformed where there should be."""
        if not self._is_whole:
            raise Malformed("The multipart body ends before its final boundary.")

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        name = self._name.lower()
        if name in self._headers:
            raise Malformed("A part of the multipart body has the same header twice.")
        self._headers[name] = self._value
        self._name = self._value = b""

    def _begin_part(self) -> None:
        self._receiver.begin(_part(self._headers))

    def _take(self, data: bytes, start: int, end: int) -> None:
        self._receiver.take(data[start:end])

    def _end(self) -> None:
        self._is_whole = True


def _boundary(content_type: bytes) -> bytes:
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    if not 0 < len(boundary) <= MAX_BOUNDARY_BYTES:
        raise Malformed(f"The Content-Type header needs a boundary of 1 to {MAX_BOUNDARY_BYTES} characters.")
    return boundary


def _part(headers: Mapping[bytes, bytes]) -> Part:
    kind, parameters = parse_options_header(headers.get(b"content-disposition"))
    if kind != b"form-data" or b"name" not in parameters:
        raise Malformed("Each part needs a header such as `Content-Disposition: form-data; name=…`.")
    content_type = headers.get(b"content-type", b"application/octet-stream").partition(b";")[0]
    return Part(
        parameters[b"name"].decode(errors="replace"),
        _filename(parameters.get(b"filename", b"").decode(errors="replace")),
        content_type.decode("latin-1").strip().lower(),
    )


def _filename(given: str) -> str:
    """The last step of what may be a path, as far as it can be shown; dots alone are no name."""
    shown = "".join(character for character in re.split(r"[/\\]", given)[-1] if character.isprintable()).strip()
    return shown if shown.strip(".") else ""
