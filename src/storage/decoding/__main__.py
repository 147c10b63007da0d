"""`python -m storage.decoding SOURCE PIXELS SECONDS MEMORY`: a line of JSON, then the picture written anew."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from PIL.Image import DecompressionBombError, DecompressionBombWarning

from storage.decoding.outlines import DAMAGED, Unfit, outline
from storage.decoding.polyglots import is_polyglot
from storage.decoding.rewriting import rewrite


def main(source: str, *limits: str) -> None:
    """Write the answer to standard output; what is wrong with the picture is an answer too."""
    pixels, seconds, memory = map(int, limits)
    _bound(seconds, memory)
    found, data = _examined(Path(source), pixels)
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n" + data)


def _bound(seconds: int, memory: int) -> None:
    """Take from this process what the reading of a picture does not need, before it reads one."""
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # it writes to a pipe only
        (resource.RLIMIT_NPROC, 0),  # it starts no process and no thread
    ):
        resource.setrlimit(limit, (value, value))


def _examined(source: Path, pixels: int) -> tuple[dict[str, Any], bytes]:
    try:
        return _clean(source.read_bytes(), pixels)
    except Unfit as unfit:
        return {"refused": unfit.reason}, b""
    except (DecompressionBombError, DecompressionBombWarning):
        return {"refused": "PIXELS"}, b""
    except MemoryError:
        return {"refused": "COSTLY"}, b""
    except Exception:  # noqa: BLE001  (decoders raise whatever they like at bytes made to confuse them)
        return {"refused": DAMAGED}, b""


def _clean(data: bytes, pixels: int) -> tuple[dict[str, Any], bytes]:
    """Look from outside before anything is decoded."""
    seen = outline(data)
    if seen.width * seen.height * seen.frames > pixels:
        raise Unfit("PIXELS")
    if is_polyglot(data):
        raise Unfit("POLYGLOT")
    picture = rewrite(data, seen, pixels)
    size = len(picture.data)
    found = {"format": seen.format, "width": picture.width, "height": picture.height, "blurhash": picture.blurhash}
    return {**found, "size": size}, picture.data


if __name__ == "__main__":
    main(*sys.argv[1:])
