"""Schemathesis, which asks by the schema that the server itself tells, as an admin."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from services.accounts import an_account
from services.front_door import environment

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.server import Server

EXAMPLES = 15
"""Of each field of Query and Mutation."""
SEED = 20_261_121
SECONDS = 60
LEFT_OUT = (
    "Mutation.logOut", "Mutation.logOutEverywhere", "Mutation.deleteAccount", "Mutation.uploadImage",
    "Mutation.importItems",
)  # fmt: skip
"""Those that would end the session, and those whose files it cannot make."""


SCALARS = """
import schemathesis
from hypothesis import strategies
from schemathesis.graphql import nodes

schemathesis.graphql.scalar("LocalTime", strategies.times().map(lambda time: nodes.String(f"{time:%H:%M}")))
texts = {"Locale": ["ko", "en-GB"], "TimeZone": ["Asia/Seoul", "Mars"], "CurrencyCode": ["KRW", "X"]}
texts["URL"] = ["https://example.com", "x"]
for name, values in texts.items():
    schemathesis.graphql.scalar(name, strategies.sampled_from(values).map(nodes.String))
schemathesis.graphql.scalar("Decimal", strategies.integers(-9, 10**9).map(lambda cents: nodes.String(f"{cents / 100}")))
"""
"""What it has to be told of our scalars; it reads that from a module beside it."""


async def test_finds_no_server_error(server: Server, db: Database, tmp_path: Path) -> None:
    admin = await an_account(server, db, role="ADMIN")
    program = environment("schemathesis") / "bin" / "schemathesis"
    (tmp_path / "scalars.py").write_text(SCALARS, encoding="utf-8")
    asked = ["--header", f"Authorization: {admin.headers['authorization']}", "--seed", str(SEED)]
    asked += ["--checks", "not_a_server_error", "--phases", "fuzzing", "--max-examples", str(EXAMPLES), "--no-shrink"]
    asked += [f"--exclude-name={name}" for name in LEFT_OUT]
    asked += ["--warnings", "off", "--report-har-path", "told.har"]
    ended = subprocess.run(  # noqa: ASYNC221  (the server answers in a thread of its own)
        [program, "run", f"{server.url}/graphql", *asked],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "scalars"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    told = (tmp_path / "told.har").read_text(encoding="utf-8")
    assert "userErrors" in told
    assert "INTERNAL_SERVER_ERROR" not in told, "a fault that is masked is a fault"
