"""Pictures as they come from outside, made safe to show.

Whoever sends a picture may have made it to harm what reads it, so no byte of it is read here: a child process
(`storage.decoding`) does that, under limits, and this process takes what it answers.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from aiofiles import os as aiofiles_os

from rules.refusals import TOO_LARGE, UNSUPPORTED_MEDIA, Refusal

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from pathlib import Path

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
MAX_SECONDS = 10.0
MAX_MEMORY = 1_800_000_000
AT_ONCE = 2
"""So many children read pictures at the same time; whoever comes later waits."""

KINDS = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
    "AVIF": ("avif", "image/avif"),
    "GIF": ("gif", "image/gif"),
}
"""format: its extension and its content type."""

UNSUPPORTED = {
    "FORMAT": "This is not a picture that can be shown here. Send a JPEG, PNG, WebP, AVIF or GIF.",
    "DAMAGED": "This picture is damaged or incomplete. Send it again as a JPEG, PNG, WebP, AVIF or GIF.",
    "POLYGLOT": "Something else is hidden in this picture. Save it again as a JPEG, PNG, WebP, AVIF or GIF.",
    "COSTLY": "This picture takes too long to read. Save it again, smaller, as a JPEG, PNG, WebP, AVIF or GIF.",
}
TOO_MANY_BYTES = "A picture may have at most {megabytes} MB. Send a smaller one."
TOO_MANY_PIXELS = "A picture may have at most {megapixels} megapixels, all its frames together. Send a smaller one."


class Limits(NamedTuple):
    """What one picture may cost: bytes of its file, pixels of all its frames, seconds, bytes of address space."""

    file_bytes: int = MAX_BYTES
    pixels: int = MAX_PIXELS
    seconds: float = MAX_SECONDS
    memory: int = MAX_MEMORY


@dataclass(frozen=True)
class CleanImage:
    """A picture written anew: upright, in sRGB, with nothing but its pixels."""

    data: bytes
    extension: str
    content_type: str
    width: int
    height: int
    sha256: str
    blurhash: str


DEFAULT_LIMITS = Limits()


async def clean(source: Path, *path: str, limits: Limits = DEFAULT_LIMITS) -> CleanImage:
    """Write the picture in a file anew, in its own format; the file stays as it is.

    Animations of GIF and WebP move on; of any other file the first frame is kept.

    Refusal, with `path`: UNSUPPORTED_MEDIA for what is no whole picture of the five formats and nothing else besides,
    TOO_LARGE with `max` for more bytes or pixels than the limits allow.
    """
    if (await aiofiles_os.stat(source)).st_size > limits.file_bytes:
        raise _refusal("BYTES", path, limits)
    async with _turn():
        found, data = await _decoded(source, limits)
    if "refused" in found:
        raise _refusal(found["refused"], path, limits)
    extension, content_type = KINDS[found["format"]]
    sha256 = hashlib.sha256(data).hexdigest()
    return CleanImage(data, extension, content_type, found["width"], found["height"], sha256, found["blurhash"])


def _refusal(reason: str, path: tuple[str, ...], limits: Limits) -> Refusal:
    if reason == "BYTES":
        megabytes = f"{limits.file_bytes / 1e6:g}"
        return Refusal(TOO_LARGE, TOO_MANY_BYTES, *path, max=limits.file_bytes, megabytes=megabytes)
    if reason == "PIXELS":
        megapixels = f"{limits.pixels / 1e6:g}"
        return Refusal(TOO_LARGE, TOO_MANY_PIXELS, *path, max=limits.pixels, megapixels=megapixels)
    return Refusal(UNSUPPORTED_MEDIA, UNSUPPORTED[reason], *path)


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def _turn() -> asyncio.Semaphore:
    """The semaphore of this event loop: one cannot serve two."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))


async def _decoded(source: Path, limits: Limits) -> tuple[dict[str, Any], bytes]:
    """What a child says of a picture, and the picture written anew."""
    child = await _start(source, limits)
    try:
        async with asyncio.timeout(limits.seconds):
            return await _answer(child)
    except (TimeoutError, asyncio.IncompleteReadError):
        return {"refused": "COSTLY"}, b""
    finally:
        await _end(child)


async def _start(source: Path, limits: Limits) -> Process:
    """Start a child with our modules, and with no other variable: secrets are kept in them."""
    numbers = (limits.pixels, math.ceil(limits.seconds), limits.memory)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-s", "-P", "-m", "storage.decoding", str(source), *map(str, numbers)),
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,  # what decoders write there is made of the picture's bytes
        start_new_session=True,  # so that Ctrl-C reaches us only, and we end it
    )


async def _answer(child: Process) -> tuple[dict[str, Any], bytes]:
    """A line of JSON, and as many bytes as it says; a RuntimeError where the child cannot even begin."""
    assert child.stdout is not None  # noqa: S101  (we asked for a pipe)
    line = await child.stdout.readline()
    if not line and await child.wait() > 0:
        raise RuntimeError("The child that reads pictures does not start. To see why: python -m storage.decoding")
    if not line:  # a signal ended it: a fault in a decoder, or the limit of CPU time
        return {"refused": "COSTLY"}, b""
    found = json.loads(line)
    return found, await child.stdout.readexactly(found.get("size", 0))


async def _end(child: Process) -> None:
    with suppress(ProcessLookupError):
        child.kill()
    await child.communicate()
