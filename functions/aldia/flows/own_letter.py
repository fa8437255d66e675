"""A letter to a client in the freelancer's own words where there are some: read by the linter again before it goes."""

from collections.abc import Mapping
from typing import NamedTuple

from aldia.domain import letter_notes, own_texts
from aldia.domain.case import Case, Letter
from aldia.domain.own_words import in_both
from aldia.domain.tone import Verdict, check
from aldia.flows.paying_online import may_pay_online
from aldia.mail.compose import LETTERS, compose, template_for
from aldia.mail.values import spoken
from aldia.ports import Message, Ports
from aldia.store import own_texts as stored


class Written(NamedTuple):
    """A mail, and what of the freelancer's was left out because the linter blocks it in this letter."""

    message: Message
    is_held: bool = False  # the opening: ours stands instead
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

    def written(edited: str, one: Letter) -> Message:
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
    if not (edited or has_note) or _may_go(case, letter, message):
        return Written(message)
    if has_note and _may_go(case, letter, message := written(edited, plain)):
        return Written(message, is_note_held=True)
    if edited and _may_go(case, letter, message := written("", letter)):
        return Written(message, is_held=True)
    return Written(written("", plain), is_held=bool(edited), is_note_held=has_note)


def _may_go(case: Case, letter: Letter, message: Message) -> bool:
    return judged(case, letter, message).level != "block"


def drafted(ports: Ports, case: Case, letter: Letter, *, link: str, stop_link: str) -> tuple[Message, Verdict]:
    """The letter with its personal note whatever the linter says of it, and what it says."""
    plain = composed(ports, case, letter_notes.without(letter), link=link, stop_link=stop_link)
    edited = "" if plain.is_held else in_force(ports, case, letter)
    pays = may_pay_online(ports, case.account)
    message = compose(case, letter, link=link, stop_link=stop_link, pays_online=pays, edited=edited)
    words = letter.facts.get(letter_notes.FACT, "")
    verdict = judged(case, letter, message)
    return message, in_both(verdict, words, step=letter.step, language=case.client.language)


def in_force(ports: Ports, case: Case, letter: Letter) -> str:
    """The freelancer's words for this letter's opening; empty: the product's. Costs a request where there are some."""
    account, client = case.account, case.client
    if not letter.parts or not (account.texts or client.texts):
        return ""
    template = template_for(letter, case)
    for step in (template,) if letter.step in LETTERS else (letter.step, template):
        name = own_texts.key(step, client.language)
        source = own_texts.source_of(name, client, account.texts)
        if source != "ours":
            return stored.load(ports, account.id, name, client.id if source == "client" else "").text
        if name in client.our_texts:
            return ""
    return ""


def judged(case: Case, letter: Letter, message: Message) -> Verdict:
    """What the linter says of the whole letter; names and concepts are left out."""
    step = letter.step if letter.step in LETTERS else template_for(letter, case)
    client = case.client
    return check(message.text, step=step, language=client.language, country=client.country, values=spoken(case, letter))
