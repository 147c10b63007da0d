"""The lock files: everything pinned and hashed, as pyproject.toml says; what is tested is what serves."""

from __future__ import annotations

import re
import tomllib

import pytest

from project.clone import ROOT

RUNTIME, DEV, S3 = "requirements.lock", "requirements-dev.lock", "requirements-s3.lock"
SCHEMATHESIS = "requirements-schemathesis.lock"


@pytest.mark.parametrize("lock", [RUNTIME, DEV, S3, SCHEMATHESIS])
def test_every_requirement_has_a_version_and_a_hash(lock: str) -> None:
    entries = _entries(lock)
    assert entries
    assert [
        entry for entry in entries if not re.match(r"[\w.\[\]-]+==\S+", entry) or "--hash=sha256:" not in entry
    ] == []


def test_what_pyproject_pins_is_locked_in_the_same_version() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, groups = pyproject["project"]["dependencies"], pyproject["dependency-groups"]
    assert _pins(runtime).items() <= _pins(_entries(RUNTIME)).items()
    assert _pins(runtime + groups["dev"]).items() <= _pins(_entries(DEV)).items()
    assert _pins(groups["s3"]).items() <= _pins(_entries(S3)).items()
    assert _pins(groups["schemathesis"]).items() <= _pins(_entries(SCHEMATHESIS)).items()


def test_what_is_tested_is_what_serves() -> None:
    assert _pins(_entries(RUNTIME)).items() <= _pins(_entries(DEV)).items()


def _entries(lock: str) -> list[str]:
    """Each requirement of a lock file, with its hashes, as one line."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _pins(requirements: list[str]) -> dict[str, str]:
    """{name: version} of requirements, whatever extras and markers they have."""
    pins = (re.match(r"([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", requirement) for requirement in requirements)
    return {pin[1].lower().replace("_", "-"): pin[2] for pin in pins if pin}
