"""The programs in tests/clients, run by Node beside the libraries that their lock file names."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.front_door import front_door
from services.process import until

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS = Path(__file__).parents[1] / "clients"
MANIFESTS = ("package.json", "package-lock.json", ".npmrc")
FROM_HERE = ("--preserve-symlinks", "--preserve-symlinks-main")
"""A program is a link in .cache: its imports are looked for there, and not beside the file itself."""
SECONDS = 60.0
PAUSE = 0.1


def told_by(program: str, meanwhile: Callable[[], object] | None = None, **given: Any) -> Any:
    """What a program tells as JSON; until it ends, `meanwhile` is called again and again.

    Raises AssertionError with the program's complaints when it fails or does not end.
    """
    command = ["node", *FROM_HERE, str(_folder() / "programs" / f"{program}.mjs"), json.dumps(given)]
    with subprocess.Popen(
        command, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            end = until(lambda: _end(process, meanwhile), lambda: f"{program} does not end", SECONDS)
        finally:
            process.kill()
    told, complaints = end
    assert (process.returncode, complaints) == (0, ""), complaints
    return json.loads(told)


def _end(process: subprocess.Popen[str], meanwhile: Callable[[], object] | None) -> tuple[str, str] | None:
    if meanwhile:
        meanwhile()
    try:
        return process.communicate(timeout=PAUSE)
    except subprocess.TimeoutExpired:
        return None


@cache
def _folder() -> Path:
    """Where the libraries are; npm fetches them the first time (20 MB)."""
    dev = front_door()
    folder = Path(dev.CACHE / "clients")
    folder.mkdir(exist_ok=True)
    stamp, wanted = folder / dev.STAMP, dev.digest(CLIENTS / "package-lock.json")
    with dev.locked("clients"):
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(folder)
            stamp.write_text(wanted)
    return folder


def _install(folder: Path) -> None:
    dev = front_door()
    (folder / dev.STAMP).unlink(missing_ok=True)
    (folder / "programs").unlink(missing_ok=True)
    (folder / "programs").symlink_to(CLIENTS)
    for name in MANIFESTS:
        shutil.copy(CLIENTS / name, folder)
    dev.say("fetching the clients that tests/clients tries")
    dev.run(["npm", "ci", "--loglevel=error"], cwd=folder, env=_environment())


@cache
def _environment() -> dict[str, str]:
    dev = front_door()
    return {**dev.ENVIRONMENT, "PATH": dev.path_with_node()}
