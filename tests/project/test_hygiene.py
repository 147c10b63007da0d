"""What must not be in the repository: addresses, paths of somebody's machine, files that tools write."""

from __future__ import annotations

import re

import pytest

from project.clone import ROOT, git

LOCKS = [
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-s3.lock",
    "requirements-schemathesis.lock",
    "console/package-lock.json",
    "tests/clients/package-lock.json",
]
GENERATED = re.compile(
    r"(^|/)(\.venv|\.cache|__pycache__|node_modules|dist(\.\w+)?|data|\.[\w-]+_cache|\.hypothesis)/"
    r"|\.(pyc|sqlite3?(-\w+)?|log)$|(^|/)\.coverage"
)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address_and_no_machine(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if re.search(r"\w+://|file:|[ \"'](/|~/|\.\./)\w", line)]
    assert found == [], "./dev lock removes them"


def test_git_holds_no_generated_file() -> None:
    names = git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    assert [name for name in names if GENERATED.search(name)] == []
