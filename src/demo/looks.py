"""What a design of the demo studio is made of, before it is put into words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Member(NamedTuple):
    """Somebody with an account in the demo studio; a designer."""

    username: str
    display_name: str
    avatar: bool = True


class Figure(NamedTuple):
    """A pattern of the loom, and the motif in it where it has one."""

    pattern: str
    motif: str = "lotus"

    @property
    def name(self) -> str:
        """What it is called: figured patterns are known by their motif."""
        return self.motif if self.pattern in {"scattered", "damask"} else self.pattern


class Garment(NamedTuple):
    """A kind of garment: the category it is found in, its words, and what it may be made of."""

    category: str
    noun: str
    making: str
    """A sentence on how it is made, in the garment's own language."""
    colours: str
    fabrics: str
    figures: tuple[Figure, ...]
    styles: str
    occasions: str
    border: str | None = None
    over: str | None = None
    feminine: bool = False
    """Its noun's gender, where the language has one."""


class Look(NamedTuple):
    """One garment in one colour, fabric and figure, for an occasion and perhaps a season."""

    garment: Garment
    colour: str
    fabric: str
    figure: Figure
    style: str
    occasion: str
    season: str | None


class Wording(ABC):
    """A language of the catalogue: its people, its collections, and how it describes a look."""

    garments: tuple[Garment, ...]
    members: tuple[Member, ...]
    collections: tuple[str | None, ...]
    occasions: Mapping[str, str]
    seasons: Mapping[str, str]

    def description(self, look: Look) -> str:
        """Three or four sentences."""
        season = self.seasons[look.season] if look.season else None
        sentences = (self.opening(look), look.garment.making, self.occasions[look.occasion], season)
        return " ".join(filter(None, sentences))

    @abstractmethod
    def title(self, look: Look) -> str:
        """A product's name."""

    @abstractmethod
    def opening(self, look: Look) -> str:
        """The first sentence: what it is."""

    @abstractmethod
    def alt_text(self, title: str) -> str:
        """What the picture of a design shows."""
