"""What a file says of itself: its format, its size and whether it is whole, seen without decoding a pixel."""

from __future__ import annotations

import re
from collections.abc import Callable
from struct import error as struct_error
from struct import unpack_from
from typing import NamedTuple

FORMAT, DAMAGED = "FORMAT", "DAMAGED"

JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The markers of a segment that holds width and height."""
JPEG_END, JPEG_SCAN, JPEG_FILLING = 0xD9, 0xDA, 0xFF
JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The end of a scan: what comes after 0xFF is neither a stuffed byte, nor a restart, nor filling."""
AVIF_BRANDS = re.compile(rb"....ftyp(?:avi[fs]|(?:mif1|msf1|miaf)....(?:....)*?avi[fs])", re.DOTALL)
AVIF_SIZE = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL)


class Unfit(Exception):
    """The picture cannot be taken: FORMAT, DAMAGED, PIXELS or POLYGLOT."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Outline(NamedTuple):
    """A picture seen from outside: Pillow's name of its format, its pixels, its frames as far as we keep them."""

    format: str
    width: int
    height: int
    frames: int = 1
    lossless: bool = False


def outline(data: bytes) -> Outline:
    """Read the headers of a file, to its end; Unfit for what is of no format we know, or ends too early."""
    for magic, read in READERS:
        if magic.match(data):
            return _whole(data, read)
    raise Unfit(FORMAT)


def _whole(data: bytes, read: Reader) -> Outline:
    try:
        seen = read(data)
    except (IndexError, struct_error) as error:
        raise Unfit(DAMAGED) from error
    if not seen.width * seen.height * seen.frames:
        raise Unfit(DAMAGED)
    return seen


def _jpeg(data: bytes) -> Outline:
    """Segments, and scans between them, up to the marker of the end; what comes behind it is not our concern."""
    width, height, at = 0, 0, 2
    while (marker := data[at + 1]) != JPEG_END:
        if data[at] != 0xFF:
            raise Unfit(DAMAGED)
        if marker in JPEG_SIZES:
            height, width = unpack_from(">HH", data, at + 5)
        at += 0 if marker == JPEG_FILLING else 2 + unpack_from(">H", data, at + 2)[0]
        if marker in (JPEG_FILLING, JPEG_SCAN):
            at = _next_marker(data, at)
    return Outline("JPEG", width, height)


def _next_marker(data: bytes, at: int) -> int:
    marker = JPEG_MARKER.search(data, at)
    return marker.start() if marker else len(data)


def _png(data: bytes) -> Outline:
    """Chunks, up to the one of the end."""
    width, height = unpack_from(">II", data, 16)
    at = 8
    while (chunk := unpack_from(">I4s4x", data, at))[1] != b"IEND":
        at += 12 + chunk[0]
    return Outline("PNG", width, height)


def _webp(data: bytes) -> Outline:
    """Chunks, up to the length that the header tells."""
    end, at = 8 + unpack_from("<I", data, 4)[0], 12
    width, height, frames, lossless = 0, 0, 0, False
    while at < end:
        name, length = unpack_from("<4sI", data, at)
        size = _webp_size(name, data[at + 8 : at + 18])
        width, height = max(width, size[0]), max(height, size[1])
        frames += name == b"ANMF"
        lossless |= b"VP8L" in (name, name == b"ANMF" and data[at + 24 : at + 28])
        at += 8 + length + length % 2
    if end > len(data) or at > end + 1:
        raise Unfit(DAMAGED)
    return Outline("WEBP", width, height, frames or 1, lossless)


def _webp_size(name: bytes, start: bytes) -> tuple[int, int]:
    if name == b"VP8X":
        return 1 + int.from_bytes(start[4:7], "little"), 1 + int.from_bytes(start[7:10], "little")
    if name == b"VP8L":
        bits = int.from_bytes(start[1:5], "little")
        return 1 + bits % 2**14, 1 + (bits >> 14) % 2**14
    if name == b"VP8 ":
        width, height = unpack_from("<HH", start, 6)
        return width % 2**14, height % 2**14
    return 0, 0


def _avif(data: bytes) -> Outline:
    """Boxes, up to the end of the file; a picture made of tiles tells the size of the whole and that of each."""
    at, names = 0, set()
    while at < len(data):
        length, name = unpack_from(">I4s", data, at)
        names.add(name)
        if length == 1:
            (length,) = unpack_from(">Q", data, at + 8)
        at += length or len(data)  # 0: up to the end
        if 0 < length < 8:
            raise Unfit(DAMAGED)
    if (at > len(data) and length) or b"mdat" not in names:
        raise Unfit(DAMAGED)
    sizes = [unpack_from(">II", size) for size in AVIF_SIZE.findall(data)]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    return Outline("AVIF", width, height)


def _gif(data: bytes) -> Outline:
    """Extensions and frames, up to the trailer; a frame may lie outside of what the header tells."""
    width, height = unpack_from("<HH", data, 6)
    at, frames = 13 + _gif_table(data[10]), 0
    while (block := data[at]) != 0x3B:
        if block == 0x2C:
            left, top, wide, high, flags = unpack_from("<HHHHB", data, at + 1)
            width, height, frames = max(width, left + wide), max(height, top + high), frames + 1
            at += 9 + _gif_table(flags)
        elif block != 0x21:
            raise Unfit(DAMAGED)
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    return Outline("GIF", width, height, frames)


def _gif_table(flags: int) -> int:
    """The bytes of a colour table."""
    return 3 << (flags % 8 + 1) if flags & 0x80 else 0


Reader = Callable[[bytes], Outline]
READERS: tuple[tuple[re.Pattern[bytes], Reader], ...] = (
    (re.compile(rb"\xff\xd8\xff"), _jpeg),
    (re.compile(rb"\x89PNG\r\n\x1a\n....IHDR", re.DOTALL), _png),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), _webp),
    (AVIF_BRANDS, _avif),
    (re.compile(rb"GIF8[79]a"), _gif),
)
"""How files of each format begin, and who reads on."""
