"""Programs that Debian has and no wheel has: the system's, else unpacked into the project's cache without root."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = Path(__file__).parents[2] / ".cache" / "debian"
_ROOT = CACHE / "root"
_ARCHIVES = CACHE / "archives"
_UNPACKED = CACHE / "unpacked"  # one empty file for each package that is in the root with all it needs
_APT_CONFIG = CACHE / "apt.conf"

# The system's settings first, then ours: its own folders stay as they are, and its hooks do not run.
_APT_SETTINGS = f"""\
#include "/etc/apt/apt.conf.d/";
#clear APT::Update;
Dir::Etc::parts "/dev/null";
Dir::State "{CACHE}";
Dir::State::lists "lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{CACHE}";
Dir::Cache::archives "archives";
Debug::NoLocking "true";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
"""


@dataclass(frozen=True)
class Program:
    """A program, and the whole environment to start it with."""

    path: Path
    env: dict[str, str]


def program(name: str, package: str) -> Program:
    """Return the program `name`: the system's, else the one in Debian's `package`.

    Raises RuntimeError when it is not installed and cannot be fetched.
    """
    if found := shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
        return Program(Path(found), dict(os.environ))
    root = unpacked(package)
    if found := shutil.which(name, path=f"{root}/usr/bin:{root}/usr/sbin"):
        return Program(Path(found), _environment(root))
    message = f"Debian's package {package} holds no program {name}."
    raise RuntimeError(message)


def unpacked(*packages: str) -> Path:
    """Return a folder that holds the files of Debian's `packages`, and what they need and the system has not.

    They are fetched the first time only (Chromium: 100 MB). Raises RuntimeError when that fails.
    """
    if _missing(packages):
        with _lock():
            if missing := _missing(packages):  # another process may have brought them while we waited
                _fetch(missing)
    return _ROOT


def _missing(packages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(package for package in packages if not (_UNPACKED / package).exists())


@contextmanager
def _lock() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(packages: tuple[str, ...]) -> None:
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        message = f"This system has no apt-get to fetch {names} with. Install it in the system's own way."
        raise RuntimeError(message)
    for folder in (CACHE / "lists" / "partial", _ARCHIVES / "partial", _ROOT, _UNPACKED):
        folder.mkdir(parents=True, exist_ok=True)
    _APT_CONFIG.write_text(_APT_SETTINGS)
    _apt(f"{names}: asking Debian what there is", "update")
    # --reinstall: the folder holds them also where the system has them installed.
    _apt(f"{names}: fetching", "install", "--download-only", "--reinstall", "--yes", *packages)
    _unpack(names)
    for package in packages:
        (_UNPACKED / package).touch()


def _apt(doing: str, *arguments: str) -> None:
    environment = {**os.environ, "APT_CONFIG": str(_APT_CONFIG), "LC_ALL": "C.UTF-8"}
    lines: list[str] = []
    with subprocess.Popen(
        ["apt-get", *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            _show(f"{doing} ({sum(line.startswith('Get:') for line in lines)} files)")
    if process.returncode:
        message = f"apt-get {arguments[0]} failed:\n{''.join(lines[-10:])}"
        raise RuntimeError(message)


def _unpack(names: str) -> None:
    archives = sorted(_ARCHIVES.glob("*.deb"))
    for number, archive in enumerate(archives, 1):
        _show(f"{names}: unpacking ({number} of {len(archives)} packages)")
        subprocess.run(["dpkg", "--extract", archive, _ROOT], check=True)
    for archive in archives:
        archive.unlink()
    sys.stderr.write("\n")


def _show(progress: str) -> None:
    sys.stderr.write(f"\r{progress:<100.100}")
    sys.stderr.flush()


def _environment(root: Path) -> dict[str, str]:
    folders = sorted({str(library.parent) for library in root.glob("**/*-linux-gnu*/**/lib*.so*")})
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders)}
