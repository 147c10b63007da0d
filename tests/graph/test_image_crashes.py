"""kill -9 while pictures come and go: what a client was told of is there, and the rest is found by `studiograph gc`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from db.repositories.repository import Repository
from db.scope import STAFF
from services.accounts import an_account
from services.pictures import chequered, encoded
from services.process import SECONDS, SECRET, environment, studiograph, until
from services.uploading import sent, uploaded
from settings import Settings
from storage.storage import INCOMING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from services.process import Process

KILLS = 20 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 5
AT_ONCE = 3
PICTURE = encoded(chequered())
DELETE = "mutation ($id: ID!) { deleteImage(by: {id: $id}) { deletedId } }"
NODE = "query ($id: ID!) { node(id: $id) { ... on Image { sha256 } } }"


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """The storage's folder."""
    return tmp_path / "data" / "media"


@pytest.fixture
async def member(db: Database, database_url: str, tmp_path: Path) -> Account:
    """Somebody who is signed in at every server over the database."""
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, secret=SECRET)
    return await an_account(settings, db)


async def test_killed_between_file_and_row_it_leaves_rubbish_that_is_found(
    db: Database, database_url: str, member: Account, media: Path, tmp_path: Path
) -> None:
    with _serving(tmp_path, database_url) as serving, ThreadPoolExecutor() as at, serving.client() as client:
        async with db.transaction() as tx:
            await Repository.locked(tx.users, member.id)  # even who only points to the user has to wait
            asked = at.submit(sent, client, member.headers, PICTURE)
            (file,) = until(lambda: _whole(media), serving.messages)
            serving.kill()
        assert isinstance(asked.exception(), httpx2.TransportError), "nobody was told of the picture"
    assert await db.read(STAFF).images.count() == 0
    assert _gc(tmp_path, database_url, "--dry-run")["unused"] == {"count": 0, "keys": []}, "it might still be committed"
    _age(media)
    assert _gc(tmp_path, database_url, "--dry-run")["unused"] == {"count": 1, "keys": [file]}
    assert _files(media) == [file]
    _gc(tmp_path, database_url)
    assert _files(media) == []


async def test_killed_between_deleting_row_and_file_it_deletes_the_file_later(
    database_url: str, member: Account, media: Path, tmp_path: Path
) -> None:
    with _serving(tmp_path, database_url) as serving, serving.client() as client:
        image = uploaded(client, member, PICTURE)
        (worker,) = serving.workers()
        os.kill(worker, signal.SIGSTOP)
        assert _asked(client, member, DELETE, id=image["id"]) == {"deleteImage": {"deletedId": image["id"]}}
        assert _files(media) == [image["key"]]
        serving.kill()
    with _serving(tmp_path, database_url) as serving:
        serving.url()
        until(lambda: not _files(media), lambda: f"the file stays: {serving.messages()[-3000:]}")


async def test_whenever_it_is_killed_nothing_that_was_told_is_lost(
    db: Database, database_url: str, member: Account, media: Path, tmp_path: Path
) -> None:
    told, chance = Told(), Random(2026)  # noqa: S311  (numbers, not secrets)
    for _ in range(KILLS):
        with _serving(tmp_path, database_url) as serving, ThreadPoolExecutor(AT_ONCE) as at:
            url, enough = serving.url(), len(told.uploaded) + chance.randrange(1, 6)
            busy = [at.submit(_upload_on, url, member, told) for _ in range(AT_ONCE)]
            until(partial(_has, told, enough), serving.messages)
            serving.kill()  # when one was told, the others are anywhere
            assert [isinstance(one.exception(), httpx2.TransportError) for one in busy] == [True] * AT_ONCE
    with _serving(tmp_path, database_url) as serving, serving.client() as client:
        for image in told.uploaded:
            if image["id"] not in told.deleting:
                assert sha256(client.get(image["url"]).content).hexdigest() == image["sha256"]
                assert _asked(client, member, NODE, id=image["id"]) == {"node": {"sha256": image["sha256"]}}
        for deleted in told.deleted:
            assert _asked(client, member, NODE, id=deleted) == {"node": None}
    _age(media)
    used, stored = {*await db.read(STAFF).images.keys_after("", 100_000)}, {*_files(media)}
    found = _gc(tmp_path, database_url, "--dry-run")
    assert {*found["unused"]["keys"], *found["incoming"]["keys"]} == stored - used
    assert found["missing"]["count"] == 0
    _gc(tmp_path, database_url)
    assert {*_files(media)} == used


@dataclass
class Told:
    """What clients were told of, and what they asked for last."""

    uploaded: list[dict[str, Any]] = field(default_factory=list)
    deleting: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)


def _upload_on(url: str, account: Account, told: Told) -> None:
    """Upload picture after picture, and delete each third, until the server is gone."""
    with httpx2.Client(base_url=url, timeout=SECONDS) as client:
        while True:
            image = uploaded(client, account, PICTURE)
            told.uploaded.append(image)
            if len(told.uploaded) % 3 == 0:
                told.deleting.add(image["id"])
                _asked(client, account, DELETE, id=image["id"])
                told.deleted.append(image["id"])


def _has(told: Told, number: int) -> bool:
    return len(told.uploaded) >= number


def _serving(folder: Path, database_url: str) -> AbstractContextManager[Process]:
    return studiograph(
        folder, "serve", "--port", "0", "--empty", database_url=database_url, secret=SECRET, rate_limit="off"
    )


def _asked(client: httpx2.Client, account: Account, query: str, **variables: Any) -> dict[str, Any]:
    response = client.post("/graphql", json={"query": query, "variables": variables}, headers=account.headers)
    data: dict[str, Any] = response.json()["data"]
    return data


def _gc(folder: Path, database_url: str, *options: str) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-m", "cli", "gc", "--json", *options],
        env=environment(folder, database_url=database_url),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def _files(media: Path) -> list[str]:
    """The keys of all files, those too that are not whole."""
    return [path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()]


def _whole(media: Path) -> list[str]:
    """The keys of all files that pictures may have."""
    return [key for key in _files(media) if not key.startswith(INCOMING)]


def _age(media: Path) -> None:
    """Let it be the day after tomorrow, as far as files tell."""
    for path in media.rglob("*"):
        os.utime(path, times=(time.time() - 2 * 86_400,) * 2)
