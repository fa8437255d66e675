"""Every sentence a person reads, by language and key: `text("es", "letters.thanks")`.

A key is `area.name`; the area is a TOML file in each language's folder, read once, when first asked
for. A sentence with `.one` and `.other` beneath it is chosen by `n`.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from aldia import ready

LANGUAGES = ("es", "en")


def text(language: str, key: str, /, **values: object) -> str:
    """The sentence with its values filled in. KeyError for an unknown key or a missing value."""
    area, _, name = key.partition(".")
    sentences = _sentences(language, area)
    if name not in sentences and "n" in values:
        name += ".one" if values["n"] == 1 else ".other"
    if name not in sentences:
        raise KeyError(f"{language}/{area}.toml has no {name!r}")
    return sentences[name].format_map(values)


def has(language: str, key: str) -> bool:
    """Whether the catalogue knows a sentence of that key (without plural)."""
    area, _, name = key.partition(".")
    return area in areas(language) and name in _sentences(language, area)


@cache
def areas(language: str) -> tuple[str, ...]:
    """The areas a language has, sorted."""
    found = (item.name for item in (files("aldia.i18n") / language).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def by_area(language: str) -> dict[str, dict[str, str]]:
    """Every sentence of a language by area and name, as `ready` keeps them."""
    return {area: _sentences(language, area) for area in areas(language)}


def sentences(language: str) -> dict[str, str]:
    """Every sentence of a language by its full key; for tests and translators."""
    return {f"{area}.{name}": said for area in areas(language) for name, said in _sentences(language, area).items()}


@cache
def _sentences(language: str, area: str) -> dict[str, str]:
    """One file as a flat table. KeyError when the language has no such area."""
    if language not in LANGUAGES:
        raise KeyError(f"no language {language!r}")
    made = ready.sentences(language).get(area)
    return made if made is not None else _read(language, area)


def _read(language: str, area: str) -> dict[str, str]:
    import tomllib  # a package has its sentences ready made, and never comes here

    file = files("aldia.i18n") / language / f"{area}.toml"
    if not file.is_file():
        raise KeyError(f"{language} has no area {area!r}")
    return dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))


def _flat(table: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested TOML tables as dotted names."""
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        pairs += _flat(value, f"{before}{name}.") if isinstance(value, dict) else [(before + name, str(value))]
    return pairs
