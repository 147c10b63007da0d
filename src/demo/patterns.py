"""Patterns on the loom: what is woven into a ground, one pixel for each crossing of two threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageChops

from demo.colours import SAEKDONG, WHITE, lit, mix
from demo.loom import tiled, woven, yarns
from demo.motifs import MOTIFS, Drawing, draw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from demo.colours import Palette, Rgb
    from demo.loom import Fabric


class Cloth(NamedTuple):
    """A flat cloth: its colours, where figures float on it, and where a second ply lies over it (masks, 0 or 255)."""

    colours: Image.Image
    figures: Image.Image
    ply: Image.Image


class Order(NamedTuple):
    """What is to be woven: on how many threads, of which fabric and colours, with which motif."""

    threads: tuple[int, int]
    fabric: Fabric
    palette: Palette
    motif: str
    rng: Random


def solid(order: Order) -> Cloth:
    """One colour, its weft a little darker."""
    ground = order.palette.ground
    return _ground(order, [ground], [mix(ground, order.palette.second, 0.4)])


def shot(order: Order) -> Cloth:
    """Warp and weft of two colours, changing with the light."""
    return _ground(order, [order.palette.ground], [mix(order.palette.second, order.palette.accent, 0.35)])


def melange(order: Order) -> Cloth:
    """Dark warp on a light weft, so that the draft shows, with flecks of colour."""
    ground, _second, accent = order.palette[:3]
    light = mix(ground, WHITE, 0.42)
    cloth = _ground(order, [ground], [light] * 7 + [mix(light, ground, 0.35)])
    for _ in range(order.threads[0] * order.threads[1] // 160):
        place = order.rng.randrange(order.threads[0]), order.rng.randrange(order.threads[1])
        cloth.colours.putpixel(place, order.rng.choice((accent, order.palette.metal, WHITE)))
    return cloth


def stripes(order: Order) -> Cloth:
    """Thin lines in the warp."""
    ground, line = order.palette.ground, mix(order.palette.second, WHITE, 0.45)
    gap = order.rng.choice((9, 12, 16))
    return _ground(order, [*[ground] * gap, line], [ground])


def check(order: Order) -> Cloth:
    """A glen check: fine and broad stripes, both ways."""
    ground, second, accent = order.palette[:3]
    light = mix(ground, WHITE, 0.3)
    yarn = [*[ground, ground, second, second] * 5, *[ground, light] * 2, accent, *[light, ground] * 2]
    return _ground(order, yarn, yarn)


def houndstooth(order: Order) -> Cloth:
    """Four dark threads and four light ones, both ways, in a twill."""
    light = mix(order.palette.second, (244, 238, 224), 0.75)
    yarn = [*[order.palette.ground] * 4, *[light] * 4]
    return _ground(order, yarn, yarn, "twill")


def faded(order: Order) -> Cloth:
    """Dyed warp, pale weft, as in denim."""
    ground = order.palette.ground
    return _ground(order, [lit(ground, 0.8)], [mix(ground, WHITE, 0.5)])


def rainbow(order: Order) -> Cloth:
    """Bands of many colours (색동), a metal thread between them."""
    width = order.rng.choice((13, 17, 22))
    bands = (*SAEKDONG, order.palette.ground)
    weft = [colour for band in bands for colour in ([band] * width + [order.palette.metal, lit(band, 0.8)])]
    return _ground(order, [order.palette.ground], weft, "weft")


def scattered(order: Order) -> Cloth:
    """Small figures in half drop (बूटी)."""
    repeat = order.rng.choice((32, 38, 46))
    return _figured(order, _half_drop(order.motif, repeat, 0.25, order.palette.inks()))


def lattice(order: Order) -> Cloth:
    """A net of leaves with a flower in each mesh (जाल)."""
    leaf, flower = MOTIFS["leaf"](), MOTIFS[order.motif]()
    leaves = [(leaf, place, 12.0, turn) for place, turn in LEAVES]
    flowers = [(flower, place, 10.5, 0.0) for place in ((0, 0), (48, 0), (0, 64), (48, 64), (24, 32))]
    return _figured(order, draw([*leaves, *flowers], (48, 64), order.palette.inks()))


def medallions(order: Order) -> Cloth:
    """Roundels in half drop, as on court dress."""
    return _figured(order, _half_drop("medallion", 76, 0.25, order.palette.inks()))


def damask(order: Order) -> Cloth:
    """Figures in the colour of the ground, seen by their lustre only."""
    ground = order.palette.ground
    tone = lit(mix(ground, WHITE, 0.08), 1.06)
    inks = {"metal": tone, "accent": mix(tone, ground, 0.5), "second": tone, "ground": ground}
    return _figured(order, _half_drop(order.motif, order.rng.choice((60, 72)), 0.3, inks))


def emblem(order: Order) -> Cloth:
    """One large figure in the middle."""
    width, height = order.threads
    figure = (MOTIFS[order.motif](), (width / 2, height / 2), 0.28 * width, 0.0)
    return _figured(order, draw([figure], order.threads, order.palette.inks()))


def ikat(order: Order) -> Cloth:
    """Diamonds dyed into the warp before it is woven: their edges run."""
    plain, repeat = solid(order), order.rng.choice((56, 72))
    tile = _half_drop(order.motif, repeat, 0.34, order.palette.inks())
    dyed = Image.composite(tiled(tile.colours, order.threads), plain.colours, tiled(tile.mask, order.threads))
    width, height = order.threads
    shift = 0.0
    for column in range(width):
        shift = shift * 0.6 + order.rng.gauss(0, 1.5)
        thread = dyed.crop((column, 0, column + 1, height))
        dyed.paste(ImageChops.offset(thread, 0, round(shift)), (column, 0))
    return plain._replace(colours=Image.blend(dyed, plain.colours, 0.15))


PATTERNS: dict[str, Callable[[Order], Cloth]] = {
    pattern.__name__: pattern
    for pattern in (
        solid,
        shot,
        melange,
        stripes,
        check,
        houndstooth,
        faded,
        rainbow,
        scattered,
        lattice,
        medallions,
        damask,
        emblem,
        ikat,
    )
}
LEAVES = (((12, 16), 0.62), ((36, 16), -0.62), ((12, 48), -0.62), ((36, 48), 0.62))


def _ground(order: Order, warp: list[Rgb], weft: list[Rgb], draft: str | None = None) -> Cloth:
    slub, (width, height) = order.fabric.slub, order.threads
    upright, across = yarns(warp, width, slub, order.rng), yarns(weft, height, slub, order.rng)
    colours = woven(upright, across, draft or order.fabric.draft)
    return Cloth(colours, figures=Image.new("L", order.threads), ply=Image.new("L", order.threads))


def _figured(order: Order, tile: Drawing) -> Cloth:
    cloth = solid(order)
    figures = tiled(tile.mask, order.threads)
    cloth.colours.paste(tiled(tile.colours, order.threads), mask=figures)
    return cloth._replace(figures=figures)


def _half_drop(name: str, repeat: int, radius: float, inks: Mapping[str, Rgb]) -> Drawing:
    """Two figures on a square tile; the radius as a part of the repeat."""
    places = ((repeat / 4, repeat / 4), (repeat * 0.75, repeat * 0.75))
    motif = MOTIFS[name]()
    return draw([(motif, place, repeat * radius, 0.0) for place in places], (repeat, repeat), inks)
