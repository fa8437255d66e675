"""A letter to a client in the freelancer's own words where there are some: read by the linter again before it goes."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aldia.domain import letter_notes, own_texts
from aldia.domain.case import Case, Letter
from aldia.domain.editable import FIRM, TO_STRANGERS
from aldia.domain.own_texts import OURS, Words
from aldia.domain.own_words import as_everyday, for_a_stranger, in_both
from aldia.domain.tone import Verdict, check
from aldia.flows.paying_online import may_pay_online
from aldia.mail.compose import LETTERS, compose, template_for
from aldia.mail.values import spoken
from aldia.ports import Message, Ports
from aldia.store import own_texts as stored


class Written(NamedTuple):
    """A mail, and what of the freelancer's was left out because the linter blocks it in this letter."""

    message: Message
    is_held: bool = False  # the words of the letter: ours stand instead
    is_note_held: bool = False  # the personal note


def composed(
    ports: Ports,
    case: Case,
    letter: Letter,
    *,
    link: str,
    stop_link: str,
    tags: Mapping[str, str] | None = None,
) -> Written:
    """The mail as it may go."""
    pays_online = may_pay_online(ports, case.account)

    def written(edited: Words, one: Letter) -> Message:
        return compose(
            case,
            one,
            link=link,
            stop_link=stop_link,
            pays_online=pays_online,
            own_text=letter.facts.get("own_text", ""),
            edited=edited,
            tags=tags,
        )

    edited, plain = in_force(ports, case, letter), letter_notes.without(letter)
    has_note = plain != letter
    message = written(edited, letter)
    if not (edited or has_note) or _may_go(case, letter, message, edited):
        return Written(message)
    if has_note and _may_go(case, letter, message := written(edited, plain), edited):
        return Written(message, is_note_held=True)
    if edited and _may_go(case, letter, message := written(OURS, letter), OURS):
        return Written(message, is_held=True)
    return Written(written(OURS, plain), is_held=bool(edited), is_note_held=has_note)


def _may_go(case: Case, letter: Letter, message: Message, edited: Words) -> bool:
    return judged(case, letter, message, edited).level != "block"


def drafted(ports: Ports, case: Case, letter: Letter, *, link: str, stop_link: str) -> tuple[Message, Verdict]:
    """The letter with its personal note whatever the linter says of it, and what it says."""
    plain = composed(ports, case, letter_notes.without(letter), link=link, stop_link=stop_link)
    edited = OURS if plain.is_held else in_force(ports, case, letter)
    pays = may_pay_online(ports, case.account)
    message = compose(case, letter, link=link, stop_link=stop_link, pays_online=pays, edited=edited)
    words = letter.facts.get(letter_notes.FACT, "")
    verdict = judged(case, letter, message, edited)
    return message, in_both(verdict, words, step=letter.step, language=case.client.language)


def in_force(ports: Ports, case: Case, letter: Letter) -> Words:
    """The freelancer's words for this letter; empty: the product's. Costs a request where there are some."""
    account, client = case.account, case.client
    if not (account.texts or client.texts):
        return OURS
    template = template_for(letter, case)
    for step in (template,) if letter.step in LETTERS else (letter.step, template):
        name = own_texts.key(step, client.language)
        source = own_texts.source_of(name, client, account.texts)
        if source != "ours":
            return stored.load(ports, account.id, name, client.id if source == "client" else "").words
        if name in client.our_texts:
            return OURS
    return OURS


def judged(case: Case, letter: Letter, message: Message, edited: Words) -> Verdict:
    """What the linter says of the whole letter; names and concepts are left out. `edited`: what is the freelancer's."""
    step = letter.step if letter.step in LETTERS else template_for(letter, case)
    language, country = case.client.language, case.client.country
    verdict = check(message.text, step=step, language=language, country=country, values=spoken(case, letter))
    if step in FIRM and edited:
        return as_everyday(verdict, edited.whole, language=language, country=country)
    if step in TO_STRANGERS and edited:
        return for_a_stranger(verdict, edited.whole, _private(case))
    return verdict


def _private(case: Case) -> Iterator[str]:
    """What would tell a stranger whose letter it was."""
    client = case.client
    yield from (client.name, client.tax_id, *(contact.name for contact in client.contacts), *client.emails)
    yield from (text for debt in case.debts for text in (debt.number, debt.concept))
