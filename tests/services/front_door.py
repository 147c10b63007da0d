"""./dev as a module: tests prepare what they need inside the clone as it does."""

from __future__ import annotations

from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]


@cache
def front_door() -> ModuleType:
    """The script as a module; its folder .cache is there."""
    loader = SourceFileLoader("dev", str(ROOT / "dev"))
    spec = spec_from_loader("dev", loader)
    assert spec
    dev = module_from_spec(spec)
    loader.exec_module(dev)
    dev.CACHE.mkdir(exist_ok=True)
    return dev


def environment(lock: str) -> Path:
    """The environment that holds what `requirements-{lock}.lock` lists; it is made the first time."""
    dev = front_door()
    made = Path(dev.CACHE / f"{lock}-environment")
    dev.prepare(dev.ROOT / f"requirements-{lock}.lock", made)
    return made
