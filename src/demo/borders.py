"""Borders, row by row: what runs along the edge of a saree, and the bands of a hanbok."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PIL import Image, ImageDraw

from demo.colours import DANCHEONG
from demo.motifs import MOTIFS, Drawing, draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from demo.colours import Palette, Rgb

REPEAT = 40
"""Threads after which a border repeats."""
Row: TypeAlias = "Callable[[Drawing, int, int], None]"
"""Draws on a border from one thread to another."""


def zari(height: int, palette: Palette, rng: Random) -> Drawing:
    """A border in metal thread: temples, lines, a row of figures, lines, a row of small ones."""
    large, small = rng.choice(("paisley", "lotus", "medallion", "star")), rng.choice(("diamond", "plum", "leaf"))
    rows = [
        (0.14, _temples(palette.metal)),
        (0.03, _line(palette.metal)),
        (0.02, None),
        (0.02, _line(palette.accent)),
        (0.42, _figures(large, 1, palette)),
        (0.03, _line(palette.metal)),
        (0.02, None),
        (0.18, _figures(small, 3, palette)),
        (0.02, None),
        (0.05, _line(palette.metal)),
    ]
    return _stacked(rows, height, palette.second)


def dancheong(height: int, palette: Palette, rng: Random) -> Drawing:
    """A border in the colours of painted eaves (단청): stripes around blossoms or clouds."""
    name = rng.choice(("plum", "lotus", "cloud"))
    green, red, white, blue, yellow = DANCHEONG
    rows = [
        *((0.05, _line(colour)) for colour in (yellow, green, white)),
        (0.03, None),
        (0.14, _temples(blue)),
        (0.36, _figures(name, 1, palette._replace(accent=red, metal=yellow))),
        (0.06, _line(white)),
        (0.05, _line(red)),
        (0.12, _figures("diamond", 4, palette._replace(accent=white, metal=yellow))),
        (0.05, _line(yellow)),
    ]
    return _stacked(rows, height, green)


BORDERS = {"zari": zari, "dancheong": dancheong}


def _stacked(rows: list[tuple[float, Row | None]], height: int, ground: Rgb) -> Drawing:
    border = Drawing(Image.new("RGB", (REPEAT, height), ground), Image.new("L", (REPEAT, height)))
    top = 0.0
    for part, row in rows:
        if row:
            row(border, round(top * height), round((top + part) * height))
        top += part
    return border


def _line(colour: Rgb) -> Row:
    def row(border: Drawing, top: int, bottom: int) -> None:
        _fill(border, [(0, top), (REPEAT, top), (REPEAT, bottom - 1), (0, bottom - 1)], colour)

    return row


def _temples(colour: Rgb) -> Row:
    def row(border: Drawing, top: int, bottom: int) -> None:
        for left in range(0, REPEAT, 10):
            _fill(border, [(left, bottom), (left + 5, top), (left + 10, bottom)], colour)

    return row


def _figures(name: str, times: int, palette: Palette) -> Row:
    def row(border: Drawing, top: int, bottom: int) -> None:
        step, radius = REPEAT / times, min((bottom - top) * 0.46, REPEAT / times * 0.48)
        places = [(step * (at + 0.5), (bottom - top) / 2) for at in range(times)]
        motif = MOTIFS[name]()
        figures = draw([(motif, place, radius, 0.0) for place in places], (REPEAT, bottom - top), palette.inks())
        border.colours.paste(figures.colours, (0, top), figures.mask)
        border.mask.paste(figures.mask, (0, top))

    return row


def _fill(border: Drawing, outline: list[tuple[int, int]], colour: Rgb) -> None:
    ImageDraw.Draw(border.colours).polygon(outline, fill=colour)
    ImageDraw.Draw(border.mask).polygon(outline, fill=255)
