"""Every letter in both languages over many cases: calm, complete, the same in both parts, safe to show."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from aldia.domain.case import Letter
from aldia.domain.tone import check
from aldia.mail.compose import ANSWERS, LADDER_LETTERS, LETTERS
from aldia.mail.render import TEMPLATES
from aldia.mail.values import spoken
from tests.mail.letter_world import LINK, STEPS, account, all_letters, case_of, letter_of, mail, plain

EVERY = list(all_letters())
BY_STEP = {
    f"{language}-{step}": [row for row in EVERY if (row[1].client.language, row[2].step) == (language, step)]
    for language in ("es", "en")
    for step in STEPS
}
in_each_step = pytest.mark.parametrize("rows", BY_STEP.values(), ids=BY_STEP)
NOT_SPANISH = re.compile(r"\b(the|and|with|your|please|reply|invoice|payment)\b", re.IGNORECASE)
NOT_ENGLISH = re.compile(r"\b(el|los|las|que|para|factura|gracias|pago|correo)\b", re.IGNORECASE)
VOID = {"meta", "br"}


class Page(HTMLParser):
    """The words, links and tags of an HTML part; complains about tags that do not close in order."""

    def __init__(self, source):
        super().__init__()
        self.words, self.links, self.tags, self.lang, self._open = [], [], set(), "", []
        self.feed(source)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag == "html":
            self.lang = dict(attrs)["lang"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] not in ("style", "title"):
            self.words.append(data)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_step_and_answer_has_its_text(language):
    found = {path.stem for path in (TEMPLATES / language).glob("[a-z]*.txt")}
    changes = {"email_changed", "bank_changed", "account_deleted", "restored"}
    to_the_freelancer = {"sign_in", "proof", "new_email", "notices", "morning", *changes}
    assert found == {*LETTERS, *to_the_freelancer, "new_link"}


@in_each_step
@pytest.mark.parametrize("pays_online", [True, False])
def test_a_letter_is_calm_and_complete(rows, pays_online):
    for name, case, letter in rows:
        message = mail(case, letter, pays_online=pays_online)
        whole = f"{message.subject}\n\n{message.text}"
        said = {"step": letter.step, "language": case.client.language, "country": case.client.country}
        assert check(whole, values=spoken(case, letter), **said).findings == (), name


@in_each_step
def test_both_parts_say_the_same(rows):
    for name, case, letter in rows:
        message = mail(case, letter)
        page = Page(message.html)
        text = message.text.replace("\n-- \n", "\n")
        shown = squeezed("".join(page.words))
        for word in text.split():
            bare = word.removeprefix("·")
            assert bare.rstrip(":") in shown or bare in page.links, (name, word)
        assert page.lang == case.client.language, name
        assert set(page.links) == (
            {LINK, f"{LINK}/no-soy-yo", f"{LINK}/no-mas"} & set(re.findall(r"https://\S+", text))
        )


@in_each_step
@pytest.mark.parametrize("pays_online", [True, False])
def test_a_letter_is_in_one_language(rows, pays_online):
    for name, case, letter in rows:
        message = mail(case, letter, pays_online=pays_online)
        text = message.text
        for typed in sorted((*spoken(case, letter), LINK), key=len, reverse=True):
            text = text.replace(typed, " ")
        other = NOT_SPANISH if case.client.language == "es" else NOT_ENGLISH
        assert other.findall(text.replace("no-soy-yo", "").replace("no-mas", "")) == [], name


@pytest.mark.parametrize("pays_online", [True, False])
def test_no_letter_has_an_empty_value_or_a_hole(pays_online):
    for name, case, letter in EVERY:
        text = mail(case, letter, pays_online=pays_online).text
        assert not re.search(r"None|\{\{|\}\}|\{%|  \n|\n\n\n| ,| \.(?!\w)|::| ; |\(\)", text), name
        assert not re.search(r"(?<=\w)  (?=\w)", text), name


def test_the_html_has_no_remote_thing_no_script_and_no_table():
    for name, case, letter in EVERY:
        source = mail(case, letter).html
        page = Page(source)
        assert page.tags <= {
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "div",
            "p",
            "span",
            "a",
            "br",
            "ul",
            "li",
        }, name
        assert not re.search(r"\bsrc=|url\(|@import|<link", source), name


@pytest.mark.parametrize("step", STEPS)
def test_the_subject_is_neutral(step):
    for language in ("es", "en"):
        subject = plain("plain", step, language).subject
        assert subject.endswith(" · Ana Ruiz")
        assert not re.search(r"€|\$|1[.,]210|deuda|debt|venc|due", subject)


@pytest.mark.parametrize("step", LADDER_LETTERS)
def test_amount_and_date_stand_in_the_first_two_sentences(step):
    for language, date in (("es", "18 de diciembre de 2026"), ("en", "18 December 2026")):
        opening = plain("plain", step, language).text.split("\n\n")
        first = " ".join(opening[:2])
        assert "1.210,00" in first or "1,210.00" in first
        assert date in first


def test_what_people_typed_is_shown_as_typed_and_does_nothing():
    case = case_of("plain")
    nasty = "<b onclick=x>{{ 7*7 }}</b> https://malo.example\n-- \n  Nota"
    case = case.with_debt(replace(case.debts[0], concept=nasty, note=nasty))
    named = replace(case.client.contacts[0], name=nasty)
    case = replace(
        case,
        account=account(footer=nasty, address=nasty),
        client=replace(case.client, name=nasty.splitlines()[0], contacts=(named,)),
    )
    message = mail(case, letter_of(case, "overdue_1"))
    assert html.escape("<b onclick=x>{{ 7*7 }}</b>") in message.html
    assert "<b" not in message.html.replace("<br>", "").replace("<body", "")
    assert all(link.startswith("https://aldia.example/") for link in Page(message.html).links)
    assert message.text.count("\n-- \n") == 1


def test_every_answer_is_written_to_be_read_at_once():
    for step in ANSWERS:
        body = plain("no_phone", step).text.partition("\n-- \n")[0]
        assert len(body.split()) < 150, step


def test_templates_hold_no_sum_no_date_and_no_address_of_their_own():
    for path in Path(TEMPLATES).rglob("*.txt"):
        own = re.sub(r"\{[{%].*?[}%]\}", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"https?:|[$€]|\b20\d\d-\d\d", own), path.name


def test_letters_without_debts_still_have_a_subject():
    case = case_of("plain")
    letter = letter_of(case, "stop_noted")
    message = mail(case, Letter(letter.step, "answer", letter.day, letter.at))
    assert message.subject == "Tus facturas · Ana Ruiz"
