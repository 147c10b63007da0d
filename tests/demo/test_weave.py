"""The loom: the same piece gives the same picture, another piece another one."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageStat

from demo.borders import BORDERS
from demo.colours import PALETTES, Rgb
from demo.loom import FABRICS
from demo.motifs import MOTIFS
from demo.patterns import PATTERNS
from demo.weave import Piece, weave

SIZE = (200, 250)


def test_the_same_piece_gives_the_same_bytes() -> None:
    piece = Piece("banarasi", "silk", "crimson", "scattered", "paisley", "zari", "solid")

    assert weave(piece, SIZE) == weave(piece, SIZE)


@pytest.mark.parametrize("size", [(1600, 2000), (400, 400)])
def test_a_picture_is_a_jpeg_of_the_size_asked_for(size: tuple[int, int]) -> None:
    picture = Image.open(BytesIO(weave(Piece("a", "satin", "rose", "solid"), size)))

    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", size)


def test_every_fabric_looks_different() -> None:
    pictures = [_woven(Piece("a", fabric, "indigo", "solid")) for fabric in FABRICS]

    assert all(_difference(one, other) > 1 for one, other in combinations(pictures, 2))


def test_every_pattern_looks_different() -> None:
    pictures = [_woven(Piece("a", "silk", "jade", pattern)) for pattern in PATTERNS]

    assert all(_difference(one, other) > 1 for one, other in combinations(pictures, 2))


@pytest.mark.parametrize("motif", MOTIFS)
@pytest.mark.parametrize("border", BORDERS)
def test_every_motif_and_border_can_be_woven(motif: str, border: str) -> None:
    with_border = _woven(Piece("a", "brocade", "plum", "scattered", motif, border))

    assert _difference(with_border, _woven(Piece("a", "brocade", "plum", "scattered", motif))) > 1


def test_a_second_ply_covers_a_part() -> None:
    picture = _woven(Piece("a", "silk", "ivory", "solid", over="solid"))

    left, right = picture.crop((0, 0, 60, 250)), picture.crop((160, 0, 200, 250))
    ivory, red = PALETTES["ivory"].ground, PALETTES["ivory"].accent
    assert _off(left, ivory) < _off(left, red)
    assert _off(right, red) < _off(right, ivory)


@pytest.mark.parametrize("colour", PALETTES)
def test_a_picture_has_the_colour_it_is_named_after(colour: str) -> None:
    assert _off(_woven(Piece("a", "cotton", colour, "solid")), PALETTES[colour].ground) < 45


def _woven(piece: Piece) -> Image.Image:
    return Image.open(BytesIO(weave(piece, SIZE)))


def _off(picture: Image.Image, colour: Rgb) -> float:
    """How far the mean colour of a picture is from another, in levels of one channel."""
    return max(abs(one - other) for one, other in zip(ImageStat.Stat(picture).mean, colour, strict=True))


def _difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures, in levels."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3
