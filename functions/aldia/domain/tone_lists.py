"""The lists of the linter: which rules hold for a step in a country, and where their words stand in a clause."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from aldia.domain.tone_phrases import folded, matcher
from aldia.rules import load

Level = Literal["block", "warn", "ok"]

RULES_KEPT = 256  # steps and countries whose rules are kept in mind


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a list in a sentence. `is_turn`: a turn of phrase, which weighs as much as the sentence it stands in.

    `is_final`: the client's country forbids them, or nobody means them well, however kind the rest sounds.
    """

    rule: str
    level: Level
    place: tuple[int, int]
    is_turn: bool
    is_final: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the lists as one step in one country has it."""

    name: str
    level: Level
    words: re.Pattern[str]
    harmless: re.Pattern[str] | None  # where its words mean nothing
    unless: re.Pattern[str] | None  # what else in the clause takes its meaning away
    is_of_work: bool
    is_turn: bool
    is_final: bool


@lru_cache(RULES_KEPT)
def rules_of(step: str, language: str, country: str) -> tuple[Rule, ...]:
    """The rules of a language's lists that hold for that step and country, in the lists' order."""
    phrases = load("tone_phrases")[language]
    given = (*load("tone")["words"][language], *phrases["rules"])
    there = (rule for rule in given if step not in rule.get("not_in", ()) and step in rule.get("only_in", (step,)))
    return tuple(_read(rule, step, country, phrases["groups"]) for rule in there)


def _read(rule: Mapping[str, Any], step: str, country: str, groups: Mapping[str, Sequence[str]]) -> Rule:
    of_law = rule.get("in_country", {}).get(country)
    return Rule(
        rule["rule"],
        rule.get("level_in", {}).get(step) or of_law or rule.get("level", "block"),
        matcher(rule["words"]) if "words" in rule else matcher(rule["phrases"], groups),
        matcher(rule["except"]) if rule.get("except") else None,
        matcher(rule["unless"]) if "unless" in rule else None,
        is_of_work=bool(rule.get("work")),
        is_turn="phrases" in rule,
        is_final=of_law is not None or rule.get("final", False),
    )


def listed(plain: str, where: tuple[int, int], rules: Sequence[Rule], language: str) -> list[Hit]:
    """The words and turns of phrase of the lists in one clause, one for each rule."""
    found: dict[str, Hit] = {}
    clause = plain[slice(*where)]
    for rule in rules:
        match = _found(clause, rule, language) if rule.name not in found else None
        if match:
            place = (where[0] + match.start(), where[0] + match.end())
            found[rule.name] = Hit(rule.name, rule.level, place, rule.is_turn, rule.is_final)
    return list(found.values())


def hits(sentence: str, *, step: str, language: str) -> set[str]:
    """The names of the rules that a sentence hits: what the weights are learnt with."""
    plain = folded(sentence)
    return {hit.rule for hit in listed(plain, (0, len(plain)), rules_of(step, language, ""), language)}


def _found(clause: str, rule: Rule, language: str) -> re.Match[str] | None:
    """Where a rule's words stand in a folded clause, but for the places where they are harmless."""
    match = rule.words.search(_blank(clause, rule.harmless) if rule.harmless else clause)
    if match is None or (rule.unless and rule.unless.search(clause)):
        return None
    if rule.is_of_work and _speaks_of_work(clause, load("tone_phrases")[language]):
        return None
    return match


def _speaks_of_work(sentence: str, phrases: Mapping[str, Any]) -> bool:
    """Whether a sentence says what was done for the client ("the manual against fraud"), and presses nobody."""
    return bool(matcher(phrases["work"]).search(sentence)) and not matcher(phrases["menace"]).search(sentence)


def _blank(plain: str, harmless: re.Pattern[str]) -> str:
    """The text with what is harmless blanked out."""
    return harmless.sub(lambda match: " " * len(match[0]), plain)
