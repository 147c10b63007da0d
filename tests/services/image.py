"""The Dockerfile without Docker: its instructions carried out one by one, with a folder in the place of each stage."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any, TypedDict

ROOT = Path(__file__).parents[2]
DOCKERFILE = re.sub(r"\\\n *", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
INSTRUCTION = re.compile(r"^([A-Z]+) (.+)$", re.MULTILINE)
ACCOUNT = "10001"
OWN_FOLDERS = re.compile(r"(?<![\w.:/])/(studiograph|data)\b")
NOT_SENT = shutil.ignore_patterns("__pycache__", "dist", "dist.*", "node_modules")


class Stage:
    """The files of one stage, and what its instructions say of the processes in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.directory = "/"
        self.user = "0:0"
        self.healthcheck: list[str] = []
        self.command: list[str] = []

    def path(self, name: str) -> Path:
        """Where a path of the image lies here."""
        return self.folder / os.path.normpath(Path(self.directory, name)).lstrip("/")

    def here(self, text: str) -> str:
        """What the image writes of its own folders and its account, as these are here."""
        account = ACCOUNT if _may_change_account() else str(os.geteuid())
        return OWN_FOLDERS.sub(rf"{self.folder}/\1", text).replace(ACCOUNT, account)

    def start(self, command: list[str], log: Path, **settings: str) -> subprocess.Popen[bytes]:
        """Start a command in the image's environment, and under its account where we may."""
        given = {f"STUDIOGRAPH_{name.upper()}": value for name, value in settings.items()}
        with log.open("ab") as output:
            return subprocess.Popen(
                [self.here(word) for word in command],
                cwd=self.path("."),
                env=self.environment | given,
                stdout=output,
                stderr=output,
                **_account(),
            )


class Image:
    """The Dockerfile's stages, of which the last is the image itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = _environment(folder / "programs")
        self._stages: dict[str, Stage] = {}

    def build(self) -> Stage:
        """Carry out every instruction; raises CalledProcessError when one fails."""
        for instruction, rest in INSTRUCTION.findall(DOCKERFILE):
            getattr(self, f"_{instruction.lower()}")(rest)
        return self._stage

    @property
    def _stage(self) -> Stage:
        return list(self._stages.values())[-1]

    def _from(self, rest: str) -> None:
        name = rest.partition(" AS ")[2] or "last"
        self._stages[name] = Stage(self._folder / name, dict(self._environment))

    def _workdir(self, rest: str) -> None:
        self._stage.directory = rest
        self._stage.path(".").mkdir(parents=True)

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        if sources[0].startswith("--from="):
            stage = self._stages[sources.pop(0).removeprefix("--from=")]
            shutil.copytree(stage.path(sources[0]), self._stage.path(target), symlinks=True)
            return
        for source in map(ROOT.joinpath, sources):
            if source.is_dir():
                shutil.copytree(source, self._stage.path(target), ignore=NOT_SENT, dirs_exist_ok=True)
            else:
                shutil.copy(source, self._stage.path(target))

    def _run(self, rest: str) -> None:
        stage = self._stage
        subprocess.run(["sh", "-c", stage.here(rest)], cwd=stage.path("."), env=stage.environment, check=True)

    def _env(self, rest: str) -> None:
        environment = self._stage.environment
        for variable in rest.split():
            name, _, value = variable.partition("=")
            environment[name] = self._stage.here(value).replace("$PATH", environment["PATH"])

    def _user(self, rest: str) -> None:
        self._stage.user = rest

    def _volume(self, rest: str) -> None:
        assert self._stage.path(rest).is_dir()

    def _expose(self, rest: str) -> None:
        assert rest == "8000"

    def _healthcheck(self, rest: str) -> None:
        self._stage.healthcheck = json.loads(rest.partition("CMD ")[2])

    def _cmd(self, rest: str) -> None:
        self._stage.command = json.loads(rest)


class _Account(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


_OTHER = _Account(user=int(ACCOUNT), group=int(ACCOUNT), extra_groups=[])


def _account() -> _Account:
    return _OTHER if _may_change_account() else {}


@cache
def _may_change_account() -> bool:
    """Whether we are root, and our Python lies where the image's account may run it (not in root's own home)."""
    if os.geteuid() != 0:
        return False
    try:
        return subprocess.run([_python(), "-c", ""], check=False, **_OTHER).returncode == 0
    except PermissionError:
        return False


def _python() -> str:
    return f"{sysconfig.get_config_var('BINDIR')}/python3"


def _environment(programs: Path) -> dict[str, str]:
    """What the base images have: Python under the name `python`, Node, and the caches of ./dev."""
    dev = _dev()
    programs.mkdir()
    python = programs / "python"
    python.write_text(f'#!/bin/sh\nexec {_python()} "$@"\n')
    python.chmod(0o755)
    outer = {name: value for name, value in dev.ENVIRONMENT.items() if not name.startswith(("STUDIOGRAPH_", "PYTHON"))}
    return {**outer, "PATH": f"{programs}{os.pathsep}{dev.path_with_node()}"}


def _dev() -> Any:
    """./dev as a module."""
    spec = spec_from_loader("dev", SourceFileLoader("dev", str(ROOT / "dev")))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
