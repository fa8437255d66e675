"""A letter to a client in the freelancer's own words where there are some: read by the linter again before it goes."""

from collections.abc import Mapping

from aldia.domain import own_texts
from aldia.domain.case import Case, Letter
from aldia.domain.tone import Verdict, check
from aldia.flows.paying_online import may_pay_online
from aldia.mail.compose import LETTERS, compose, template_for
from aldia.mail.values import spoken
from aldia.ports import Message, Ports
from aldia.store import own_texts as stored


def composed(
    ports: Ports,
    case: Case,
    letter: Letter,
    *,
    link: str,
    stop_link: str,
    tags: Mapping[str, str] | None = None,
) -> tuple[Message, bool]:
    """The mail, and whether the freelancer's words were left out because the linter blocks them in this letter."""
    own_text = letter.facts.get("own_text", "")
    pays_online = may_pay_online(ports, case.account)

    def written(edited: str) -> Message:
        return compose(
            case,
            letter,
            link=link,
            stop_link=stop_link,
            pays_online=pays_online,
            own_text=own_text,
            edited=edited,
            tags=tags,
        )

    edited = in_force(ports, case, letter)
    message = written(edited)
    if edited and judged(case, letter, message).level == "block":
        return written(""), True
    return message, False


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
