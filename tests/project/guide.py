"""A document with operations and their answers, and somebody who follows it from top to bottom."""

from __future__ import annotations

import json
import os
import re
import subprocess
from base64 import urlsafe_b64decode
from dataclasses import dataclass, replace
from string import Template
from typing import TYPE_CHECKING, Any

import httpx2

from project.clone import ROOT
from services import debian

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from services.server import Server
    from settings import Settings

PIECE = re.compile(r"^#{2,} (?P<heading>[^\n]+)$|^```(?P<kind>[^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
HEADER = re.compile(r"^# ([\w-]+): (.+)$", re.MULTILINE)
NAME = re.compile(r"\$(\w+)")
ANYTHING = "…"


@dataclass(frozen=True)
class Step:
    """Something that the document says to do, and the answer that it says will come."""

    heading: str
    kind: str
    text: str
    variables: str = "{}"
    answer: str | None = None


def read(name: str) -> str:
    """A page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def steps(document: str) -> list[Step]:
    """All that a document says to do, in its order; an operation once for each of its variables."""
    found: list[Step] = []
    heading = ""
    for piece in PIECE.finditer(document):
        heading, kind, text = piece["heading"] or heading, piece["kind"] or "", piece["text"]
        if kind == "json variables" and found[-1].answer is None:
            found[-1] = replace(found[-1], variables=text)
        elif kind == "json variables":
            found.append(replace(found[-1], variables=text, answer=None))
        elif kind == "json answer":
            found[-1] = replace(found[-1], answer=text)
        elif kind.startswith("json claims"):
            found.append(Step(heading, kind, "", answer=text))
        elif kind:
            found.append(Step(heading, kind, text))
    return found


class Follower:
    """Has an app, a browser and a shell; keeps what the answers tell, and what was `told` before."""

    def __init__(self, server: Server, settings: Settings, folder: Path, **told: str) -> None:
        self._told: dict[str, Any] = dict(told)
        self._app = server.client
        self._browser = httpx2.Client(base_url=server.url)
        self._folder = folder
        chosen = {"database_url": settings.database_url, "data_dir": str(settings.data_dir)}
        curl = debian.program("curl", "curl")
        self._env = {**curl.env, "PATH": f"{curl.path.parent}:{os.environ['PATH']}", "server": server.url}
        self._env |= {f"STUDIOGRAPH_{name.upper()}": value for name, value in chosen.items()}

    def follow(self, step: Step) -> None:
        """Do what the document says, and compare the whole answer with what it shows."""
        answer = self._done(step)
        if step.answer is not None:
            assert _walked(json.loads(step.answer), self._expected, answer) == answer, f"{step.heading}\n{step.text}"

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()

    def _done(self, step: Step) -> Any:
        kind, _, name = step.kind.partition(" ")
        if kind == "graphql":
            return self._asked(step)
        if kind == "sh":
            return self._run(step.text)
        if kind == "csv":
            return (self._folder / name).write_text(step.text, encoding="utf-8")
        return _payload(self._told[name.removeprefix("claims of ")])

    def _asked(self, step: Step) -> Any:
        headers = {name: self._value(value) for name, value in HEADER.findall(step.text)}
        variables = _walked(json.loads(step.variables), lambda written, _: self._value(written))
        client = self._browser if "x-studiograph-csrf" in headers else self._app
        return client.post("/graphql", json={"query": step.text, "variables": variables}, headers=headers).json()

    def _run(self, command: str) -> Any:
        env = {**self._env, **{name: str(value) for name, value in self._told.items()}}
        shell = ["sh", "-euc", command]
        done = subprocess.run(shell, cwd=self._folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    def _value(self, written: str) -> Any:
        """A text with values in the place of names; KeyError for a name that no answer has shown."""
        name = NAME.fullmatch(written)
        return self._told[name[1]] if name else Template(written).substitute(self._told)

    def _expected(self, written: str, actual: Any) -> Any:
        """The same in an answer, where a new name takes the value that is there."""
        if name := NAME.fullmatch(written):
            self._told.setdefault(name[1], actual)
        return actual if written == ANYTHING else self._value(written)


def _walked(written: Any, leaf: Callable[[str, Any], Any], actual: Any = None) -> Any:
    """What is written, each text replaced by `leaf` of it and of what stands in its place in the actual answer."""
    if isinstance(written, dict):
        there = actual if isinstance(actual, dict) else {}
        return {name: _walked(value, leaf, there.get(name)) for name, value in written.items()}
    if isinstance(written, list):
        at = dict(enumerate(actual if isinstance(actual, list) else ()))
        return [_walked(value, leaf, at.get(place)) for place, value in enumerate(written)]
    return leaf(written, actual) if isinstance(written, str) else written


def _payload(token: str) -> Any:
    body = token.split(".")[1]
    return json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
