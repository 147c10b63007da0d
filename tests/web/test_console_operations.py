"""The console's ready operations: each is explained, fits the contract, and comes with variables that fit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import get_variable_values

from contract.contract_check import with_connections

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "console" / "src"
CONTRACT = ROOT / "tests" / "contract" / "contract.graphql"
DOCUMENTS = sorted((SOURCES / "operations").glob("*.graphql"))
INTRODUCTION = re.compile(r"# (?P<title>[A-Z][^\n.]+)\n# (?P<text>[A-Z](?:[^\n]|\n# )+\.)\n(?:query|mutation) ")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    """What the server promises, with the connections that its conventions imply."""
    return build_schema(with_connections(CONTRACT.read_text(encoding="utf-8")))


@each_document
def test_an_operation_fits_the_contract(contract: GraphQLSchema, document: Path) -> None:
    assert validate(contract, parse(document.read_text(encoding="utf-8"))) == []


@each_document
def test_its_variables_fit(contract: GraphQLSchema, document: Path) -> None:
    variables = json.loads(document.with_suffix(".json").read_text(encoding="utf-8"))
    definitions = _operation(document).variable_definitions or ()

    assert {definition.variable.name.value for definition in definitions} == variables.keys()
    assert not isinstance(get_variable_values(contract, definitions, variables), list), "a list tells what is wrong"


@each_document
def test_it_begins_with_a_title_and_what_to_fill_in(document: Path) -> None:
    assert INTRODUCTION.match(document.read_text(encoding="utf-8"))


def test_the_panel_lists_them_all() -> None:
    listed = re.findall(r"^  '([\w-]+)',$", (SOURCES / "operations.js").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(listed) == [document.stem for document in DOCUMENTS]


def test_no_two_have_the_same_title_or_name() -> None:
    titles = {document.read_text(encoding="utf-8").splitlines()[0] for document in DOCUMENTS}
    names = {operation.name.value for operation in map(_operation, DOCUMENTS) if operation.name}

    assert (len(titles), len(names)) == (len(DOCUMENTS), len(DOCUMENTS))


def test_nothing_has_lost_its_operation() -> None:
    variables = (SOURCES / "operations").glob("*.json")

    assert sorted(path.stem for path in variables) == [document.stem for document in DOCUMENTS]


def _operation(document: Path) -> OperationDefinitionNode:
    (operation,) = parse(document.read_text(encoding="utf-8")).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation
