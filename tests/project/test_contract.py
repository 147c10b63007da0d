"""The schema against the public contract; what is still open stands in a ledger that only shrinks."""

from __future__ import annotations

import subprocess
import sys

from project.clone import ROOT, git

CONTRACT = "tests/contract"
LEDGER = f"{CONTRACT}/open.txt"
REWRITE = (
    "Write the ledger again with: .venv/bin/python tests/contract/contract_check.py schema.graphql --partial"
    " | grep ^missing > tests/contract/open.txt"
)


def test_the_schema_differs_nowhere() -> None:
    assert _findings("differs") == set()


def test_what_is_missing_stands_in_the_ledger() -> None:
    assert _findings("missing") - _ledger() == set(), "the contract asks for this, and the schema had it or never will"


def test_what_is_there_has_left_the_ledger() -> None:
    assert _ledger() - _findings("missing") == set(), REWRITE


def test_the_ledger_does_not_grow() -> None:
    versions = git("log", "--max-count=2", "--format=%H", "--", LEDGER).split() if _has_commits() else []
    for version in versions:
        earlier = _members(_lines(git("show", f"{version}:{LEDGER}")))
        assert _members(_ledger()) - earlier == set(), f"opened again since {version}"


def _findings(verdict: str) -> set[str]:
    command = [sys.executable, f"{CONTRACT}/contract_check.py", "schema.graphql", "--partial"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "contract:" in finished.stdout, finished.stderr
    return {line for line in finished.stdout.splitlines() if line.startswith(verdict)}


def _ledger() -> set[str]:
    return _lines((ROOT / LEDGER).read_text(encoding="utf-8"))


def _lines(text: str) -> set[str]:
    return set(text.splitlines())


def _members(lines: set[str]) -> set[str]:
    """The members alone: how one is declared is told only once its type is there."""
    return {line.partition(":")[0] for line in lines}


def _has_commits() -> bool:
    return bool(git("rev-list", "--all", "--max-count=1"))
