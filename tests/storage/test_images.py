"""Pictures from outside: only whole ones, within limits, with nothing but their pixels, and at a bounded cost."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rules.refusals import TOO_LARGE, UNSUPPORTED_MEDIA
from services import pictures
from services.clean_pictures import chequered_corners, cleaned, corners, opened, refused
from services.waiting import until_it_holds
from storage.images import MAX_BYTES

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


@pytest.mark.parametrize("name", [*no_picture])
async def test_refuses_what_is_no_picture(name: str) -> None:
    refusal = await refused(no_picture[name])

    assert (refusal.code, refusal.path, str(refusal)) == (UNSUPPORTED_MEDIA, ("input", "file"), FORMATS)


@pytest.mark.parametrize("behind", [*hidden])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_refuses_a_picture_with_something_else_behind_it(name: str, behind: str) -> None:
    refusal = await refused(WHOLE[name] + hidden[behind])

    assert (refusal.code, str(refusal)) == (UNSUPPORTED_MEDIA, HIDDEN)


async def test_refuses_an_avif_with_anything_behind_it() -> None:
    assert str(await refused(WHOLE["AVIF"] + pictures.HTML)) == DAMAGED


@pytest.mark.parametrize("name", ["JPEG", "GIF"])
async def test_refuses_a_picture_with_a_page_in_its_comment(name: str) -> None:
    assert str(await refused(pictures.encoded(pictures.chequered(), name, comment=pictures.HTML))) == HIDDEN


async def test_takes_what_phones_put_behind_a_picture() -> None:
    assert corners(opened(await cleaned(pictures.motion_photo()))) == pytest.approx(chequered_corners(), abs=40)


async def test_takes_compressed_data_whatever_it_holds_by_chance() -> None:
    noise = Image.frombytes("RGB", (1200, 1200), os.urandom(4_320_000))

    assert (await cleaned(pictures.encoded(noise, "PNG"))).width == 1200
    assert (await cleaned(WHOLE["JPEG"] + b"..<svg \x80\x91\xfe<html\x00PK\x05\x06\x01" * 9)).width == 64


@given(name=st.sampled_from([*WHOLE]), share=st.floats(0, 0.999))
@settings(max_examples=15, deadline=None)
async def test_refuses_a_cut_picture(name: str, share: float) -> None:
    refusal = await refused(WHOLE[name][: int(len(WHOLE[name]) * share)])

    assert refusal.code == UNSUPPORTED_MEDIA
    assert str(refusal) in (FORMATS, DAMAGED)


async def test_refuses_pixels_that_end_early() -> None:
    assert str(await refused(pictures.cut_pixels())) == DAMAGED


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
    bomb = pictures.bomb_in(name)
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
            await until_it_holds(children)
        for _ in range(turns or 0):
            await asyncio.sleep(0)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until_it_holds(lambda: not children())
        assert time.monotonic() - began < 2  # left alone, it would go on for ten seconds

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
