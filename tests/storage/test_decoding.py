"""A picture written anew: the same to look at, upright, and nothing of it but its pixels."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from rules.refusals import Refusal
from services import pictures
from services.clean_pictures import chequered_corners, cleaned, corners, opened
from storage.decoding.outlines import Unfit, outline
from storage.images import KINDS

WHOLE = pictures.every_format()


@pytest.mark.parametrize("name", WHOLE)
async def test_writes_a_picture_anew_in_its_own_format(name: str) -> None:
    image = await cleaned(WHOLE[name])

    assert (image.extension, image.content_type) == KINDS[name]
    assert (image.width, image.height) == pictures.SIZE
    assert image.sha256 == hashlib.sha256(image.data).hexdigest()
    assert image.blurhash.startswith("V")  # 5 waves by 4
    assert opened(image).format == name
    assert corners(opened(image)) == pytest.approx(chequered_corners(), abs=40)


@pytest.mark.parametrize("name", WHOLE)
def test_sees_from_outside_that_a_picture_is_cut(name: str) -> None:
    for cut in range(len(WHOLE[name])):
        with pytest.raises(Unfit):
            outline(WHOLE[name][:cut])


@given(name=st.sampled_from([*WHOLE]), at=st.integers(0, 400), value=st.integers(0, 255))
@settings(max_examples=15, deadline=None)
async def test_a_changed_byte_is_refused_or_does_no_harm(name: str, at: int, value: int) -> None:
    changed = bytearray(WHOLE[name])
    changed[at % len(changed)] = value

    with suppress(Refusal):
        opened(await cleaned(bytes(changed))).load()


async def test_leaves_nothing_of_what_a_phone_writes() -> None:
    source = pictures.phone_jpeg()
    private = [b"Exif", b"GPS", b"http://ns", b"xmpmeta", b"ICC_PROFILE", b"JFXX", pictures.PLACE, pictures.OWNER]
    assert [word for word in (b"Exif", b"xmpmeta", pictures.PLACE, pictures.OWNER) if word not in source] == []
    assert (pictures.SECRET in source, source.count(b"\xff\xd8\xff")) == (True, 2)

    image = await cleaned(source)

    assert [word for word in [*private, pictures.SECRET] if word in image.data] == []
    assert image.data.count(b"\xff\xd8\xff") == 1  # no thumbnail
    assert dict(opened(image).getexif()) == {}


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF", "GIF"])
async def test_leaves_no_text_in_any_format(name: str) -> None:
    source = pictures.annotated(name)
    words = [b"xmpmeta", pictures.PLACE, pictures.OWNER, pictures.SECRET, b"tEXt", b"iTXt", b"eXIf", b"EXIF", b"XMP "]
    assert [word for word in words if word in source] != []

    image = await cleaned(source)

    assert [word for word in words if word in image.data] == []


@pytest.mark.parametrize("name", ["JPEG", "WEBP", "AVIF", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_turns_a_picture_upright(orientation: int, name: str) -> None:
    image = await cleaned(pictures.turned(orientation, name))

    assert (image.width, image.height) == opened(image).size == pictures.SIZE
    assert corners(opened(image)) == pytest.approx(chequered_corners(), abs=40)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
async def test_shows_the_colours_of_a_profile_in_srgb(name: str) -> None:
    image = opened(await cleaned(pictures.encoded(pictures.chequered(), name, icc_profile=pictures.swapped_profile())))

    red_is_green = [0, 255, 0, 128, 0, 0, 0, 0, 255, 255, 255, 0]
    assert corners(image) == pytest.approx(red_is_green, abs=40)
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("profile", [pictures.lab_profile(), b"no profile"])
async def test_leaves_out_a_profile_that_makes_no_sense(profile: bytes) -> None:
    image = opened(await cleaned(pictures.encoded(pictures.chequered(), "PNG", icc_profile=profile)))

    assert (corners(image), image.info) == (chequered_corners(), {})


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "RGBA", "LA", "I;16"])
async def test_takes_every_kind_of_pixels(mode: str) -> None:
    grey = Image.new("I;16", pictures.SIZE, 0x8000) if mode == "I;16" else pictures.chequered().convert(mode)
    image = opened(await cleaned(pictures.encoded(grey, "JPEG" if mode == "CMYK" else "PNG")))

    wanted = [128] * 12 if mode == "I;16" else corners(grey)
    assert corners(image) == pytest.approx(wanted, abs=40 if mode == "CMYK" else 0)
    assert image.mode in {"L", "P", "RGB", "RGBA"}


@pytest.mark.parametrize("name", ["GIF", "WEBP"])
async def test_keeps_an_animation(name: str) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "lime", "blue")]
    options = {"save_all": True, "append_images": frames[1:], "duration": [100, 200, 300], "loop": 0, "lossless": True}
    image = opened(await cleaned(pictures.encoded(frames[0], name, **options)))

    shown = [(frame.convert("RGB").getpixel((5, 5)), frame.info["duration"]) for frame in _loaded(image)]
    assert shown == [((255, 0, 0), 100), ((0, 255, 0), 200), ((0, 0, 255), 300)]
    assert image.info["loop"] == 0


async def test_keeps_the_empty_parts_of_an_animation() -> None:
    frames = [Image.new("RGBA", (20, 10)) for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste("red", (number * 5, 0, number * 5 + 5, 10))
    source = pictures.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], disposal=2, duration=100)

    shown = [frame.convert("RGBA") for frame in _loaded(opened(await cleaned(source)))]
    assert [[image.getchannel("A").getpixel((x, 5)) for x in (2, 7, 12)] for image in shown] == [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
    ]


def _loaded(image: Image.Image) -> list[Image.Image]:
    frames = []
    for frame in ImageSequence.Iterator(image):
        frame.load()
        frames.append(frame.copy())
    return frames
