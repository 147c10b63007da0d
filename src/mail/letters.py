"""What letters say: in text and HTML, in the receiver's language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mail.words import Words, international, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mail.sender import Sender

    To: TypeAlias = Literal["customer", "studio", "user"]

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says."""

    subject: str
    text: str
    html: str


def written(to: To, name: str, locale: str, studio: Sender, values: Mapping[str, Any]) -> Letter:
    """The letter of this name, such as booking_confirmed, in the language of the locale; `values` is what it tells."""
    words = Words(locale)
    path = f"{words.language}/{to}/{name}.j2"
    told = {"name": "", **values, "studio": studio, "words": words}
    text = TEXT.get_template(path)
    subject = "".join(text.blocks["subject"](text.new_context(told)))
    html = HTML.get_template(path).render(told)
    return Letter(one_line(subject), "\n\n".join(_paragraphs(text.render(told))) + "\n", html)


def _paragraphs(text: str) -> list[str]:
    """What stands between blank lines; of safe HTML, safe HTML."""
    return [paragraph for part in text.strip().split("\n\n") if (paragraph := part.strip())]


def _environment(form: str, *, autoescape: bool) -> ImmutableSandboxedEnvironment:
    """Templates that find their layout and its parts in the folder of a form."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([TEMPLATES / form, TEMPLATES]),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"international": international, "one_line": one_line, "paragraphs": _paragraphs}
    return environment


TEXT = _environment("text", autoescape=False)
HTML = _environment("html", autoescape=True)
