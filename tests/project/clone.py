"""The files of this clone, as the tests of the project itself read them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON_FOLDERS = ("src", "tests", "alembic", "benchmarks", "docs")


def python_files(*folders: str) -> list[Path]:
    """Return the Python files of some folders of the clone, and `dev`."""
    found = (path for folder in folders or PYTHON_FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return [ROOT / "dev", *sorted(found)]


def documents() -> list[Path]:
    """Return every Markdown file that people read."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def git(*arguments: str) -> str:
    """Return what git prints about this clone; skips where there is no git or no clone of its own."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments]
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git clone")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
