"""What import-linter cannot hold: it knows neither single modules like settings.py nor the standard library."""

from __future__ import annotations

import ast
import sys
from fnmatch import fnmatch
from typing import TYPE_CHECKING

import pytest

from project.clone import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

IMPORTERS = {
    "app": ["cli.py", "serve.py", "work.py"],
    "settings": ["app.py", "work.py", "cli.py", "serve.py", "doctor.py", "terminal.py"],
    "strawberry": ["graph/*", "engine/strawberry_*.py"],
    "sqlalchemy": ["db/*"],
    "asyncpg": ["db/*"],
    "sqlite3": ["db/*"],
    "alembic": ["db/*", "cli.py"],
    "starlette": ["app.py", "cli.py", "serve.py", "engine/*", "web/*", "graph/*"],
}
"""module: the files of src that may import it."""


@pytest.mark.parametrize("module", IMPORTERS)
def test_is_imported_only_where_it_belongs(module: str) -> None:
    importers = {file for file, imported in _imports() if imported == module}
    assert {file for file in importers if not any(fnmatch(file, allowed) for allowed in IMPORTERS[module])} == set()


def test_rules_import_the_standard_library_only() -> None:
    imported = {(file, module) for file, module in _imports() if file.startswith("rules/")}
    assert {(file, module) for file, module in imported if module not in {*sys.stdlib_module_names, "rules"}} == set()


def _imports() -> Iterator[tuple[str, str]]:
    """Yield (file of src, top-level module that it imports), wherever in the file the import stands."""
    for path in (ROOT / "src").rglob("*.py"):
        file = path.relative_to(ROOT / "src").as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name.partition(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield file, (node.module or "").partition(".")[0]
