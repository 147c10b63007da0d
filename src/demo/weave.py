"""Pictures of woven cloth: the same piece always gives the same picture, byte for byte."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from demo.borders import BORDERS
from demo.colours import PALETTES
from demo.drape import MARGIN, Drape
from demo.loom import FABRICS, tiled
from demo.patterns import PATTERNS, Cloth, Order
from demo.photograph import photograph

if TYPE_CHECKING:
    from demo.drape import Size

QUALITY = 70


class Piece(NamedTuple):
    """A piece of cloth by the names of its parts; `seed` decides whatever they leave open."""

    seed: str
    fabric: str
    colour: str
    pattern: str
    motif: str = "lotus"
    border: str | None = None
    over: str | None = None
    """The pattern of a second ply that lies over a part of the first."""


def weave(piece: Piece, size: Size) -> bytes:
    """A photograph of the piece: a JPEG of `size` pixels, at least 120 each way. Three megapixels take about 0.15 s."""
    rng = Random(piece.seed)  # noqa: S311  (pictures are no secrets)
    fabric = FABRICS[piece.fabric]
    width, length = (round(pixels * (1 + 2 * MARGIN) / fabric.pitch) for pixels in size)
    cloth = _cloth(piece, Order((width, length), fabric, PALETTES[piece.colour], piece.motif, rng))
    written = BytesIO()
    photograph(cloth, fabric, Drape(fabric.drape, rng), size).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _cloth(piece: Piece, order: Order) -> Cloth:
    cloth = PATTERNS[piece.pattern](order)
    if piece.border:
        _hem(cloth, piece.border, order)
    if piece.over:
        upper = PATTERNS[piece.over](order._replace(palette=order.palette.turned()))
        return _covered(cloth, upper, order)
    return cloth


def _hem(cloth: Cloth, border: str, order: Order) -> None:
    """Weave a border across the lower part of the cloth."""
    width, length = order.threads
    height = max(44, round(length * order.rng.uniform(0.2, 0.28)))
    band = BORDERS[border](height, order.palette, order.rng)
    top = length - height - round(length * MARGIN * 1.4)
    for sheet, tile in ((cloth.colours, band.colours), (cloth.figures, band.mask)):
        sheet.paste(tiled(tile, (width, height)), (0, top))


def _covered(lower: Cloth, upper: Cloth, order: Order) -> Cloth:
    """The upper cloth over the right part of the lower one, with a metal thread along its edge."""
    width, length = order.threads
    edge = round(width * order.rng.uniform(0.5, 0.68))
    ply = Image.new("L", order.threads)
    ply.paste(255, (edge, 0, width, length))
    selvedge = (edge + 1, 0, edge + 4, length)
    upper.colours.paste(order.palette.metal, selvedge)
    upper.figures.paste(255, selvedge)
    colours = Image.composite(upper.colours, lower.colours, ply)
    return Cloth(colours, Image.composite(upper.figures, lower.figures, ply), ply)
