"""The plugin that says what did not run, in a pytest of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from absent import ALLOWED, allowed_absences
from project.clone import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SKIPPING = """
import pytest
def test_here(): pass
@pytest.mark.skip(reason="no moon")
def test_at_night(): pass
@pytest.mark.parametrize("phase", ["full"])
def test_of_the(phase): pytest.skip("no tide")
"""
LIST = "test_moon.py::test_at_night: no moon", "test_moon.py::test_of_the[full]: no tide"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


class Run:
    """A folder with the plugin, its allow-list and one module of tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "tests/absent.py", folder)
        (folder / "test_moon.py").write_text(SKIPPING)
        (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")

    def ends(self, *, ci: str, allowed: str = "") -> tuple[int, list[str], str]:
        """Run pytest; return its exit status, what it lists as not run, and its closing line."""
        (self.folder / ALLOWED.name).write_text(allowed)
        command = [sys.executable, "-m", "pytest", "-p", "absent", "-p", "no:cacheprovider", "--color=no"]
        env = os.environ | {"CI": ci, "PYTHONPATH": str(self.folder)}
        finished = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        lines = finished.stdout.splitlines()
        section = next(number for number, line in enumerate(lines) if "what did not run" in line) + 1
        listed = [line for line in lines[section:] if re.match(r"test_moon|nothing", line)]
        return finished.returncode, listed, re.sub(r" in \d.*|=+ ", "", lines[-1])


def test_a_developer_sees_what_did_not_run(run: Run) -> None:
    assert run.ends(ci="") == (0, [*LIST], "1 passed, 2 skipped")


def test_in_ci_what_did_not_run_has_failed(run: Run) -> None:
    assert run.ends(ci="true") == (1, ["nothing was skipped"], "1 failed, 1 passed, 1 error")


def test_in_ci_what_the_list_names_may_be_absent(run: Run) -> None:
    allowed = "# the list\ntest_moon.py::test_of_the  # no sea here\n"
    assert run.ends(ci="true", allowed=allowed) == (1, [LIST[1]], "1 passed, 1 skipped, 1 error")


def test_in_ci_a_whole_file_may_be_absent(run: Run) -> None:
    assert run.ends(ci="true", allowed="test_moon.py  # by day") == (0, [*LIST], "1 passed, 2 skipped")


def test_in_ci_a_module_that_skips_itself_has_failed(run: Run) -> None:
    (run.folder / "test_moon.py").write_text("import pytest\npytest.skip('clouds', allow_module_level=True)\n")
    assert run.ends(ci="true") == (2, ["nothing was skipped"], "1 error")


def test_a_line_without_a_reason_is_refused() -> None:
    with pytest.raises(
        ValueError, match=re.escape("allowed_absent.txt: tests/a.py has no reason. Write one after a #.")
    ):
        allowed_absences("tests/a.py\n")


def test_the_list_names_what_exists() -> None:
    for name in allowed_absences(ALLOWED.read_text(encoding="utf-8")):
        file, _, test = name.partition("::")
        assert f"def {test}" in (ROOT / file).read_text(encoding="utf-8")
