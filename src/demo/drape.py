"""How a cloth lies: its folds, the light on them, and where each of its threads is seen."""

from __future__ import annotations

from functools import cached_property
from math import cos, pi, sin, tanh
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from PIL import Image

if TYPE_CHECKING:
    from random import Random

Size: TypeAlias = tuple[int, int]
Quads: TypeAlias = "list[tuple[tuple[int, int, int, int], tuple[float, ...]]]"

COLUMNS, ROWS = 30, 16
"""How many pieces a cloth is bent in, across and down."""
LIGHT = (200, 250)
FINER = 4
MARGIN = 0.09
"""The part of a flat cloth beyond each edge of the picture."""


class Wave(NamedTuple):
    """One of the waves that folds are made of."""

    steepness: float
    frequency: float
    phase: float


class Drape:
    """Folds down a cloth, leaning and swinging a little. Places are parts of the picture: 0 to 1, from the top left."""

    def __init__(self, depth: float, rng: Random) -> None:
        self._depth = depth
        self.tilt = rng.choice((0.0, rng.uniform(0.1, 0.3)))
        """How far the upper end leans away from the eye."""
        self._lean = rng.uniform(-0.5, 0.5)
        self._swing = rng.uniform(0.01, 0.06)
        self._phase = rng.uniform(0, 2 * pi)
        self._waves = [
            Wave(depth * rng.uniform(0.26, 0.5), 2 * pi * frequency, rng.uniform(0, 2 * pi))
            for frequency in (rng.uniform(0.6, 1.2), rng.uniform(1.5, 2.4), rng.uniform(2.8, 4.4))
        ]

    def light(self, gloss: float) -> Image.Image:
        """The light over the picture, small; 128 shows a colour as it is."""
        width, height = LIGHT
        row = bytes(self._brightness(at / (FINER * width) - 1, gloss) for at in range(3 * FINER * width))
        starts = (round((1 + self._across(0, y / height)) * FINER * width) for y in range(height))
        return Image.frombytes("L", LIGHT, b"".join(row[start : start + FINER * width : FINER] for start in starts))

    def quads(self, seen: Size, flat: Size) -> Quads:
        """The drape for `Image.transform`: from a flat cloth of one size to a picture of another."""
        corners = [[(u * flat[0], v * flat[1]) for u, v in row] for row in self._corners]
        lefts = [seen[0] * x // COLUMNS for x in range(COLUMNS + 1)]
        tops = [seen[1] * y // ROWS for y in range(ROWS + 1)]
        return [
            (
                (lefts[x], tops[y], lefts[x + 1], tops[y + 1]),
                (*corners[y][x], *corners[y + 1][x], *corners[y + 1][x + 1], *corners[y][x + 1]),
            )
            for y in range(ROWS)
            for x in range(COLUMNS)
        ]

    @cached_property
    def _corners(self) -> list[list[tuple[float, float]]]:
        return [[self._found(x / COLUMNS, y / ROWS) for x in range(COLUMNS + 1)] for y in range(ROWS + 1)]

    def _found(self, x: float, y: float) -> tuple[float, float]:
        """The place on the flat cloth, as parts of it, that is seen at a place of the picture."""
        slope = self._slope(self._across(x, y))
        far = self.tilt * (1 - y)
        u = 0.5 + (x - 0.5) * (1 + far - self.tilt / 2) + 0.03 * slope + 0.02 * sin(pi * y + self._phase) * self._depth
        v = 1 - (1 - y) * (0.96 + 0.48 * far) + 0.02 * slope
        return MARGIN + (1 - 2 * MARGIN) * u, MARGIN + (1 - 2 * MARGIN) * v

    def _across(self, x: float, y: float) -> float:
        """How far across the folds a place is."""
        return x + self._lean * y + self._swing * sin(2 * pi * y + self._phase)

    def _slope(self, across: float) -> float:
        """How steeply the cloth rises there, about -1 to 1."""
        return sum(wave.steepness * cos(wave.frequency * across + wave.phase) for wave in self._waves)

    def _brightness(self, across: float, gloss: float) -> int:
        slope = self._slope(across)
        diffuse = 46 * slope - 22 * slope * slope
        if gloss < 0:
            return _level(0.8 * diffuse - 22 - 80 * gloss * min(1.0, abs(slope)) ** 2.5)
        facing = max(0.0, 1 - abs(slope - 0.3) * 1.5) ** 2
        return _level(diffuse - 2 + (72 * facing - 14) * gloss)


def _level(above_neutral: float) -> int:
    """Softly bounded, so that no shadow is black and no light white."""
    bound = 96 if above_neutral > 0 else 82
    return round(128 + bound * tanh(above_neutral / bound))
