"""The linter of letters: what they may not say, and what a complete one must say. The rules are in rules/tone.json."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aldia.domain.tone_phrases import folded, matcher
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
_ENDS = re.compile(r"[.;:?!](?=\s|$)|\n\n")


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
    """Words and turns of phrase that this step may not use in this country."""
    plain = folded(text)
    phrases = load("tone_phrases")[language]
    seen: set[tuple[str, int]] = set()
    for rule in (*load("tone")["words"][language], *phrases["rules"]):
        if step in rule.get("not_in", ()) or ("only_in" in rule and step not in rule["only_in"]):
            continue
        level = (
            rule.get("level_in", {}).get(step) or rule.get("in_country", {}).get(country) or rule.get("level", "block")
        )
        for match in _hits(plain, rule, phrases):
            sentence = _sentence_at(plain, match.start())
            if (rule["rule"], sentence[0]) not in seen:
                seen.add((rule["rule"], sentence[0]))  # one finding for each rule and sentence
                yield Finding(level, rule["rule"], text[match.start() : match.end()], f"tone.{rule['rule']}")


def _hits(plain: str, rule: Mapping[str, Any], phrases: Mapping[str, Any]) -> Iterator[re.Match[str]]:
    """Where a rule's words stand, but for the places where they are harmless."""
    hidden = _blank(plain, rule.get("except", ()))
    found = matcher(rule["words"]) if "words" in rule else matcher(rule["phrases"], phrases["groups"])
    for match in found.finditer(hidden):
        start, end = _sentence_at(plain, match.start())
        sentence = plain[start:end]
        if "unless" in rule and matcher(rule["unless"]).search(sentence):
            continue
        if rule.get("work") and _speaks_of_work(sentence, phrases):
            continue
        yield match


def _sentence_at(text: str, place: int) -> tuple[int, int]:
    """Where the sentence around a place starts and ends. A point inside a sum or an address ends none."""
    start = max((match.end() for match in _ENDS.finditer(text, 0, place)), default=0)
    after = _ENDS.search(text, place)
    return start, after.start() if after else len(text)


def _speaks_of_work(sentence: str, phrases: Mapping[str, Any]) -> bool:
    """Whether a sentence says what was done for the client ("the manual against fraud"), and presses nobody."""
    return bool(matcher(phrases["work"]).search(sentence)) and not matcher(phrases["menace"]).search(sentence)


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
    return bool(matcher(phrases).search(folded(text)))


def _without(text: str, values: Sequence[str]) -> str:
    """The text with each value blanked out, the longest first; the same length, so that excerpts stay in place."""
    plain = folded(text)
    phrases = sorted({folded(unicodedata.normalize("NFC", value)).strip() for value in values}, key=len, reverse=True)
    for phrase in filter(None, phrases):
        spaced = r"\s+".join(re.escape(word) for word in phrase.split())
        for match in re.finditer(rf"(?<!\w){spaced}(?!\w)", plain):
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def _without_links(text: str) -> str:
    return re.sub(r"https?://\S+", lambda match: " " * len(match[0]), text)


def _blank(plain: str, phrases: Sequence[str]) -> str:
    """The text with these phrases blanked out."""
    return matcher(phrases).sub(lambda match: " " * len(match[0]), plain) if phrases else plain
