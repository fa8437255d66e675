"""The linter of letters: what they may not say, and what a complete one must say. The rules are in rules/tone.json."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from aldia.rules import load

Level = Literal["block", "warn", "ok"]

FOOTER = "\n-- \n"
_AMOUNT = r"(?:[$€£₡₲]\s?[\d.,]*\d)|(?:\d[\d.,]*\s?(?:€|£|[A-Z]{3}\b))|(?:\b(?:[A-Z]{3}|S/|R\$)\s?\d[\d.,]*)"
_DATE = r"\b\d{1,2}\s(?:de\s)?[a-zñ]{3,10}\.?\s(?:de\s|del\s)?\d{4}\b"
_PATTERNS = {
    "amount": re.compile(_AMOUNT),
    "due_on": re.compile(_DATE, re.IGNORECASE),
    "link": re.compile(r"https?://\S+"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `key` names the sentence for people; it may show the excerpt."""

    level: Level
    rule: str
    excerpt: str
    key: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the linter says of a letter. `block`: cannot be sent; `warn`: asks to confirm."""

    level: Level
    findings: tuple[Finding, ...] = ()

    @property
    def score(self) -> int:
        """100 for nothing to mend, down to 0."""
        cost = sum(30 if finding.level == "block" else 10 for finding in self.findings)
        return max(0, 100 - cost)


def check(text: str, *, step: str, language: str, country: str = "", values: Sequence[str] = ()) -> Verdict:
    """Read a whole letter. `values` are what variables stand for, such as names: they are left out of the words.

    `country` is the client's. Says what blocks first.
    """
    text = unicodedata.normalize("NFC", text)
    own = _without(text, values)
    found = [
        *_forbidden(own, step=step, language=language, country=country),
        *_shape(own),
        *_missing(text, step=step, language=language, country=country),
    ]
    found.sort(key=lambda finding: finding.level != "block")
    return Verdict(found[0].level if found else "ok", tuple(found))


def _forbidden(text: str, *, step: str, language: str, country: str) -> Iterator[Finding]:
    """Words that this step may not use in this country."""
    folded = _folded(text)
    for rule in load("tone")["words"][language]:
        if step in rule.get("not_in", ()) or ("only_in" in rule and step not in rule["only_in"]):
            continue
        level = rule.get("level_in", {}).get(step) or rule.get("in_country", {}).get(country) or rule["level"]
        hidden = _blank(folded, rule.get("except", ()))
        for match in _matcher(tuple(rule["words"])).finditer(hidden):
            yield Finding(level, rule["rule"], text[match.start() : match.end()], f"tone.{rule['rule']}")


def _shape(text: str) -> Iterator[Finding]:
    """Shouting, and paragraphs that nobody reads to their end."""
    rules = load("tone")
    limits = rules["limits"]
    words = re.findall(rf"\b[A-ZÁÉÍÓÚÜÑ]{{{limits['capitals_from']},}}\b", _without_links(text))
    for word in dict.fromkeys(words):
        if word not in rules["capitals_allowed"]:
            yield Finding("warn", "capitals", word, "tone.capitals")
    if text.count("!") > limits["exclamations"] or "¡¡" in text or "!!" in text:
        yield Finding("warn", "exclamations", "!", "tone.exclamations")
    for paragraph in text.partition(FOOTER)[0].split("\n\n"):
        if len(paragraph.split()) > limits["words_per_paragraph"]:
            yield Finding("warn", "long_paragraph", " ".join(paragraph.split()[:6]) + "…", "tone.long_paragraph")


def _missing(text: str, *, step: str, language: str, country: str) -> Iterator[Finding]:
    """What the step's list asks for and the letter does not say, or must not say and does."""
    rules = load("tone")
    kind = "answer" if step in rules["answers"] else step
    wanted = rules["steps"].get(kind, rules["steps"]["other"])
    lists: tuple[tuple[Level, list[str]], ...] = (("block", wanted["must"]), ("warn", wanted["should"]))
    for level, element in ((level, element) for level, elements in lists for element in elements):
        if not _says(text, element, language):
            yield Finding(level, f"no_{element}", "", f"tone.no_{element}")
    for element in wanted.get("must_not", ()):
        if _says(text, element, language):
            yield Finding("block", f"has_{element}", "", f"tone.has_{element}")
    yield from _country(text, rules["country_must"].get(country), kind=kind, step=step, language=language)


def _country(text: str, wanted: Mapping[str, Any] | None, *, kind: str, step: str, language: str) -> Iterator[Finding]:
    """What a country asks of every letter that collects."""
    is_answer = kind in ("answer", "thanks", "part_received", "wrong_person_noted")
    if wanted is None or is_answer or step in wanted["not_in"]:
        return
    if not _says(text, wanted["element"], language):
        yield Finding("block", f"no_{wanted['element']}", "", f"tone.no_{wanted['element']}")


def _says(text: str, element: str, language: str) -> bool:
    """Whether a letter has a sum, a date, a link, or one of the phrases that stand for an element."""
    if element in _PATTERNS:
        return bool(_PATTERNS[element].search(text))
    phrases = load("tone")["elements"][language][element]
    return bool(_matcher(tuple(phrases)).search(_folded(text)))


def _without(text: str, values: Sequence[str]) -> str:
    """The text with each value blanked out, the longest first; the same length, so that excerpts stay in place."""
    folded = _folded(text)
    phrases = sorted({_folded(unicodedata.normalize("NFC", value)).strip() for value in values}, key=len, reverse=True)
    for phrase in filter(None, phrases):
        spaced = r"\s+".join(re.escape(word) for word in phrase.split())
        for match in re.finditer(rf"(?<!\w){spaced}(?!\w)", folded):
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def _without_links(text: str) -> str:
    return re.sub(r"https?://\S+", lambda match: " " * len(match[0]), text)


def _blank(folded: str, phrases: Sequence[str]) -> str:
    """The text with these phrases blanked out."""
    return _matcher(tuple(phrases)).sub(lambda match: " " * len(match[0]), folded) if phrases else folded


@cache
def _matcher(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these phrases as whole words of folded text; a * at the end stands for any ending."""
    alternatives = (
        r"\s+".join(re.escape(word) for word in _folded(phrase.rstrip("*")).split())
        + (r"\w*" if phrase[-1] == "*" else "")
        for phrase in phrases
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


def _folded(text: str) -> str:
    """Small letters without accents, sign for sign, so that positions stay; typographic apostrophes made plain."""
    return "".join(_folded_sign(sign) for sign in text)


def _folded_sign(sign: str) -> str:
    if sign in "’‘ʼ":
        return "'"
    return unicodedata.normalize("NFD", sign)[0].lower()[:1] or sign
