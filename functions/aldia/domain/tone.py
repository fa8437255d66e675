"""The linter of letters: what they may not say, and what a complete one must say. The rules are in rules/tone.json."""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aldia.domain.tone_lists import Hit, Level, listed, rules_of
from aldia.domain.tone_phrases import folded, matcher
from aldia.domain.tone_sense import FEWEST_WORDS, Sound, is_in, sense
from aldia.rules import load

FOOTER = "\n-- \n"
HARSH = "harsh"  # the rule of a sentence whose sound alone blocks it: for letters, not for lines that are no sentence
MARGIN = 4.0  # a sentence that a list asks to confirm has been judged: only a much harsher sound blocks it
SHORT_MARGIN = 1.5  # a few words are blocked by their sound only where it is harsher still
NEVER = math.inf
SENTENCES_KEPT, LONGEST_KEPT = 1024, 400  # verdicts kept in mind, and how many signs their sentences have at most
STERN = ("formal_letter", "last_notice")  # letters that name consequences: the lists alone judge them
_AMOUNT = r"(?:[$€£₡₲]\s?[\d.,]*\d)|(?:\d[\d.,]*\s?(?:€|£|[A-Z]{3}\b))|(?:\b(?:[A-Z]{3}|S/|R\$)\s?\d[\d.,]*)"
_DATE = r"\b\d{1,2}\s(?:de\s)?[a-zñ]{3,10}\.?\s(?:de\s|del\s)?\d{4}\b"
_PATTERNS = {
    "amount": re.compile(_AMOUNT),
    "due_on": re.compile(_DATE, re.IGNORECASE),
    "link": re.compile(r"https?://\S+"),
}
_SENTENCE_ENDS = re.compile(r"[.?!](?=\s|$)|\n\n")
_CLAUSE_ENDS = re.compile(r"[.;:?!](?=\s|$)|\n\n")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `key` names the sentence for people; it may show the excerpt.

    `excess`: log-odds, by how much a harsh sentence sounds harsher than is blocked; 0 for all other rules.
    """

    level: Level
    rule: str
    excerpt: str
    key: str
    excess: float = 0.0


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
    """What this step may not say in this country: by the lists, and by how each sentence sounds."""
    for start, end in _parts(folded(text), _SENTENCE_ENDS):
        judge = _of_known_sentence if end - start <= LONGEST_KEPT else _of_sentence
        yield from judge(text[start:end], step, language, country)


def _of_sentence(sentence: str, step: str, language: str, country: str) -> tuple[Finding, ...]:
    plain = folded(sentence)
    rules = rules_of(step, language, country)
    hits = [hit for where in _parts(plain, _CLAUSE_ENDS) for hit in listed(plain, where, rules, language)]
    sound = Sound(sense(language), sentence, {hit.rule for hit in hits})
    found = [one for hit in hits if (one := _weighed(hit, sentence, sound))]
    is_judged = step not in STERN and is_in(sentence, language)
    is_named = any(one.level == "block" or one.rule == "consequences" for one in found)
    judged = sum(len(one.excerpt.split()) for one in found)  # the words that the lists have judged
    is_short = len(set(plain.split())) - judged < FEWEST_WORDS
    margin = NEVER if is_short and found else SHORT_MARGIN if is_short else MARGIN if found else 0
    if is_judged and not is_named and sound.is_harsh(margin):
        found.append(Finding("block", HARSH, sentence.strip(), f"tone.{HARSH}", sound.excess))
    return tuple(found)


# Letters share most of their sentences: a page shows several, and each is read again before it goes.
_of_known_sentence = lru_cache(SENTENCES_KEPT)(_of_sentence)


def _weighed(hit: Hit, sentence: str, sound: Sound) -> Finding | None:
    """The finding of a hit in a sentence that sounds so; None where a turn of phrase means no harm."""
    level = hit.level
    if hit.is_final:
        return Finding(level, hit.rule, sentence[slice(*hit.place)], f"tone.{hit.rule}")
    if level == "block" and hit.is_turn and not sound.is_harsh():
        return None
    if level == "block" and sound.is_kind_at(hit.place[0]):
        level = "warn"
    return Finding(level, hit.rule, sentence[slice(*hit.place)], f"tone.{hit.rule}")


def _parts(plain: str, ends: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where each part with a word in it starts and ends: sentences to be weighed, clauses to look for words in."""
    start = 0
    for match in (*ends.finditer(plain), None):
        end = match.start() + 1 if match else len(plain)
        if re.search(r"\w", plain[start:end]):
            yield start, end
        start = match.end() if match else end


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
