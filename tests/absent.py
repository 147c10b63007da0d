"""A pytest plugin: ends a run with the list of what did not run and why.

Where CI is set, what did not run has failed, unless tests/allowed_absent.txt names it or its file, with the reason.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

ALLOWED = Path(__file__).with_name("allowed_absent.txt")


def allowed_absences(text: str) -> dict[str, str]:
    """Return {node id or file: reason} of an allow-list; raises ValueError for a line without a reason."""
    allowed = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, reason = (part.strip() for part in line.partition("#"))
        if name and not reason:
            raise ValueError(f"{ALLOWED.name}: {name} has no reason. Write one after a #.")
        if name:
            allowed[name] = reason
    return allowed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test's skip into a failure where it must not be."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a module's skip into a failure where it must not be."""
    report = yield
    _refuse(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what did not run, before pytest's closing line."""
    skipped = terminalreporter.stats.get("skipped", [])
    terminalreporter.section("what did not run")
    for report in skipped:
        terminalreporter.write_line(f"{report.nodeid}: {_reason(report)}")
    if not skipped:
        terminalreporter.write_line("nothing was skipped")


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and os.environ.get("CI") and not _is_allowed(report.nodeid):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} did not run: {_reason(report)}. {ALLOWED.name} does not allow it."


def _is_allowed(name: str) -> bool:
    allowed = allowed_absences(ALLOWED.read_text(encoding="utf-8"))
    return any(name == each or name.startswith((f"{each}::", f"{each}[")) for each in allowed)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)
