"""The freelancer's own words in every letter: they stand in both parts, and what the letter is about still stands."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain.debt import Instalment
from aldia.domain.editable import AGREED, FIRM, LONGEST_FIRM, STEPS, groups, variables_of
from aldia.domain.editable import ANSWERS as ANSWERING
from aldia.domain.errors import Refused
from aldia.domain.own_texts import OURS, VARIABLES, Words, words_for
from aldia.domain.own_words import in_both
from aldia.flows.own_letter import judged
from aldia.i18n import catalog
from aldia.mail.compose import AGREED_LETTERS, ANSWERS, LADDER_LETTERS, LETTERS
from aldia.pages.text_example import as_it_might_go
from aldia.pages.text_names import starting
from tests.mail.letter_world import DUE, LINK, case_of, letter_of, mail, with_state

OWN = {
    "es": Words("Gracias por todo, de corazón.\n\nVa el segundo párrafo.", "Un abrazo y gracias."),
    "en": Words("Thanks for everything, truly.\n\nHere is a second paragraph.", "All the best, and thanks."),
}
LADDER = LADDER_LETTERS[:6]  # their first paragraph is the freelancer's; what it says stands in the cards as well
KEPT = {
    "instalment_missed": {
        "es": "venció el 18 de diciembre de 2026, hace 3 días.",
        "en": "was due on 18 December 2026, 3 days ago.",
    },
    "thanks": {"es": "queda saldada", "en": "is settled"},
}  # of a first paragraph that ends with words of ours
FACTS = re.compile(
    r"(?:€\d[\d.,]*\d|\d[\d.,]*\s?€|\d{1,2}\s(?:de\s)?[a-z]+\s(?:de\s)?\d{4}|https://\S+|F-00\d|ES91 [\d ]+)"
)
in_both_languages = pytest.mark.parametrize("language", ["es", "en"])
in_every_letter = pytest.mark.parametrize("step", STEPS)


def letter_in(situation, step, language):
    case = with_state(case_of(situation, language), step)
    return case, letter_of(case, step)


def squeezed(text):
    return "".join(html.unescape(text).split())


def body(message):
    return message.text.partition("\n-- \n")[0].strip().split("\n\n")


def test_every_letter_to_a_client_may_have_words_of_ones_own_but_the_one_written_by_hand():
    assert set(STEPS) == set(LETTERS) - {"manual"} == {*LADDER_LETTERS, *AGREED_LETTERS, *ANSWERS, "terms_shared"}
    assert [step for steps in groups([()]).values() for step in steps] == list(STEPS)
    assert len(set(STEPS)) == len(STEPS)


@in_both_languages
@in_every_letter
def test_own_words_stand_in_both_parts_and_what_the_letter_is_about_still_stands(step, language):
    own = OWN[language]
    for situation in ("plain", "three", "discount"):
        case, letter = letter_in(situation, step, language)
        ours, edited = mail(case, letter), mail(case, letter, edited=own)
        for words in (own.opening, own.closing):
            assert edited.text.count(words) == 1
            assert squeezed(words) in squeezed(re.sub(r"<[^>]+>", "", edited.html))
        assert edited.subject == ours.subject
        assert edited.text.partition("\n-- \n")[2] == ours.text.partition("\n-- \n")[2]  # footer and ways out
        missing = set(FACTS.findall(ours.text)) - set(FACTS.findall(edited.text))
        sum_of_several = {"3.220,50\u00a0€", "€3,220.50"} if step in LADDER else set()  # each has its card
        assert missing <= sum_of_several, situation
        assert edited.text.index(own.opening) < edited.text.index(own.closing)
        before, after = body(ours), body(edited)
        cards = [block for block in before if block.startswith("  ")]
        assert [block for block in after if block.startswith("  ")] == cards
        assert after[-1] == before[-1]  # the signature
        links = [block for block in before if block.endswith(LINK)]
        assert [block for block in after if block.endswith(LINK)][-len(links) :] == links


@in_both_languages
@pytest.mark.parametrize("step", [step for step in STEPS if step not in LADDER])
def test_the_fact_of_a_letter_is_a_sentence_of_its_own_that_nobody_edits(step, language):
    for situation in ("plain", "three"):
        case, letter = letter_in(situation, step, language)
        ours, edited = body(mail(case, letter)), body(mail(case, letter, edited=OWN[language]))
        said = ours[1] if step in FIRM else ours[0]
        kept = KEPT[step][language] if step in KEPT else " ".join(said.split(" ")[-4:])
        fact = edited[3]  # after the greeting and two paragraphs of one's own
        assert kept in fact, step
        assert fact[:1].strip() == fact[:1].upper()  # it begins as a sentence does
        rest = [block for block in ours[2 if step in FIRM else 1 :] if len(block.split()) > 12]
        closing = catalog.text(language, f"texts.end_{step}") if catalog.has(language, f"texts.end_{step}") else ""
        for block in rest:
            assert block.replace(closing, "").strip() in "\n\n".join(edited), step


@in_both_languages
@in_every_letter
def test_our_words_to_start_from_are_liked_and_our_last_ones_are_those_that_the_editor_names(step, language):
    start = Words(starting(step, language))
    for situation in ("three", "colombia"):
        case, letter = letter_in(situation, step, language)
        message = mail(case, letter, edited=words_for(step, start.opening))
        verdict = in_both(judged(case, letter, message, start), start.whole, step=step, language=language)
        assert verdict.findings == (), (step, situation)
    ours = f"texts.end_{step}"
    if catalog.has(language, ours):
        case, letter = letter_in("plain", step, language)
        assert catalog.text(language, ours) in mail(case, letter).text
        assert catalog.text(language, ours) not in mail(case, letter, edited=OWN[language]).text.partition("\n-- ")[0]
    assert catalog.has(language, f"texts.when_{step}")


@in_both_languages
@in_every_letter
def test_every_variable_of_a_letter_has_its_value_there_and_the_others_are_refused(step, language):
    known = [name for name, meant in VARIABLES[language].items() if meant in variables_of(step)]
    typed = words_for(step, "", " ".join(f"<{{{name}}}>" for name in known))
    for situation in ("plain", "three", "instalments"):
        case, letter = letter_in(situation, step, language)
        text = mail(case, letter, edited=typed).text
        values = re.findall(r"<([^<>]*)>", text)
        assert len(values) == len(known), situation
        assert all(value.strip() and value != "None" for value in values)
    for name in VARIABLES[language].keys() - set(known):
        with pytest.raises(Refused, match=r"texts\.not_in_this_letter") as refused:
            words_for(step, "", f"{{{name}}}")
        assert (refused.value.field, refused.value.facts) == ("closing", {"name": name})


def test_words_whose_variable_is_empty_in_one_letter_give_way_to_ours():
    case, letter = letter_in("plain", "proposal_noted", "es")
    bare = replace(letter, facts={name: fact for name, fact in letter.facts.items() if name != "reply_on"})
    said = mail(case, bare, edited=Words("Te digo algo antes del {fecha}.", "Gracias, {yo}.")).text
    assert "Recibido, Bruno: te gustaría" in said
    assert "Te digo algo" not in said
    assert "Gracias, Ana Ruiz." in said


def test_only_the_start_or_only_the_end_may_be_ones_own():
    case, letter = letter_in("plain", "plan_noted", "es")
    ours = mail(case, letter).text
    start = mail(case, letter, edited=Words("¡Qué bien, gracias!")).text
    assert "Gracias por buscar una solución." in start
    assert "Listo, Bruno" not in start
    end = mail(case, letter, edited=Words(closing="Un abrazo.")).text
    assert end.startswith(ours[:60])
    assert "lo ajustamos.\n\nUn abrazo.\n" in end
    assert mail(case, letter, edited=OURS).text == ours


@pytest.mark.parametrize("step", FIRM)
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Si no paga, empezaré acciones legales ante el juzgado."),
        ("en", "If you do not pay I will start legal action with my lawyer."),
    ],
)
def test_in_a_formal_letter_own_words_announce_no_consequence_and_stay_short(step, language, words):
    case, letter = letter_in("plain", step, language)
    own = Words(words)
    message = mail(case, letter, edited=own)
    assert judged(case, letter, message, OURS).level != "block"  # the letter's own words may say so, as it was decided
    verdict = judged(case, letter, message, own)
    assert (verdict.level, {one.rule for one in verdict.findings}) == ("block", {"consequences"})
    with pytest.raises(Refused, match=r"notes\.too_long"):
        words_for(step, "x" * (LONGEST_FIRM + 1))
    assert words_for("overdue_2", "x" * (LONGEST_FIRM + 1))


@pytest.mark.parametrize("private", ["Bruno", "EDITORIAL norte", "F-001", "bruno@example.com"])
def test_words_to_a_stranger_that_say_whose_letter_it_was_do_not_go(private):
    case = case_of("plain")
    letter = letter_of(case, "wrong_person_noted")
    for own, level in ((Words(f"Disculpa, esto era para {private}. Gracias."), "block"), (OWN["es"], "ok")):
        assert judged(case, letter, mail(case, letter, edited=own), own).level == level
    for secret in ("Bruno", "Editorial", "F-001", LINK):
        assert secret not in mail(case, letter, edited=OWN["es"]).text


def test_accepted_terms_are_read_as_the_clients_copy_and_not_as_own_words():
    case, letter = letter_in("plain", "terms_accepted", "es")
    terms = "Si algo se retrasa\n\n· Las consecuencias las dice la ley, y un juzgado las decide.\n· Nada más."
    letter = replace(letter, facts={**letter.facts, "text": terms})
    own = Words("Gracias por leerlo.")
    message = mail(case, letter, edited=own)
    assert terms in message.text
    assert judged(case, letter, message, own).findings == ()


@in_both_languages
@pytest.mark.parametrize("step", [*AGREED, *ANSWERING])
def test_what_the_editor_makes_up_about_a_real_debt_is_a_whole_letter(step, language):
    tiny = {"amount_minor": 2, "instalments": (Instalment("i1", DUE, 2),)}
    for situation in ("instalments", "interest", "discount", "history"):
        for changes in ({}, tiny) if situation == "interest" else ({},):
            case = case_of(situation, language)
            debt = replace(case.debts[0], **changes)
            for days in (-20, 40):
                now = letter_of(case, "due_today").at + timedelta(days=days)
                lived, letter = as_it_might_go(case, debt, step, now)
                text = mail(lived, letter, edited=Words(starting(step, language))).text
                assert not re.search(r"None|\{\{|\n\n\n| ,|::|\(\)|  \n", text), (situation, text)
                assert starting(step, language)[:12] in text, situation  # no variable is empty
