"""What a package carries ready made, so that a cold start parses no template and no TOML; and what one process shares.

Packaging writes it (`python -m infra.aws.ready FOLDER`) into `_made`, beside this file; a checkout has none of it and
reads the sources, which say the same.
"""

import json
from functools import cache
from pathlib import Path
from types import CodeType

from jinja2 import BaseLoader, BytecodeCache, ChoiceLoader, ModuleLoader
from jinja2.bccache import Bucket

MADE = Path(__file__).with_name("_made")


def templates(purpose: str, sources: BaseLoader, made: Path = MADE) -> BaseLoader:
    """The templates of a purpose ("pages", "letters", "letter_pages"): compiled ones first, where there are any."""
    folder = made / purpose
    return ChoiceLoader([ModuleLoader(folder), sources]) if folder.is_dir() else sources


@cache
def sentences(language: str, made: Path = MADE) -> dict[str, dict[str, str]]:
    """Every sentence of a language by area and name; empty where nothing is ready made."""
    file = made / f"{language}.json"
    if not file.is_file():
        return {}
    found: dict[str, dict[str, str]] = json.loads(file.read_bytes())
    return found


class Compiled(BytecodeCache):
    """Templates compiled in this process: applications made in it (for clients, for freelancers) share them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is known of this source; a changed one has another checksum."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled just now."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()
