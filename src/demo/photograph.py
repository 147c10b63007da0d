"""A photograph of a cloth: its threads in relief, its colours, and soft light from the upper left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter

from demo.loom import exposure, relief, tiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.drape import Drape, Size
    from demo.loom import Fabric
    from demo.patterns import Cloth

MESH = Image.Transform.MESH
NEAREST, BILINEAR, BICUBIC = Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC


def photograph(cloth: Cloth, fabric: Fabric, drape: Drape, size: Size) -> Image.Image:
    """The cloth as it lies."""
    colours = cloth.colours.transform(size, MESH, drape.quads(size, cloth.colours.size), NEAREST)
    sheet = _sheet(cloth, fabric)
    threads = sheet.transform(size, MESH, drape.quads(size, sheet.size), BILINEAR)
    light = _light(cloth, fabric, drape, (size[0] // 4, size[1] // 4))
    shade = ImageChops.multiply(threads, light.resize(size, BILINEAR))
    toned = Image.merge("RGB", (shade.point(WARM), shade, shade.point(COOL)))
    return _blurred_afar(ImageChops.hard_light(colours, toned), drape.tilt)


def _sheet(cloth: Cloth, fabric: Fabric) -> Image.Image:
    """The relief of every thread, flat."""
    size = cloth.colours.width * fabric.pitch, cloth.colours.height * fabric.pitch
    sheet = tiled(relief(fabric.draft, fabric.pitch, fabric.depth), size)
    if cloth.figures.getbbox():
        floats = tiled(relief("float", fabric.pitch, fabric.depth), size)
        sheet.paste(floats, mask=cloth.figures.resize(size, NEAREST))
    return sheet


def _light(cloth: Cloth, fabric: Fabric, drape: Drape, size: Size) -> Image.Image:
    """Light on the folds, on the rims of figures and beneath a second ply; less of it in the corners."""
    quads = drape.quads(size, cloth.colours.size)
    light = drape.light(fabric.gloss).resize(size, BICUBIC)
    figures = cloth.figures.transform(size, MESH, quads, BILINEAR)
    light.paste(light.point(METAL), mask=figures)
    light = ImageChops.add(light, ImageChops.subtract(figures, ImageChops.offset(figures, 1, 1), 9, 128), 1, -128)
    if cloth.ply.getbbox():
        light = ImageChops.multiply(light, _shadow(cloth.ply.transform(size, MESH, quads, BILINEAR)))
    light = ImageChops.multiply(light, Image.radial_gradient("L").resize(size, BILINEAR).point(VIGNETTE))
    return light.point(_curve(lambda level: level * exposure(fabric)))


def _shadow(ply: Image.Image) -> Image.Image:
    """What a ply throws on the cloth below it, to its left."""
    soft = ImageChops.offset(ply.filter(ImageFilter.BoxBlur(12)), -9, 6)
    return ImageChops.subtract(soft, ply).point(SHADOW)


def _blurred_afar(picture: Image.Image, tilt: float) -> Image.Image:
    """Out of focus at the top, where a tilted cloth lies further away."""
    if tilt:
        far = picture.crop((0, 0, picture.width, round(picture.height * 0.45)))
        soft = far.reduce(4).filter(ImageFilter.BoxBlur(1)).resize(far.size, BILINEAR)
        near = Image.linear_gradient("L").resize(far.size, BILINEAR)
        picture.paste(soft, mask=ImageChops.invert(near))
    return picture


def _curve(change: Callable[[float], float]) -> list[int]:
    return [max(0, min(255, round(change(level)))) for level in range(256)]


WARM = _curve(lambda level: level * 1.03)
COOL = _curve(lambda level: 6 + level * 0.94)
METAL = _curve(lambda level: 128 + (level - 122) * 1.35)
SHADOW = _curve(lambda level: 255 - level * 0.62)
VIGNETTE = _curve(lambda level: 255 - 76 * (level / 255) ** 2)
