"""docs/settings.md is the whole truth about the settings."""

from __future__ import annotations

import re
from pathlib import Path

from settings import Settings

TABLE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `STUDIOGRAPH_([A-Z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_every_setting_stands_in_the_table_in_the_order_of_the_code() -> None:
    documented = [name.lower() for name, _, _ in ROW.findall(TABLE.read_text())]

    assert documented == list(Settings.model_fields)


def test_plain_defaults_stand_in_the_table() -> None:
    told = {name.lower(): default for name, _, default in ROW.findall(TABLE.read_text())}
    plain = {
        name: str(field.default)
        for name, field in Settings.model_fields.items()
        if isinstance(field.default, (str, int)) and field.default != ""
    }

    assert {name: told[name].strip("`") for name in plain} == plain
