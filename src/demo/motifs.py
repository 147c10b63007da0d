"""Motifs as polygons in a square from -1 to 1: each shape with the ink it is filled with."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from demo.colours import Rgb

Ink: TypeAlias = Literal["metal", "accent", "second", "ground"]
Point: TypeAlias = tuple[float, float]
FINER = 4
"""Shapes are drawn so much larger and then reduced."""


class Shape(NamedTuple):
    """A filled polygon."""

    ink: Ink
    points: list[Point]


Motif: TypeAlias = "list[Shape]"


class Drawing(NamedTuple):
    """A tile of figures: their colours, and a mask of where they are (0 or 255)."""

    colours: Image.Image
    mask: Image.Image


def draw(motifs: list[tuple[Motif, Point, float, float]], size: tuple[int, int], inks: Mapping[str, Rgb]) -> Drawing:
    """Motifs on a tile of `size` threads, each at a place (threads), with a radius (threads) and a turn (radians)."""
    large = (size[0] * FINER, size[1] * FINER)
    colours, mask = Image.new("RGB", large, inks["metal"]), Image.new("L", large)
    on_colours, on_mask = ImageDraw.Draw(colours), ImageDraw.Draw(mask)
    for motif, place, radius, turn in motifs:
        for ink, points in motif:
            moved = [_moved(point, place, radius, turn) for point in points]
            on_colours.polygon(moved, fill=inks[ink])
            on_mask.polygon(moved, fill=0 if ink == "ground" else 255)
    return Drawing(colours.reduce(FINER), mask.reduce(FINER).point(lambda level: 255 * (level > 110)))


def _moved(point: Point, place: Point, radius: float, turn: float) -> Point:
    x, y = point[0] * radius, point[1] * radius
    return (
        FINER * (place[0] + x * cos(turn) - y * sin(turn)),
        FINER * (place[1] + x * sin(turn) + y * cos(turn)),
    )


def lotus() -> Motif:
    """A lotus seen from above."""
    return [
        Shape("metal", _petals(8, 0.34, 1.0, 0.7)),
        Shape("accent", _petals(8, 0.22, 0.78, 0.8)),
        Shape("metal", _petals(8, 0.2, 0.6, 0.6, turn=pi / 8)),
        Shape("ground", _disc(0.24)),
        Shape("metal", _disc(0.15)),
    ]


def plum() -> Motif:
    """A plum blossom (매화)."""
    return [
        Shape("metal", _petals(5, 0.42, 1.0, 0.45)),
        Shape("accent", _petals(5, 0.3, 0.8, 0.5)),
        Shape("metal", _petals(5, 0.08, 0.5, 1.6)),
        Shape("accent", _disc(0.12)),
    ]


def medallion() -> Motif:
    """A round of petals within a ring, as on court dress."""
    return [
        Shape("metal", _disc(1.0)),
        Shape("ground", _disc(0.93)),
        Shape("metal", _petals(16, 0.74, 0.9, 0.8)),
        Shape("ground", _petals(8, 0.5, 0.74, 0.7)),
        Shape("accent", _petals(8, 0.42, 0.66, 0.7)),
        Shape("metal", _petals(8, 0.2, 0.5, 0.7, turn=pi / 8)),
        Shape("ground", _disc(0.18)),
        Shape("metal", _disc(0.1)),
    ]


def paisley() -> Motif:
    """A mango with its bent tip (कैरी)."""
    return [
        Shape("metal", _drop(1.0)),
        Shape("ground", _drop(0.86)),
        Shape("accent", _drop(0.74)),
        Shape("metal", _at(_petals(6, 0.08, 0.3, 0.8), (0.02, 0.4))),
        Shape("metal", _at(_petals(5, 0.05, 0.16, 0.8), (-0.04, -0.1))),
        Shape("metal", _at(_disc(0.07), (0.0, -0.42))),
    ]


def cloud() -> Motif:
    """An auspicious cloud (구름무늬)."""
    heads = ((0.0, -0.24, 0.3), (-0.34, -0.02, 0.27), (0.34, -0.02, 0.27), (0.0, 0.1, 0.22))
    tail = [(-0.06, 0.2), (0.2, 0.34), (0.72, 0.36), (0.98, 0.2), (0.8, 0.5), (0.3, 0.54), (-0.12, 0.34)]
    curls = [Shape("ground", _at(_disc(size * 0.62), (x, y))) for x, y, size in heads[:3]]
    cores = [Shape("accent", _at(_disc(size * 0.36), (x, y))) for x, y, size in heads[:3]]
    return [*(Shape("metal", _at(_disc(size), (x, y))) for x, y, size in heads), Shape("metal", tail), *curls, *cores]


def sprig() -> Motif:
    """A small flower on its stem with leaves (बूटी)."""
    leaf = [(0.0, 0.3), (0.34, 0.02), (0.52, 0.06), (0.4, 0.3), (0.06, 0.5)]
    return [
        Shape("metal", [(-0.04, -0.2), (0.04, -0.2), (0.06, 0.95), (-0.06, 0.95)]),
        Shape("second", leaf),
        Shape("second", [(-x, y + 0.22) for x, y in leaf]),
        Shape("metal", _at(_petals(6, 0.2, 0.5, 0.6), (0.0, -0.45))),
        Shape("accent", _at(_petals(6, 0.12, 0.36, 0.7), (0.0, -0.45))),
        Shape("metal", _at(_disc(0.1), (0.0, -0.45))),
    ]


def diamond() -> Motif:
    """Diamonds, one within the other."""
    sizes: tuple[tuple[Ink, float], ...] = (
        ("metal", 1.0),
        ("ground", 0.8),
        ("accent", 0.6),
        ("ground", 0.36),
        ("metal", 0.2),
    )
    return [Shape(ink, [(0, -size), (size * 0.8, 0), (0, size), (-size * 0.8, 0)]) for ink, size in sizes]


def star() -> Motif:
    """A star of eight points."""
    return [
        Shape("metal", _star(8, 0.62, 1.0)),
        Shape("ground", _star(8, 0.5, 0.8)),
        Shape("accent", _star(8, 0.3, 0.6)),
        Shape("metal", _disc(0.2)),
    ]


def leaf() -> Motif:
    """One leaf, pointing up."""
    side = [(0.0, -1.0), (0.3, -0.45), (0.38, 0.0), (0.28, 0.5), (0.0, 1.0)]
    return [
        Shape("metal", side + [(-x, y) for x, y in reversed(side)]),
        Shape("accent", [(x * 0.55, y * 0.7) for x, y in side + [(-x, y) for x, y in reversed(side)]]),
    ]


MOTIFS: dict[str, Callable[[], Motif]] = {
    "lotus": lotus,
    "plum": plum,
    "medallion": medallion,
    "paisley": paisley,
    "cloud": cloud,
    "sprig": sprig,
    "diamond": diamond,
    "star": star,
    "leaf": leaf,
}


def _disc(radius: float) -> list[Point]:
    return list(_round(32, lambda _angle: radius))


def _petals(count: int, inner: float, outer: float, bluntness: float, turn: float = 0.0) -> list[Point]:
    def radius(angle: float) -> float:
        swing = abs(cos(count * (angle + turn) / 2))
        return inner + (outer - inner) * float(swing**bluntness)

    return list(_round(count * 12, radius))


def _star(points: int, inner: float, outer: float) -> list[Point]:
    return [
        (radius * sin(pi * at / points), -radius * cos(pi * at / points))
        for at in range(2 * points)
        for radius in (inner if at % 2 else outer,)
    ]


def _drop(size: float) -> list[Point]:
    angles = [2 * pi * at / 48 for at in range(48)]
    outline = ((sin(angle) * sin(angle / 2) ** 1.5 * 0.85, -cos(angle)) for angle in angles)
    return [(size * (x + 0.5 * max(0.0, -y - 0.1) ** 2), size * y + 0.12 * (1 - size)) for x, y in outline]


def _round(steps: int, radius: Callable[[float], float]) -> Iterator[Point]:
    for at in range(steps):
        angle = 2 * pi * at / steps
        yield radius(angle) * sin(angle), -radius(angle) * cos(angle)


def _at(points: list[Point], place: Point) -> list[Point]:
    return [(x + place[0], y + place[1]) for x, y in points]
