"""Pictures cleaned, and what is then to be seen of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image, ImageColor

from rules.refusals import Refusal
from services.pictures import CORNERS
from storage.images import CleanImage, Limits, clean


async def cleaned(data: bytes, **limits: Any) -> CleanImage:
    """Clean a file with these bytes; nothing stays or comes beside it."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "picture.png")
        source.write_bytes(data)  # noqa: ASYNC240  (nothing else runs meanwhile)
        try:
            return await clean(source, "input", "file", limits=Limits(**limits))
        finally:
            assert [(path.name, path.read_bytes()) for path in source.parent.iterdir()] == [(source.name, data)]


async def refused(data: bytes, **limits: Any) -> Refusal:
    """How a file with these bytes is refused."""
    with pytest.raises(Refusal) as refusal:
        await cleaned(data, **limits)
    return refusal.value


def opened(image: CleanImage) -> Image.Image:
    """The clean picture as others read it."""
    return Image.open(BytesIO(image.data))


def corners(image: Image.Image) -> list[int]:
    """Red, green and blue a little within each corner."""
    width, height = image.size
    places = [(4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5)]
    plain = image.convert("RGB")
    return [band for x, y in places for band in plain.crop((x, y, x + 1, y + 1)).tobytes()]


def chequered_corners() -> list[int]:
    """The corners of a chequered picture."""
    return [band for colour in CORNERS for band in ImageColor.getrgb(colour)]
