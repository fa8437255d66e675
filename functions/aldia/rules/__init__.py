"""Rules as data: JSON files with their source and the day they were looked up, read once."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> Any:
    """The parsed contents of `rules/<name>.json`, shared: treat it as read-only."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
