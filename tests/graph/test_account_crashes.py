"""kill -9 while people sign up and are approved: what was acknowledged is there after the next start."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx2

from services.process import SECRET, environment, studiograph, until

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 20 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 5
PASSWORD = "correct horse battery"  # noqa: S105  (kept only for tests)
REGISTER = """mutation ($name: String!) {
  answer: register(input: {username: $name, password: "correct horse battery"}) { user { id } }
}"""
APPROVE = "mutation ($id: ID!) { answer: approveUser(id: $id) { user { id status } } }"
LOG_IN = """mutation { answer: logIn(input: {username: "boss", password: "correct horse battery"}) {
  tokens { accessToken }
} }"""
STATUSES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on User { status } } }"


def test_no_acknowledged_write_is_lost(empty_url: str, tmp_path: Path) -> None:
    settings = {"database_url": empty_url, "rate_limit": "off", "secret": SECRET}
    with studiograph(tmp_path, "migrate", "up", **settings) as migrating:
        assert migrating.exit_code() == 0
    _make_admin(tmp_path, settings)
    acknowledged: dict[str, str] = {}
    for turn in range(KILLS):
        with studiograph(tmp_path, "serve", "--empty", "--port", "0", **settings) as serving:
            already = len(acknowledged)
            writing = Thread(target=_write, args=(serving.url(), f"turn{turn}", acknowledged))
            writing.start()
            until(lambda: len(acknowledged) >= already + 1 + turn % 3, serving.messages)  # noqa: B023  (asked at once)
            serving.kill()
            writing.join()
    with studiograph(tmp_path, "serve", "--empty", "--port", "0", **settings) as serving:
        url = serving.url()
        found = _ask(url, STATUSES, _signed_in(url), ids=list(acknowledged))["nodes"]
    assert {user["id"]: user["status"] for user in found if acknowledged[user["id"]] == "APPROVED"} == {
        user: status for user, status in acknowledged.items() if status == "APPROVED"
    }
    assert [user["id"] for user in found] == list(acknowledged)


def _write(url: str, prefix: str, acknowledged: dict[str, str]) -> None:
    with suppress(httpx2.HTTPError):
        admin = _signed_in(url)
        for number in range(1_000):
            user = _ask(url, REGISTER, admin, name=f"{prefix}-{number}")["answer"]["user"]["id"]
            acknowledged[user] = "PENDING"
            acknowledged[user] = _ask(url, APPROVE, admin, id=user)["answer"]["user"]["status"]


def _signed_in(url: str) -> dict[str, str]:
    token = _ask(url, LOG_IN, {})["answer"]["tokens"]["accessToken"]
    return {"authorization": f"Bearer {token}"}


def _ask(url: str, query: str, headers: dict[str, str], **variables: Any) -> Any:
    sent = {"query": query, "variables": variables}
    return httpx2.post(f"{url}/graphql", json=sent, headers=headers, timeout=60).json()["data"]


def _make_admin(folder: Path, settings: dict[str, str]) -> None:
    command = [sys.executable, "-m", "cli", "create-admin", "--username", "boss", "--password-stdin"]
    subprocess.run(
        command, input=f"{PASSWORD}\n", env=environment(folder, **settings), text=True, check=True, capture_output=True
    )
