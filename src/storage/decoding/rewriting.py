"""A picture decoded and written anew: its pixels upright and in sRGB, and nothing else of it."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import blurhash
from PIL import AvifImagePlugin, Image, ImageCms, ImageOps

if TYPE_CHECKING:
    from storage.decoding.outlines import Outline

OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 90, "method": 2},
    "AVIF": {"quality": 80, "speed": 10, "max_threads": 1},
    "GIF": {},
}
THUMBNAIL, COMPONENTS = (20, 20), (5, 4)
"""What a blurhash is made from, and its waves along the longer and the shorter side."""
LOSSLESS_EFFORT = 50
CMS_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION

AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # the process may start none


class Picture(NamedTuple):
    """A file, the size of its pixels, and its blurhash."""

    data: bytes
    width: int
    height: int
    blurhash: str


class Frame(NamedTuple):
    """One picture of an animation, and for how many milliseconds it is shown."""

    image: Image.Image
    duration: int


def rewrite(data: bytes, seen: Outline, pixels: int) -> Picture:
    """Decode the frames that were seen and encode them in the same format; Pillow's errors pass."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = pixels
    with Image.open(BytesIO(data), formats=[seen.format]) as opened:
        loop = opened.info.get("loop")
        frames = [_frame(opened, number) for number in range(seen.frames)]
    first = frames[0].image
    lossless = {"lossless": True, "quality": LOSSLESS_EFFORT} if seen.lossless else {}
    written = BytesIO()
    first.save(written, seen.format, **OPTIONS[seen.format] | lossless | _animation(frames, loop))
    return Picture(written.getvalue(), *first.size, _blurhash(first))


def _frame(opened: Image.Image, number: int) -> Frame:
    """One frame, upright and plain; a JPEG of several pictures begins with the one that people see."""
    if number:
        opened.seek(number)
    opened.load()  # some formats know the duration only now
    duration = opened.info.get("duration", 0)
    return Frame(_plain(ImageOps.exif_transpose(opened), opened.format), duration)


def _plain(image: Image.Image, file_format: str | None) -> Image.Image:
    """The same picture without whatever came with it; a palette stays where the format has palettes."""
    profile = image.info.get("icc_profile")
    if image.mode == "P" and file_format in {"PNG", "GIF"} and not profile:
        image.info = {name: image.info[name] for name in image.info.keys() & {"transparency"}}
        return image
    plain = _in_srgb(_without_palette(image), profile) if profile else _without_palette(image)
    plain = plain.convert("RGB") if plain.mode == "CMYK" else plain
    plain.info = {}
    return plain


def _without_palette(image: Image.Image) -> Image.Image:
    """In a mode that every format and every profile knows: L, RGB, RGBA, or CMYK."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):  # 16 bits
        return image.point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode in {"L", "CMYK"} else image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The same colours without their profile; one that makes no sense is left out, as browsers do."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode=mode, flags=CMS_FLAGS) or image
    except (ImageCms.PyCMSError, OSError):
        return image


def _animation(frames: list[Frame], loop: int | None) -> dict[str, Any]:
    """What an encoder must know of several frames; transparent ones are drawn each on an empty ground."""
    if len(frames) == 1:
        return {}
    images, durations = zip(*frames, strict=True)
    options = {"save_all": True, "append_images": images[1:], "duration": list(durations)}
    if any(image.has_transparency_data for image in images):
        options["disposal"] = 2
    return options if loop is None else {**options, "loop": loop}


def _blurhash(image: Image.Image) -> str:
    """The waves of a picture; what can be seen through it is white."""
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    small = image.convert("RGB").resize(THUMBNAIL, reducing_gap=2.0)
    width, height = THUMBNAIL
    pixels = [[small.getpixel((x, y)) for x in range(width)] for y in range(height)]
    waves = COMPONENTS if image.width >= image.height else COMPONENTS[::-1]
    return str(blurhash.encode(pixels, *waves))
