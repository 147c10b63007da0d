"""./dev in a small clone, where uv, node and npm are stand-ins that note what they are asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from project.clone import ROOT
from services.process import until

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 20.0
CLI = "import os, sys\nprint(os.getpid(), os.environ['PYTHONPATH'], *sys.argv[1:])\nsys.exit(7)\n"
UV = f"""\
#!{sys.executable}
import pathlib, subprocess, sys
if sys.argv[1] == "--version":
    print("uv")
else:
    with pathlib.Path(__file__).with_name("asked").open("a") as asked:
        asked.write(f"{{sys.argv[1]}} {{pathlib.Path(sys.argv[-1]).name}}\\n")
    if sys.argv[1] == "venv":
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--clear", sys.argv[-1]], check=True)
"""
NODE = "#!/bin/sh\necho v22.12.0\n"
NPM = """\
#!/bin/sh
case $1 in
    --version) echo 11 ;;
    run) mkdir "$CONSOLE_OUT" && echo new >"$CONSOLE_OUT/index.html" ;;
esac
"""


class Clone:
    """A folder with ./dev and as little else as it can do with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file("requirements.lock", "a==1\n")
        self.file("requirements-dev.lock", "a==1\nb==1\n")
        self.file("src/cli.py", CLI)
        self.file("benchmarks/run.py", CLI)
        self.file("console/dist/index.html", "old\n")
        for program, text in (("uv", UV), ("node", NODE), ("npm", NPM)):
            self.file(f"bin/{program}", text).chmod(0o755)
        shutil.copy(ROOT / "dev", folder)

    def file(self, name: str, text: str) -> Path:
        """Write a file of the clone."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ./dev from another folder."""
        return subprocess.Popen(
            [sys.executable, self.folder / "dev", *arguments],
            cwd="/",
            env=os.environ | {"PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run ./dev to its end; return its exit status, output and messages."""
        process = self.start(*arguments)
        output, messages = process.communicate(timeout=SECONDS)
        return process.returncode, output, messages

    def asked_of_uv(self) -> list[str]:
        """Return what uv was asked so far."""
        return (self.folder / "bin/asked").read_text().splitlines()

    def console(self) -> list[str]:
        """Return what lies in the console's folder, and what is served."""
        page = self.folder / "console/dist/index.html"
        return [*sorted(path.name for path in page.parents[1].iterdir()), page.read_text() if page.exists() else ""]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["deploy"], 2), (["--help"], 0)])
def test_without_a_known_command_it_shows_them_all(clone: Clone, arguments: list[str], status: int) -> None:
    ended, output, messages = clone.run(*arguments)
    assert (ended, output) == (status, "")
    assert [line.split()[0] for line in messages.splitlines()[2:]] == [
        *("serve", "test", "check", "bench", "console", "lock")
    ]
    assert not (clone.folder / ".venv").exists()


def test_serve_becomes_the_server(clone: Clone) -> None:
    process = clone.start("serve", "--port", "0")
    output, _ = process.communicate(timeout=SECONDS)
    assert (process.returncode, output) == (7, f"{process.pid} {clone.folder / 'src'} serve --port 0\n")


def test_only_the_first_run_prepares_the_environment(clone: Clone) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    first, second = (clone.run("serve")[2].splitlines() for _ in range(2))
    assert first == [f"dev: making .venv for Python {version}", "dev: installing requirements.lock with uv"]
    assert second == []
    assert clone.asked_of_uv() == ["venv .venv", "pip requirements.lock"]


def test_a_changed_lock_file_is_installed_into_the_same_environment(clone: Clone) -> None:
    clone.run("serve")
    clone.file("requirements.lock", "a==2\n")
    clone.run("serve")
    assert clone.asked_of_uv() == ["venv .venv", "pip requirements.lock", "pip requirements.lock"]


def test_what_is_installed_to_develop_also_serves(clone: Clone) -> None:
    clone.run("bench")
    clone.run("serve")
    assert clone.asked_of_uv() == ["venv .venv", "pip requirements-dev.lock"]


def test_an_environment_without_a_stamp_is_made_anew(clone: Clone) -> None:
    clone.run("serve")
    (clone.folder / ".venv/dev.stamp").unlink()
    clone.run("serve")
    assert clone.asked_of_uv() == ["venv .venv", "pip requirements.lock"] * 2


def test_two_runs_at_once_prepare_it_once(clone: Clone) -> None:
    runs = [clone.start("serve") for _ in range(2)]
    outputs = [run.communicate(timeout=SECONDS)[0].split()[2:] for run in runs]
    assert ([run.returncode for run in runs], outputs) == ([7, 7], [["serve"], ["serve"]])
    assert clone.asked_of_uv() == ["venv .venv", "pip requirements.lock"]


def test_a_new_build_of_the_console_takes_the_place_of_the_old(clone: Clone) -> None:
    assert clone.run("console") == (0, "", "dev: building the console\n")
    assert clone.console() == ["dist", "new\n"]


def test_a_failed_build_leaves_the_old_one_served(clone: Clone) -> None:
    clone.file("bin/npm", NPM.replace("echo new", "false"))
    failure = "dev: building the console\ndev: npm failed with exit status 1; the lines above say why.\n"
    assert clone.run("console") == (1, "", failure)
    assert clone.console() == ["dist", "old\n"]


def test_a_build_that_is_there_is_kept_when_only_a_missing_one_is_asked_for(clone: Clone) -> None:
    assert clone.run("console", "--if-missing") == (0, "", "")
    assert clone.console() == ["dist", "old\n"]


def test_serve_has_a_missing_console_built_in_the_background(clone: Clone) -> None:
    shutil.rmtree(clone.folder / "console/dist")
    assert clone.run("serve")[0] == 7
    until(lambda: clone.console() == ["dist", "new\n"], lambda: str(clone.console()))
