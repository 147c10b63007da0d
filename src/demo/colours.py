"""Colours by the names that the catalogue uses, and how they mix."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Rgb: TypeAlias = tuple[int, int, int]

GOLD: Rgb = (214, 170, 84)
SILVER: Rgb = (205, 208, 212)
WHITE: Rgb = (246, 242, 232)
DANCHEONG: tuple[Rgb, ...] = ((30, 96, 78), (190, 50, 44), (240, 232, 214), (40, 76, 138), (234, 184, 70))
"""Green, red, white, blue and yellow, as on the eaves of a palace."""
SAEKDONG: tuple[Rgb, ...] = (
    (196, 44, 54),
    (240, 190, 66),
    (46, 116, 84),
    (238, 230, 214),
    (40, 74, 140),
    (222, 120, 146),
    (112, 62, 128),
)
"""The bands of a rainbow sleeve."""


class Palette(NamedTuple):
    """What a cloth of one colour is woven from: its ground, a second yarn, an accent and the metal thread."""

    ground: Rgb
    second: Rgb
    accent: Rgb
    metal: Rgb = GOLD

    def inks(self) -> dict[str, Rgb]:
        """The colours by the names that motifs know."""
        return self._asdict()

    def turned(self) -> Palette:
        """What goes with the cloth: its accent is the ground."""
        return Palette(self.accent, mix(self.accent, (20, 16, 20), 0.3), self.ground, self.metal)


PALETTES = {
    "ivory": Palette((232, 222, 200), (206, 188, 156), (172, 62, 58)),
    "white": Palette((238, 237, 232), (206, 208, 208), (120, 150, 176), SILVER),
    "crimson": Palette((158, 22, 40), (108, 10, 34), (26, 96, 82)),
    "vermilion": Palette((204, 62, 36), (160, 34, 32), (32, 78, 110)),
    "rose": Palette((214, 128, 138), (182, 88, 108), (112, 134, 92)),
    "magenta": Palette((174, 28, 104), (122, 12, 84), (238, 150, 40)),
    "marigold": Palette((226, 154, 34), (190, 108, 22), (150, 24, 56)),
    "gold": Palette((198, 156, 78), (152, 108, 46), (120, 26, 40), (240, 210, 136)),
    "jade": Palette((126, 178, 152), (82, 140, 122), (206, 92, 92)),
    "emerald": Palette((14, 104, 76), (8, 72, 62), (196, 48, 84)),
    "teal": Palette((18, 108, 118), (10, 74, 92), (226, 122, 66)),
    "sky": Palette((142, 182, 208), (98, 142, 180), (226, 160, 150), SILVER),
    "indigo": Palette((38, 52, 118), (24, 32, 82), (214, 84, 66)),
    "navy": Palette((26, 36, 66), (52, 66, 100), (176, 142, 92)),
    "plum": Palette((96, 34, 84), (64, 20, 66), (220, 150, 60)),
    "lavender": Palette((176, 160, 204), (138, 118, 176), (216, 140, 160), SILVER),
    "charcoal": Palette((66, 66, 70), (112, 112, 114), (152, 60, 52), SILVER),
    "black": Palette((28, 27, 31), (58, 56, 62), (160, 34, 46)),
}


def mix(one: Rgb, other: Rgb, part: float) -> Rgb:
    """`part` (0 to 1) of the other colour in the one."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lit(colour: Rgb, by: float) -> Rgb:
    """The colour in `by` times as much light."""
    red, green, blue = colour
    return min(255, round(red * by)), min(255, round(green * by)), min(255, round(blue * by))
