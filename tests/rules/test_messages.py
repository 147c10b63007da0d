"""Whatever is refused is told in every language: the catalogue is held against the source itself."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from rules.messages import LANGUAGES, told

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[2] / "src"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MESSAGE = 1
"""The place of the message among the arguments of Refusal."""


def messages() -> set[str]:
    """Every message that a Refusal of ours is made with."""
    return {message for path in SOURCE.rglob("*.py") for message in _of_module(ast.parse(path.read_text("utf-8")))}


def _of_module(module: ast.Module) -> Iterator[str]:
    for function in (node for node in ast.walk(module) if isinstance(node, FUNCTIONS)):
        for call in _calls(function, "Refusal"):
            yield from _literals(call.args[MESSAGE], function, module)


def _literals(given: ast.expr, function: ast.AST, module: ast.Module) -> Iterator[str]:
    """The literals behind an argument: itself, its alternatives, a variable, or a parameter as callers fill it."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from _literals(given.body, function, module)
        yield from _literals(given.orelse, function, module)
    elif isinstance(given, ast.Dict):
        for value in given.values:
            yield from _literals(value, function, module)
    elif isinstance(given, ast.Subscript):
        yield from _literals(given.value, function, module)
    elif isinstance(given, ast.Name) and isinstance(function, FUNCTIONS):
        yield from _named(given.id, function, module)
    else:
        pytest.fail(f"line {given.lineno}: a message that is no literal cannot be translated")


def _named(name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, module: ast.Module) -> Iterator[str]:
    places = [argument.arg for argument in function.args.args]
    if name in places:
        for caller in (node for node in ast.walk(module) if isinstance(node, FUNCTIONS)):
            for call in _calls(caller, function.name):
                yield from _literals(call.args[places.index(name)], caller, module)
        return
    values = [
        node.value
        for scope in (function, module)
        for node in (ast.walk(scope) if scope is function else module.body)
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    ]
    assert values, f"line {function.lineno}: nobody knows what {name} says"
    for value in values:
        yield from _literals(value, function, module)


def _calls(function: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_no_other(language: str) -> None:
    raised = messages()
    assert len(raised) > 40
    assert raised == set(LANGUAGES[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_values(language: str) -> None:
    catalogue = LANGUAGES[language].items()
    assert [message for message, text in catalogue if _placeholders(message) != _placeholders(text)] == []


def test_a_message_is_told_in_the_first_language_that_has_it() -> None:
    message, korean = "At most {max} characters.", "최대 80자까지 가능합니다."
    values = {"max": 80}
    assert told(message, values, ("ko",)) == korean
    assert told(message, values, ("hi", "KO-kr")) == korean
    assert told(message, values, ("en-GB", "ko")) == "At most 80 characters."
    assert told(message, values, ("hi",)) == "At most 80 characters."
    assert told(message, values, ()) == "At most 80 characters."
