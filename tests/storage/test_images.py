"""Pictures from outside: only whole ones, within limits, with nothing but their pixels, and at a bounded cost."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor, ImageCms, ImageSequence

from rules.refusals import TOO_LARGE, UNSUPPORTED_MEDIA, Refusal
from services import pictures
from storage.decoding.outlines import Unfit, outline
from storage.images import KINDS, MAX_BYTES, CleanImage, Limits, clean

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = "This is not a picture that can be shown here. Send a JPEG, PNG, WebP, AVIF or GIF."
DAMAGED = "This picture is damaged or incomplete. Send it again as a JPEG, PNG, WebP, AVIF or GIF."
HIDDEN = "Something else is hidden in this picture. Save it again as a JPEG, PNG, WebP, AVIF or GIF."
COSTLY = "This picture takes too long to read. Save it again, smaller, as a JPEG, PNG, WebP, AVIF or GIF."
MANY_BYTES = "A picture may have at most 10 MB. Send a smaller one."
MANY_PIXELS = "A picture may have at most 40 megapixels, all its frames together. Send a smaller one."
WHOLE = pictures.every_format()
SLOW = pictures.gif_bomb(600_000)
"""9 MB of frames of one pixel: within all limits but that of time."""

no_picture = {
    "empty": b"",
    "text": b"hello",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "html": b"<!doctype html><p>hello",
    "zip": pictures.zipped(),
    "bmp": pictures.encoded(pictures.chequered(), "BMP"),
    "tiff": pictures.encoded(pictures.chequered(), "TIFF"),
    "pdf": pictures.encoded(pictures.chequered(), "PDF"),
    "only a beginning": b"\x89PNG\r\n\x1a\n",
}
hidden = {
    "html": pictures.HTML,
    "capitals": b"<HTML lang=en>",
    "doctype": b"<!DOCTYPE  html>hello",
    "svg": b"<svg/onload=alert(1)>",
    "php": b"<?php system('id');",
    "zip": pictures.zipped(),
    "pdf": b"%PDF-1.7\n",
}


@pytest.mark.parametrize("name", WHOLE)
async def test_writes_a_picture_anew_in_its_own_format(name: str) -> None:
    image = await cleaned(WHOLE[name])

    assert (image.extension, image.content_type) == KINDS[name]
    assert (image.width, image.height) == pictures.SIZE
    assert image.sha256 == hashlib.sha256(image.data).hexdigest()
    assert image.blurhash.startswith("V")  # 5 × 4 waves
    assert opened(image).format == name
    assert corners(opened(image)) == pytest.approx(expected_corners(), abs=40)


@pytest.mark.parametrize("name", [*no_picture])
async def test_refuses_what_is_no_picture(name: str) -> None:
    refusal = await refused(no_picture[name])

    assert (refusal.code, refusal.path, str(refusal)) == (UNSUPPORTED_MEDIA, ("input", "file"), FORMATS)


@pytest.mark.parametrize("behind", [*hidden])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_refuses_a_picture_with_something_else_behind_it(name: str, behind: str) -> None:
    refusal = await refused(WHOLE[name] + hidden[behind])

    assert (refusal.code, str(refusal)) == (UNSUPPORTED_MEDIA, HIDDEN)


@pytest.mark.parametrize("name", ["JPEG", "GIF"])
async def test_refuses_a_picture_with_a_page_in_its_comment(name: str) -> None:
    assert str(await refused(pictures.encoded(pictures.chequered(), name, comment=pictures.HTML))) == HIDDEN


async def test_takes_what_phones_put_behind_a_picture() -> None:
    assert corners(opened(await cleaned(pictures.motion_photo()))) == pytest.approx(expected_corners(), abs=40)


async def test_takes_compressed_data_whatever_it_holds_by_chance() -> None:
    noise = Image.frombytes("RGB", (1200, 1200), os.urandom(4_320_000))

    assert (await cleaned(pictures.encoded(noise, "PNG"))).width == 1200
    assert (await cleaned(WHOLE["JPEG"] + b"..<svg \x80\x91\xfe<html\x00PK\x05\x06\x01" * 9)).width == 64


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_sees_from_outside_that_a_picture_is_cut(name: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(WHOLE[name]) - 1))

    with pytest.raises(Unfit):
        outline(WHOLE[name][:cut])


@given(name=st.sampled_from([*WHOLE]), share=st.floats(0, 0.999))
@settings(max_examples=15, deadline=None)
async def test_refuses_a_cut_picture(name: str, share: float) -> None:
    refusal = await refused(WHOLE[name][: int(len(WHOLE[name]) * share)])

    assert refusal.code == UNSUPPORTED_MEDIA
    assert str(refusal) in (FORMATS, DAMAGED)


@given(name=st.sampled_from([*WHOLE]), at=st.integers(0, 400), value=st.integers(0, 255))
@settings(max_examples=15, deadline=None)
async def test_a_changed_byte_is_refused_or_does_no_harm(name: str, at: int, value: int) -> None:
    changed = bytearray(WHOLE[name])
    changed[at % len(changed)] = value

    with suppress(Refusal):
        opened(await cleaned(bytes(changed))).load()


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
async def test_refuses_pixels_that_end_early(name: str) -> None:
    whole = pictures.encoded(Image.effect_noise((200, 200), 90), name)
    hollow = whole[:5000] + whole[-2:] if name == "JPEG" else _without_most_pixels(whole)

    assert str(await refused(hollow)) == DAMAGED


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
    assert corners(opened(image)) == pytest.approx(expected_corners(), abs=40)


async def test_shows_colours_of_a_profile_in_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    strange = pictures.encoded(pictures.chequered(), "PNG", icc_profile=profile)
    broken = pictures.encoded(pictures.chequered(), "PNG", icc_profile=b"no profile")

    for source in (strange, broken):  # a profile of other colours and one that is none: left out
        image = opened(await cleaned(source))
        assert (corners(image), image.info) == (expected_corners(), {})


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "RGBA", "LA", "I;16"])
async def test_takes_every_kind_of_pixels(mode: str) -> None:
    grey = Image.new("I;16", pictures.SIZE, 0x8000) if mode == "I;16" else pictures.chequered().convert(mode)
    image = opened(await cleaned(pictures.encoded(grey, "JPEG" if mode == "CMYK" else "PNG")))

    wanted = [(128, 128, 128)] * 4 if mode == "I;16" else corners(grey)
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
    assert [[image.getpixel((x, 5))[3] for x in (2, 7, 12)] for image in shown] == [  # type: ignore[index]  (RGBA)
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
    ]


@pytest.mark.parametrize("bomb", [pictures.huge_png(), pictures.huge_webp(), pictures.gif_bomb(11, 2000)])
async def test_refuses_too_many_pixels_at_once_and_at_no_cost(bomb: bytes) -> None:
    await refused(b"")  # whatever the first call needs
    before, began = resident(), time.monotonic()

    refusal = await refused(bomb)

    assert (refusal.code, str(refusal), refusal.values["max"]) == (TOO_LARGE, MANY_PIXELS, 40_000_000)
    assert time.monotonic() - began < 1
    assert resident() - before < 1_000_000


async def test_counts_the_frames_that_are_within_the_limit() -> None:
    assert (await cleaned(pictures.gif_bomb(10, 20), pixels=4000)).width == 20
    assert (await refused(pictures.gif_bomb(11, 20), pixels=4000)).values["max"] == 4000


async def test_refuses_one_byte_too_many() -> None:
    filling = bytes(MAX_BYTES - len(WHOLE["JPEG"]))

    assert (await cleaned(WHOLE["JPEG"] + filling)).width == 64
    refusal = await refused(WHOLE["JPEG"] + filling + b"\0")
    assert (refusal.code, str(refusal), refusal.values["max"]) == (TOO_LARGE, MANY_BYTES, MAX_BYTES)


@pytest.mark.parametrize("name", [b"iCCP", b"zTXt"])
async def test_refuses_a_text_that_unpacks_to_gigabytes(name: bytes) -> None:
    bomb = pictures.png_with(name, b"bomb\0\0" + pictures.zlib.compress(bytes(200_000_000)))
    before = resident()

    assert str(await refused(bomb)) == DAMAGED
    assert resident() - before < 3_000_000


async def test_refuses_what_takes_too_much_memory() -> None:
    source = pictures.encoded(pictures.chequered((4000, 4000)))

    assert str(await refused(source, memory=150_000_000)) == COSTLY


async def test_ends_what_takes_too_long() -> None:
    began = time.monotonic()

    assert str(await refused(SLOW, seconds=0.5)) == COSTLY
    assert 0.5 <= time.monotonic() - began < 3
    assert children() == []


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("turns", [0, 1, 2, 5, None])
def test_a_cancelled_request_leaves_no_child(
    new_loop: Callable[[], asyncio.AbstractEventLoop], turns: int | None
) -> None:
    async def cancel() -> None:
        task = asyncio.create_task(refused(SLOW))
        if turns is None:
            await seen(children)
        for _ in range(turns or 0):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await seen(lambda: not children())

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(cancel())


async def test_reads_two_at_once_and_no_more() -> None:
    source = pictures.phone_jpeg((1500, 1000))
    tasks = [asyncio.create_task(cleaned(source)) for _ in range(8)]
    most = 0
    while not all(task.done() for task in tasks):
        most = max(most, len(children()))
        await asyncio.sleep(0.002)

    assert {(await task).sha256 for task in tasks} == {(await tasks[0]).sha256}
    assert most == 2
    assert children() == []


async def test_memory_does_not_grow_with_pictures() -> None:
    source = pictures.phone_jpeg((2000, 1500))
    for _ in range(3):
        await cleaned(source)
    gc.collect()
    before = resident()
    for _ in range(20):
        await cleaned(source)
    gc.collect()

    assert resident() - before < 4_000_000


async def cleaned(data: bytes, **limits: Any) -> CleanImage:
    """Clean a file with these bytes; nothing stays or comes beside it."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "picture.png")
        source.write_bytes(data)
        try:
            return await clean(source, "input", "file", limits=Limits(**limits))
        finally:
            assert [(path.name, path.read_bytes()) for path in Path(folder).iterdir()] == [(source.name, data)]


async def refused(data: bytes, **limits: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await cleaned(data, **limits)
    return refusal.value


def opened(image: CleanImage) -> Image.Image:
    return Image.open(BytesIO(image.data))


def corners(image: Image.Image) -> list[Any]:
    """The colours a little within each corner."""
    width, height = image.size
    places = [(4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5)]
    return [image.convert("RGB").getpixel(place) for place in places]


def expected_corners() -> list[Any]:
    return [ImageColor.getrgb(colour) for colour in pictures.CORNERS]


def children() -> list[str]:
    """The processes that this one started to read pictures, and those that nobody noticed as ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            ours = state == "Z" or b"storage.decoding" in (process / "cmdline").read_bytes()
            found += [process.name] if int(parent) == os.getpid() and ours else []
    return found


def resident() -> int:
    """Bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def seen(look: Callable[[], Any], seconds: float = 10) -> None:
    """Look again and again, as `services.process.until` does, while the event loop runs."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def _loaded(image: Image.Image) -> list[Image.Image]:
    frames = []
    for frame in ImageSequence.Iterator(image):
        frame.load()
        frames.append(frame.copy())
    return frames


def _without_most_pixels(png: bytes) -> bytes:
    """A PNG whose chunks are whole, but whose pixels end early."""
    return png[:33] + pictures.chunk(b"IDAT", png[41:2041]) + pictures.chunk(b"IEND", b"")
