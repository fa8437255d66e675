"""A letter to a client, complete: who it goes to, what it says, how it can be stopped. Pure: no clock, no sending."""

from collections.abc import Mapping, Sequence

from aldia.domain.account import Account
from aldia.domain.case import Case, Letter
from aldia.domain.client import Client
from aldia.domain.debt import Step
from aldia.domain.errors import Refused
from aldia.domain.kind_words import without_unkind
from aldia.domain.own_texts import OURS, Words
from aldia.i18n import catalog
from aldia.mail.headers import clean_header, one_line
from aldia.mail.links import no_more, not_me
from aldia.mail.own_values import own_values
from aldia.mail.parts import due_day
from aldia.mail.reader import Reader
from aldia.mail.render import Rendered, render
from aldia.mail.values import client_values, letter_values
from aldia.ports import Message

LADDER_LETTERS = (
    "invoice_sent",
    "discount_ending",
    "pre_due",
    "due_today",
    "overdue_1",
    "overdue_2",
    "formal_letter",
    "last_notice",
)
OVERDUE = ("overdue_1", "overdue_2")
AGREED_LETTERS = ("promise_day", "promise_missed", "instalment_due", "instalment_missed", "voucher_expired")
ANSWERS = (
    "promise_noted",
    "extension_noted",
    "plan_noted",
    "proposal_noted",
    "terms_offered",
    "proposal_declined",
    "part_received",
    "payment_on_its_way",
    "dispute_noted",
    "dispute_resolved",
    "already_paid_noted",
    "payment_question",
    "payment_not_found",
    "credit_returned",
    "payment_corrected",
    "stop_noted",
    "wrong_person_noted",
    "thanks",
    "terms_accepted",
)
LETTERS = (*LADDER_LETTERS, *AGREED_LETTERS, *ANSWERS, "manual", "terms_shared")
SUBJECTS = {
    "wrong_person_noted": "subject_wrong_person",
    "terms_shared": "subject_terms",
    "terms_accepted": "subject_terms_accepted",
}
"""Of letters about no debt in particular."""


def compose(
    case: Case,
    letter: Letter,
    *,
    link: str,
    stop_link: str,
    pays_online: bool,
    own_text: str = "",
    edited: Words = OURS,
    to: Sequence[str] = (),
    tags: Mapping[str, str] | None = None,
) -> Message:
    """The mail for a letter. `link` is the client's page, `stop_link` the one-click address, both absolute.
    `pays_online`: the page has a button to pay, and the letter may say so. `edited`: the freelancer's own words,
    with their variables.

    `to`: instead of the client's own addresses. Refused when a name or number hides something from a header, or there
    is nobody to write to.
    """
    case, letter = without_unkind(case, letter)
    values = letter_values(case, letter, link=link, pays_online=pays_online, own_text=own_text)
    values["subject"] = _subject(letter, values, case.client)
    template = template_for(letter, case)
    values |= own_values(edited, template, values)
    said = render(template, values, language=case.client.language, links=_ours(link))
    people = tuple(to) or _named(letter) or case.client.emails
    copies = () if to or letter.facts.get("to") else case.client.copies
    return _message(case.account, case.client, said, to=people, cc=copies, stop_link=stop_link, tags=tags)


def compose_new_link(case: Case, *, link: str, to: str, stop_link: str) -> Message:
    """A fresh link to the client's page, for the address that asked for it and is known."""
    reader = Reader(case.client.language, case.client.country)
    values = client_values(case, link=link)
    values["subject"] = _headed(reader.say("subject_new_link"), values)
    said = render("new_link", values, language=case.client.language, links=_ours(link))
    return _message(case.account, case.client, said, to=(to,), cc=(), stop_link=stop_link, tags=None)


def template_for(letter: Letter, case: Case) -> str:
    """The template of a step. One of the user's own, or one moved before its time, borrows what is true that day."""
    if letter.step in LETTERS and letter.step not in OVERDUE:
        return letter.step
    first = min((due_day(case.debt(part.debt_id), part, letter.day) for part in letter.parts), default=letter.day)
    if letter.parts and letter.day <= first:
        return "due_today" if letter.day == first else "pre_due"
    if letter.step in OVERDUE:
        return letter.step
    ladder = case.debt(letter.parts[0].debt_id).ladder if letter.parts else None
    return "overdue_2" if _comes_late(letter.step, ladder) else "overdue_1"


def _comes_late(step: str, ladder: Sequence[Step] | None) -> bool:
    """Whether a step of the user's own stands after the second reminder, or after two that follow the due date."""
    names = [rung.step for rung in ladder or ()]
    before = (ladder or ())[: names.index(step)] if step in names else ()
    late = [rung for rung in before if rung.channel == "email" and rung.anchor in ("due", "last") and rung.days > 0]
    return len(late) >= 2 or any(rung.step == "overdue_2" for rung in before)


def _subject(letter: Letter, values: Mapping[str, object], client: Client) -> str:
    """Neutral: what it is about and who writes; no sum, and nothing that a third person should not read."""
    if letter.step in SUBJECTS or not letter.parts:
        key = SUBJECTS.get(letter.step, "subject_no_debt")
        return _headed(catalog.text(client.language, f"letters.{key}"), values)
    return _headed(str(values["about"]), values)


def _headed(about: str, values: Mapping[str, object]) -> str:
    """About · sender."""
    return f"{one_line(about, at_most=80)} · {one_line(str(values['sender']), at_most=60)}"


def _ours(link: str) -> frozenset[str]:
    """The addresses that may become links."""
    return frozenset({link, not_me(link), no_more(link)} if link else ())


def _named(letter: Letter) -> tuple[str, ...]:
    """Addresses that the letter itself names, because others may stand there when it goes."""
    return tuple(address.strip() for address in letter.facts.get("to", "").split(",") if address.strip())


def _message(
    account: Account,
    client: Client,
    said: Rendered,
    *,
    to: tuple[str, ...],
    cc: tuple[str, ...],
    stop_link: str,
    tags: Mapping[str, str] | None,
) -> Message:
    """The envelope: answers go to the freelancer, and one click stops the letters."""
    for name in (account.name, client.name):
        clean_header(name)
    people = tuple(dict.fromkeys(clean_header(address) for address in to))
    if not people:
        raise Refused("mail.nobody")
    headers = {"List-Unsubscribe": f"<{stop_link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Message(
        to=people,
        cc=tuple(dict.fromkeys(clean_header(address) for address in cc if address not in people)),
        reply_to=clean_header(account.email),
        from_name=clean_header(catalog.text(client.language, "letters.from_name", sender=one_line(account.name))),
        subject=clean_header(said.subject),
        text=said.text,
        html=said.html,
        headers=headers if stop_link else {},
        tags=dict(tags or {}),
    )
