"""Views of designs: counted in memory, written every few seconds."""

from dataclasses import dataclass


@dataclass
class ViewCounts:
    """Placeholder until the catalogue's writes come."""
