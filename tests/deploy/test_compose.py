"""compose.yaml hangs together, its services, their settings and what they mount; no Docker engine reads it here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.process import SECRET
from settings import Settings

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"( *)([\w-]+):(?: (.+?))?(?: +#.*)?")
VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
GIVEN = {"STUDIOGRAPH_SECRET": SECRET, "POSTGRES_PASSWORD": "hush"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as data."""
    return _parsed((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_services_wait_for_services_that_can_be_waited_for(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for awaited, how in service.get("depends_on", {}).items():
            if how == {"condition": "service_healthy"}:
                assert services[awaited].get("healthcheck") or _is_ours(services[awaited])
            else:
                assert how == {"condition": "service_completed_successfully"}
                assert "restart" not in services[awaited]


def test_the_migration_runs_before_the_server(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name for name, service in services.items() if _is_ours(service)} == {"migrate", "studiograph"}
    assert services["migrate"]["command"] == ["studiograph", "migrate", "up"]
    assert list(services["migrate"]["depends_on"]) == ["postgresql"]
    assert list(services["studiograph"]["depends_on"]) == ["migrate"]
    assert list(services["nginx"]["depends_on"]) == ["studiograph"]


@pytest.mark.parametrize("service", ["migrate", "studiograph"])
def test_its_settings_are_ours_and_lead_to_its_database(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    monkeypatch.setenv("STUDIOGRAPH_ENVIRONMENT", "production")  # as the image sets it
    for name, value in compose["services"][service]["environment"].items():
        assert name.removeprefix("STUDIOGRAPH_").lower() in Settings.model_fields
        monkeypatch.setenv(name, VARIABLE.sub(_given, value))
    settings = Settings()
    assert settings.database_url == "postgresql://studiograph:hush@postgresql/studiograph"
    assert settings.allowed_hosts[0] == "localhost"
    assert settings.valkey_url == "valkey://valkey:6379/0"


def test_only_nginx_is_reached_from_outside_and_leads_to_the_server(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "nginx": ["8080:8080"]
    }
    configuration = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"listen (.+);|server (.+:.+);", configuration) == [("", "studiograph:8000"), ("8080", "")]


def test_what_is_mounted_is_there(compose: dict[str, Any]) -> None:
    mounted = [
        volume.partition(":")[0] for service in compose["services"].values() for volume in service.get("volumes", ())
    ]
    named = {name for name in mounted if not name.startswith("./")}
    assert named == set(compose["volumes"])
    assert [name for name in mounted if name not in named and not (ROOT / name).is_file()] == []


def test_what_is_not_used_by_itself_does_not_start(compose: dict[str, Any]) -> None:
    chosen = {name for name, service in compose["services"].items() if service.get("profiles")}
    assert chosen == {"s3"}


def _is_ours(service: dict[str, Any]) -> bool:
    """Built from the Dockerfile, which brings a health check."""
    return service.get("build") == "."


def _given(variable: re.Match[str]) -> str:
    name, _, default = variable.groups()
    return GIVEN.get(name) or default


def _parsed(text: str) -> dict[str, Any]:
    """The part of YAML that the file is written in: mappings by indentation, lists in brackets, anchors."""
    parsed: dict[str, Any] = {}
    anchors: dict[str, Any] = {}
    above = [(-1, parsed)]
    for line in filter(lambda line: line.strip() and line.strip()[0] != "#", text.splitlines()):
        match = LINE.fullmatch(line)
        assert match, f"more YAML than this test reads: {line}"
        indent, name, value = len(match[1]), match[2], match[3] or ""
        while above[-1][0] >= indent:
            above.pop()
        below = _value(value, anchors)
        if value.startswith("&"):
            anchors[value[1:]] = below
        assert name not in above[-1][1]
        above[-1][1][name] = below
        if isinstance(below, dict):
            above.append((indent, below))
    return parsed


def _value(text: str, anchors: dict[str, Any]) -> Any:
    if text[:1] in ("", "&"):
        return {}
    if text[0] == "*":
        return anchors[text[1:]]
    if text[0] in "[{" and '"' not in text:
        text = re.sub(r"(?<=[\[{,: ])([\w.-]+)(?=[]},:])", r'"\1"', text)
    return json.loads(text) if text[0] in '[{"' else text
