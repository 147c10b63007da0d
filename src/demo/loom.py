"""The loom: fabrics, and yarns that cross as their draft says."""

from __future__ import annotations

from functools import cache
from math import pi, sin
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageStat

from demo.colours import lit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from demo.colours import Rgb

DRAFTS = {
    "plain": ("10", "01"),
    "basket": ("1100", "1100", "0011", "0011"),
    "twill": ("1100", "0110", "0011", "1001"),
    "denim": ("1110", "0111", "1011", "1101"),
    "satin": ("10000", "00100", "00001", "01000", "00010"),
    "herringbone": (
        "1100110011000110011001100",
        "0110011001101100110011001",
        "0011001100111001100110011",
        "1001100110010011001100110",
    ),
    "weft": ("0",),
    "float": ("100000", "000100"),
}
"""Where the warp lies on top (1), a row for each weft; a draft repeats in both directions."""
SLUBS = 6
"""How often a yarn may change along its way."""


class Fabric(NamedTuple):
    """How a fabric is woven and how it takes the light; all but the pitch are parts of one."""

    draft: str
    pitch: int
    """Pixels from thread to thread."""
    depth: float
    """How much darker a thread is where it dives."""
    gloss: float
    """How it shines; below zero: a pile, bright where it turns away."""
    slub: float
    """How uneven its yarn is."""
    drape: float
    """How deep its folds are."""


FABRICS = {
    "silk": Fabric("satin", 5, 0.22, 0.7, 0.06, 0.75),
    "satin": Fabric("satin", 5, 0.12, 1.0, 0.03, 1.0),
    "dupion": Fabric("plain", 6, 0.28, 0.5, 0.32, 0.6),
    "brocade": Fabric("satin", 5, 0.26, 0.6, 0.06, 0.45),
    "jacquard": Fabric("twill", 5, 0.24, 0.55, 0.06, 0.6),
    "organza": Fabric("plain", 6, 0.24, 0.6, 0.05, 0.65),
    "chanderi": Fabric("plain", 6, 0.26, 0.35, 0.12, 0.5),
    "georgette": Fabric("plain", 5, 0.22, 0.2, 0.08, 0.9),
    "velvet": Fabric("plain", 5, 0.12, -0.9, 0.0, 0.95),
    "cotton": Fabric("plain", 8, 0.30, 0.05, 0.18, 0.4),
    "khadi": Fabric("basket", 8, 0.34, 0.0, 0.26, 0.4),
    "linen": Fabric("plain", 10, 0.34, 0.05, 0.3, 0.45),
    "ramie": Fabric("plain", 10, 0.36, 0.15, 0.22, 0.3),
    "ikat": Fabric("plain", 6, 0.26, 0.15, 0.12, 0.4),
    "wool": Fabric("twill", 9, 0.30, 0.0, 0.16, 0.5),
    "cashmere": Fabric("twill", 7, 0.18, 0.1, 0.08, 0.75),
    "tweed": Fabric("herringbone", 10, 0.32, 0.0, 0.3, 0.35),
    "denim": Fabric("denim", 9, 0.32, 0.0, 0.22, 0.35),
}


def yarns(colours: Sequence[Rgb], count: int, slub: float, rng: Random) -> Image.Image:
    """Threads side by side in the order of their colours, a column each, as uneven as they were spun."""
    threads = Image.new("RGB", (count, SLUBS))
    threads.putdata(
        [lit(colours[at % len(colours)], 1 + rng.gauss(0, slub / 3)) for _ in range(SLUBS) for at in range(count)]
    )
    return threads


def woven(warp: Image.Image, weft: Image.Image, draft: str) -> Image.Image:
    """The colour on top at each crossing of two sets of threads: one pixel for each crossing."""
    size = (warp.width, weft.width)
    upright = warp.resize(size, Image.Resampling.BILINEAR)
    across = weft.transpose(Image.Transpose.TRANSPOSE).resize(size, Image.Resampling.BILINEAR)
    return Image.composite(upright, across, tiled(_interlacing(draft), size))


@cache
def relief(draft: str, pitch: int, depth: float) -> Image.Image:
    """One repeat of a draft in light and shade, `pitch` pixels a thread; 255 is a thread's crown."""
    rows = DRAFTS[draft]
    width, height = len(rows[0]) * pitch, len(rows) * pitch
    shade = bytes(round(255 * (1 - depth * _dip(rows, x, y, pitch))) for y in range(height) for x in range(width))
    return Image.frombytes("L", (width, height), shade)


@cache
def exposure(fabric: Fabric) -> float:
    """How much more light a fabric needs to look as bright as its colours: relief only takes away."""
    return 255.0 / float(ImageStat.Stat(relief(fabric.draft, fabric.pitch, fabric.depth)).mean[0])


def tiled(tile: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The tile over and over, in both directions."""
    sheet = Image.new(tile.mode, size)
    sheet.paste(tile, (0, 0))
    width, height = tile.size
    while width < size[0]:
        sheet.paste(sheet.crop((0, 0, width, height)), (width, 0))
        width *= 2
    while height < size[1]:
        sheet.paste(sheet.crop((0, 0, size[0], height)), (0, height))
        height *= 2
    return sheet


def _interlacing(draft: str) -> Image.Image:
    rows = DRAFTS[draft]
    return Image.frombytes("L", (len(rows[0]), len(rows)), bytes(255 * (up == "1") for row in rows for up in row))


def _dip(rows: Sequence[str], x: int, y: int, pitch: int) -> float:
    """How far below its crown a thread is at a pixel, 0 to 1: round across, diving at both ends of its float."""
    column, row = x // pitch, y // pitch
    over = rows[row][column]
    line, along, across = ("".join(line[column] for line in rows), y, x) if over == "1" else (rows[row], x, y)
    place, within = along // pitch, (along % pitch + 0.5) / pitch
    neighbour = line[place - 1] if within < 0.5 else line[(place + 1) % len(line)]
    end = 0.0 if neighbour == over else 1 - sin(pi * within)
    return min(1.0, 0.8 * (1 - sin(pi * (across % pitch + 0.5) / pitch)) + 0.6 * end)
