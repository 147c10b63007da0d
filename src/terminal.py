"""What all commands share: the settings, and how they answer."""

from __future__ import annotations

import sys
from typing import Annotated, Any, NoReturn

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console

from logs import configure_logs
from settings import Settings, problems

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]

screen = Console(stderr=True, highlight=False)


def read_settings() -> Settings:
    """The settings, and the log as they want it; the command ends where something is wrong with them."""
    try:
        settings = Settings()
    except ValidationError as error:
        fail("\n".join(problems(error)))
    configure_logs(settings.log_level)
    return settings


def answer(data: Any, text: str, *, as_json: bool) -> None:
    """What a command has found or done, for programs or for people."""
    sys.stdout.write(f"{orjson.dumps(data).decode() if as_json else text}\n")


def fail(message: str) -> NoReturn:
    """End the command: it cannot be done, and why."""
    tell(message)
    raise typer.Exit(1)


def say(message: str) -> None:
    """To standard output: the log on standard error holds no secrets."""
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def tell(message: str) -> None:
    """To standard error, what is wrong."""
    screen.print(message, style="red", markup=False, soft_wrap=True)
