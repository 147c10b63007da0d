"""The committed schema.graphql is what the code says."""

from __future__ import annotations

import os
import subprocess
import sys

from project.clone import ROOT


def test_the_committed_schema_is_the_exported_one() -> None:
    exported = subprocess.run(
        [sys.executable, "-m", "cli", "export-schema"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (exported.returncode, exported.stderr) == (0, "")
    committed = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    assert exported.stdout == committed, "write it again with: PYTHONPATH=src .venv/bin/python -m cli export-schema"
