"""What the documents show works: their queries, commands, links and settings are real."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from graphql import GraphQLError, GraphQLSchema, build_schema, parse, validate

from project.clone import ROOT, documents
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_DECISION = 35


def test_every_query_is_valid() -> None:
    assert {text: _errors(text) for _, text in _found(r"^```graphql\n(.*?)^```") if _errors(text)} == {}


def test_every_query_within_a_command_or_a_program_is_valid() -> None:
    bodies = [(document, json.loads(body)["query"]) for document, body in _found(r"(?:-d|--json) '(\{.*?\})'$")]
    others = list(_found(r"'query=(.*?)'|query: '(.*?)'|encodeURIComponent\('(.*?)'\)|printf '(\{ .*?)'"))
    assert {document for document, _ in bodies} >= {"README.md", "docs/http.md", "docs/subscriptions.md"}
    assert {text: _errors(text) for _, text in bodies + others if _errors(text)} == {}


def test_every_command_of_dev_is_real() -> None:
    commands = set(re.findall(r"^  (\w+)  ", (ROOT / "dev").read_text(encoding="utf-8"), re.MULTILINE))
    named = _found(r"(?:^|`|&& )\./dev ([a-z][\w-]*)")
    assert {(document, name) for document, name in named if name not in commands} == set()


def test_every_link_within_the_clone_leads_somewhere() -> None:
    links = _found(r"\]\(([^)\s#]+)[^)]*\)|(?:src|href)=\"([^\"#]+)")
    inside = {(document, link) for document, link in links if ":" not in link}
    assert {
        (document, link) for document, link in inside if not (ROOT / document).parent.joinpath(link).exists()
    } == set()


def test_every_setting_that_is_named_is_real() -> None:
    real = {f"STUDIOGRAPH_{name.upper()}" for name in Settings.model_fields} | {"STUDIOGRAPH_TEST_LONG"}
    others = [path for name in ("Dockerfile", "compose.yaml") if (path := ROOT / name).exists()]
    named = _found(r"\b(STUDIOGRAPH_[A-Z_]*[A-Z])\b", documents() + others)
    assert {(document, name) for document, name in named if name not in real} == set()


def test_a_decision_is_short() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "docs/decisions").glob("*.md")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_DECISION} == {}


def _found(pattern: str, paths: list[Path] | None = None) -> Iterator[tuple[str, str]]:
    """Yield (document, what the pattern's group caught) for every place in the documents."""
    for path in paths or documents():
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            yield str(path.relative_to(ROOT)), next(group for group in match.groups() if group is not None)


def _errors(query: str) -> list[str]:
    try:
        return [error.message for error in validate(_schema(), parse(query))]
    except GraphQLError as error:
        return [error.message]


@cache
def _schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
