"""Pictures as people send them, and as others make them to do harm."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from struct import pack
from typing import Any

from PIL import Image, ImageCms

SIZE = (64, 48)
CORNERS = ("red", "green", "blue", "yellow")
"""The colours of a chequered picture: upper left, upper right, lower left, lower right."""
TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""orientation: how a camera held that way stores an upright picture."""
PLACE, OWNER, SECRET = b"Busan-Haeundae", b"Kim-Minji-Camera", b"written-in-a-comment"
HTML = b"<html><script>alert(1)</script></html>"
GIF_FRAME = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"


def chequered(size: tuple[int, int] = SIZE) -> Image.Image:
    """Four corners of one colour each."""
    tile = (size[0] // 2, size[1] // 2)
    image = Image.new("RGB", size)
    for number, colour in enumerate(CORNERS):
        image.paste(Image.new("RGB", tile, colour), (number % 2 * tile[0], number // 2 * tile[1]))
    return image


def encoded(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    written = BytesIO()
    image.save(written, file_format, **options)
    return written.getvalue()


def every_format() -> dict[str, bytes]:
    """The same picture in each of the five formats."""
    return {name: encoded(chequered(), name) for name in ("JPEG", "PNG", "WEBP", "AVIF", "GIF")}


def turned(orientation: int, file_format: str = "JPEG") -> bytes:
    """An upright picture as a camera stores it that was held otherwise."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = chequered()
    if orientation in TRANSPOSES:
        stored = stored.transpose(TRANSPOSES[orientation])
    return encoded(stored, file_format, exif=exif.tobytes(), quality=95)


def phone_jpeg(size: tuple[int, int] = SIZE) -> bytes:
    """A JPEG with a place, an owner, a thumbnail, XMP, a comment and a colour profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    return encoded(chequered(size), exif=_exif(), xmp=xmp, comment=SECRET, icc_profile=profile)


def swapped_profile() -> bytes:
    """A colour profile whose red is the green of sRGB, and the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"____", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"____", b"gXYZ", 1)


def lab_profile() -> bytes:
    """A profile of colours that are not red, green and blue."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def motion_photo() -> bytes:
    """A JPEG and, behind it, a second JPEG and a film: as phones make them."""
    film = pack(">I4s4sI", 16, b"ftyp", b"mp42", 0) + pack(">I4s", 100_008, b"mdat") + zlib.compress(bytes(5)) * 7692
    return encoded(chequered()) + encoded(chequered((16, 12))) + film


def annotated(file_format: str) -> bytes:
    """A picture with all that its format can carry besides."""
    xmp = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    if file_format == "GIF":
        return encoded(chequered(), "GIF", comment=SECRET)
    if file_format == "PNG":
        return png_with(
            b"tEXt", b"Comment\0" + SECRET, b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp, b"eXIf", _exif()[6:]
        )
    return encoded(chequered(), file_format, exif=_exif(), xmp=xmp)


def png_with(*chunks: bytes) -> bytes:
    """A PNG with more chunks before its pixels: the name and the content of each."""
    plain = encoded(chequered(), "PNG")
    added = b"".join(chunk(name, content) for name, content in zip(chunks[::2], chunks[1::2], strict=True))
    return plain[:33] + added + plain[33:]


def chunk(name: bytes, content: bytes) -> bytes:
    """A piece of a PNG."""
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def huge_png(side: int = 50_000) -> bytes:
    """30 KB that promise a square of 50,000 pixels a side."""
    pixels = zlib.compress(bytes(30_000_000), 9)[:30_000]
    header = pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def huge_webp(side: int = 16_383) -> bytes:
    """A WebP whose canvas takes gigabytes."""
    canvas = bytes(4) + (side - 1).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + pack("<I", 10) + canvas + encoded(chequered(), "WEBP")[12:]
    return b"RIFF" + pack("<I", len(body)) + body


def gif_bomb(frames: int, side: int = 1) -> bytes:
    """A GIF of many frames of one pixel on a square canvas."""
    header = b"GIF89a" + pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return header + GIF_FRAME * frames + b";"


def bomb_in(name: bytes) -> bytes:
    """A PNG with a chunk that unpacks to 200 MB."""
    return png_with(name, b"bomb\0\0" + zlib.compress(bytes(200_000_000)))


def cut_pixels() -> bytes:
    """A PNG whose chunks are whole, but whose pixels end early."""
    whole = encoded(Image.effect_noise((200, 200), 90), "PNG")
    return whole[:33] + chunk(b"IDAT", whole[41:2041]) + chunk(b"IEND", b"")


def zipped() -> bytes:
    """A zip file."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("page.html", "hello")
    return written.getvalue()


def _exif() -> bytes:
    """EXIF with a place, and a thumbnail in a directory of its own."""
    exif = Image.Exif()
    exif[0x010F] = OWNER.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 9.0, 31.0), 29: PLACE.decode()})
    written = bytearray(exif.tobytes())
    thumbnail = encoded(chequered((16, 12)))
    end = len(written) - 6  # positions count from behind "Exif\0\0"
    following = 6 + 8 + 2 + 12 * int.from_bytes(written[14:16], "little")
    written[following : following + 4] = pack("<I", end)
    entries = ((0x0103, 3, 1, 6), (0x0201, 4, 1, end + 42), (0x0202, 4, 1, len(thumbnail)))
    directory = pack("<H", 3) + b"".join(pack("<HHII", *entry) for entry in entries) + bytes(4)
    return bytes(written) + directory + thumbnail
