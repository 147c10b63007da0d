"""The image: its steps run one by one without Docker, and what comes out of them serves."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from services.image import ACCOUNT, DOCKERFILE, ROOT, Image
from services.process import SECONDS, SECRET, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from services.image import Stage

PORT = "8000"


@pytest.fixture(scope="module")
def image() -> Iterator[Stage]:
    """The image, made where another account can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="studiograph-image-"))
    folder.chmod(0o755)
    yield Image(folder).build()
    shutil.rmtree(folder)


def test_the_build_is_sent_only_what_it_copies() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert lines[0] == "*"
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == {
        source.rstrip("/") for sources in copied for source in sources.split()
    }


def test_it_does_not_run_as_root(image: Stage) -> None:
    assert image.user == f"{ACCOUNT}:{ACCOUNT}"


def test_it_says_what_is_missing_before_it_serves(image: Stage, tmp_path: Path) -> None:
    assert _run(image, ["studiograph", "serve"], tmp_path / "first") == (1, "STUDIOGRAPH_SECRET is missing; ")
    assert _run(image, ["studiograph", "serve"], tmp_path / "second", secret=SECRET) == (
        1,
        "The database is not at the revision of this version. Run: studiograph migrate up\n",
    )


def test_it_migrates_serves_and_ends_in_good_order(image: Stage, tmp_path: Path) -> None:
    before = _files(image)
    with _serving(image, tmp_path) as (server, url):
        client = httpx2.Client(base_url=url, timeout=SECONDS)
        query = {"query": "{ designs { totalCount } }"}
        assert client.post("/graphql", json=query).json() == {"data": {"designs": {"totalCount": 0}}}
        assert client.get("/ready").json() == {"status": "ready"}
        assert client.get("/info").json()["environment"] == "production"
        page = client.get("/console/")
        scripts = re.findall(r'src="\./([^"]+)"', page.text)
        assert scripts
        assert {client.get(f"/console/{script}").status_code for script in scripts} == {200}
        client.close()

        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    assert _files(image) == before


@contextmanager
def _serving(image: Stage, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    assert _run(image, ["studiograph", "migrate", "up"], folder / "migrating", secret=SECRET)[0] == 0
    port = _free_port()
    healthcheck = [word.replace(PORT, port) for word in image.healthcheck]
    assert _run(image, healthcheck, folder / "not-yet")[0] == 1
    command = [*("127.0.0.1" if word == "0.0.0.0" else word for word in image.command), "--port", port]  # noqa: S104
    server = image.start(command, folder / "serving", secret=SECRET)
    try:
        until(lambda: _run(image, healthcheck, folder / "health")[0] == 0, (folder / "serving").read_text)
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _run(image: Stage, command: list[str], log: Path, **settings: str) -> tuple[int, str]:
    """A command's exit code, and what it told up to where it says how."""
    code = image.start(command, log, **settings).wait(SECONDS)
    return code, log.read_text().partition("make one")[0]


def _files(image: Stage) -> list[Path]:
    return sorted(image.path(".").rglob("*"))


def _free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])
