"""The layout that DESIGN and ARCHITECTURE promise."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

from project.clone import PYTHON_FOLDERS, ROOT, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
WORDS_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}


def test_nothing_installed_has_a_name_of_ours() -> None:
    ours = {path.stem for path in (ROOT / "src").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert ours & (packages_distributions().keys() | sys.stdlib_module_names) == set()


def test_every_folder_of_src_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "src").glob("*/**/*.py")}
    assert [_name(path) for path in sorted(folders) if not (path / "__init__.py").exists()] == []


def test_tests_and_alembic_are_no_packages() -> None:
    assert [_name(path) for folder in ("tests", "alembic") for path in (ROOT / folder).rglob("__init__.py")] == []


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _written_by_hand()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {name: length for path in _written_by_hand() for name, length in _function_lengths(path)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_names_say_something() -> None:
    paths = (path.relative_to(ROOT) for folder in PYTHON_FOLDERS for path in (ROOT / folder).rglob("*"))
    assert [str(path) for path in paths if WORDS_THAT_SAY_NOTHING & set(path.stem.split("_"))] == []


def _written_by_hand() -> list[Path]:
    return [path for path in python_files() if "versions" not in path.parts]  # alembic writes those


def _function_lengths(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{_name(path)} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
