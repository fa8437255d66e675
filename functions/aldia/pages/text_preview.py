"""A letter as it would go with the words that are being written, about a real debt; invented where there is none."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from flask import g

from aldia.domain.account import Account, DiscountRule
from aldia.domain.calendar import local_instant
from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.debt import Debt
from aldia.domain.editable import ABOUT_NO_DEBT, AGREED, ANSWERS
from aldia.domain.errors import Refused
from aldia.domain.ladder import occurrences
from aldia.domain.ledger import state
from aldia.domain.look import Look
from aldia.domain.needs import SETTLED
from aldia.domain.own_texts import LANGUAGES, Words
from aldia.domain.own_words import in_both
from aldia.domain.tone import Verdict
from aldia.flows.own_letter import composed, judged
from aldia.flows.paying_online import may_pay_online
from aldia.i18n import formats
from aldia.mail.compose import compose
from aldia.pages.own import Unreadable
from aldia.pages.render import language, ports, t
from aldia.pages.settings_example import example_case
from aldia.pages.spoilt import case_of
from aldia.pages.text_example import as_it_might_go
from aldia.ports import Message
from aldia.store import lists

MOST = 20  # debts to choose from
DAYS = {
    "pre_due": -7,
    "due_today": 0,
}  # from the due date, where the debt's own ladder has no such step; else a week on
AT_ISSUE = ("invoice_sent", "discount_ending")
PAGE, STOP = "https://al-dia.example/p/…", "https://al-dia.example/baja/…"
ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
NOBODY = "cliente@example.com"


class Choice(NamedTuple):
    """A debt that the letter may be about. `value`: client and debt."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The letter, what the linter says of it, what it is about in a sentence, and the same in the other language."""

    message: Message
    verdict: Verdict
    about: str
    other: Message | None = None
    other_language: str = ""


def choices(account: Account, case: Case | None) -> list[Choice]:
    """The open debts: of that client, or the first ones of the account."""
    if case is None:
        rows = lists.rows(ports(), account.id, "OPEN", limit=MOST).rows
        return [Choice(f"{item['pk'].split('#')[3]}/{item['sk'][2:]}", _label(item["row"])) for item in rows]
    today = case.local_day(ports().clock.now())
    alive = [debt for debt in case.debts if debt.deleted_at is None and state(debt, today) not in SETTLED]
    alive.sort(key=lambda debt: debt.due_on)
    return [Choice(f"{case.client.id}/{debt.id}", _label_of(case, debt, today)) for debt in alive[:MOST]]


def _label(row: dict[str, object]) -> str:
    amount = formats.money(int(str(row["balance"])), str(row["currency"]), language(), g.account.country)
    return " · ".join(str(text) for text in (row["client"], row["number"] or row["concept"], amount))


def _label_of(case: Case, debt: Debt, today: date) -> str:
    balance = Look(case, debt, datetime.combine(today, time(12), case.zone)).standing.balance_minor
    return f"{debt.number or debt.concept} · {formats.money(balance, debt.currency, language(), g.account.country)}"


def drawn(case: Case | None, wanted: str, *, step: str, spoken: str, words: Words) -> Draft:
    """The letter about the debt that was chosen, else about the first open one, else about an example.

    `case`: the only client that it may be about. Raises Refused when it cannot be written.
    """
    held, debt = _chosen(case, wanted)
    why = "example" if debt is None else ""
    if held and debt and step == "discount_ending" and not _offers(held, debt):
        why = "example_no_discount"
    about = example(step) if why or held is None else held
    one = about.debts[0] if why or debt is None else debt
    named = replace(about.account, name=about.account.name or t("settings.example_name"))
    about = replace(about, account=named)
    true, letter = _letter_in(_in_language(about, spoken), one, step)
    message = compose(
        true,
        letter,
        link=PAGE,
        stop_link=STOP,
        pays_online=may_pay_online(ports(), true.account),
        edited=words,
        to=true.client.emails or (NOBODY,),
    )
    other = next(code for code in LANGUAGES if code != spoken)
    return Draft(
        message,
        in_both(judged(true, letter, message, words), words.whole, step=step, language=spoken),
        _about(true, one, letter, why=why),
        _as_it_goes(*_letter_in(_in_language(about, other), one, step)),
        other,
    )


def _letter_in(case: Case, debt: Debt, step: str) -> tuple[Case, Letter]:
    """The letter of that step, and the case in which it is true; what an answer tells is made up."""
    if step in (*AGREED, *ANSWERS):
        return as_it_might_go(case, debt, step, ports().clock.now())
    return case, letter_of(case, debt, step)


def _about(case: Case, debt: Debt, letter: Letter, *, why: str) -> str:
    """What the letter is about. `why`: the reason for an invented debt."""
    if letter.step in ABOUT_NO_DEBT:
        return t("texts.example_no_debt")
    if why:
        return t(f"texts.{why}")
    day = formats.day(letter.day, language())
    about = t("texts.with_debt", label=debt.number or debt.concept, client=case.client.name, day=day)
    return t("texts.with_facts", about=about) if letter.step in (*AGREED, *ANSWERS) else about


def _chosen(case: Case | None, wanted: str) -> tuple[Case | None, Debt | None]:
    """The account's own case and debt; what is another's is as if it were not there."""
    values = [choice.value for choice in choices(g.account, case)] if case or "/" not in wanted else [wanted]
    value = wanted if wanted in values else next(iter(values), "")
    client_id, _, debt_id = value.partition("/")
    held = case or (case_of(g.account, client_id, strong=False, told=Unreadable) if ID.fullmatch(client_id) else None)
    return held, next((debt for debt in held.debts if debt.id == debt_id), None) if held else None


def _in_language(case: Case, spoken: str) -> Case:
    return replace(case, client=replace(case.client, language=cast(Literal["es", "en"], spoken)))


def _as_it_goes(case: Case, letter: Letter) -> Message | None:
    """The letter with the words that hold now."""
    try:
        return composed(ports(), case, letter, link=PAGE, stop_link=STOP).message
    except Refused:
        return None


def _offers(case: Case, debt: Debt) -> bool:
    letter = letter_of(case, debt, "discount_ending")
    return Look(case, debt, letter.at).standing.offer_minor > 0


def example(step: str) -> Case:
    """The invented client and debt; with a discount where the letter is about one."""
    account: Account = g.account
    rule = account.defaults.discount or (DiscountRule(Decimal(2), 10) if step == "discount_ending" else None)
    wanted = replace(account.defaults, discount=rule)
    return example_case(replace(account, defaults=wanted), ports().clock.now())


def letter_of(case: Case, debt: Debt, step: str) -> Letter:
    """The step's letter as it would go on its day, whether that is over or still to come."""
    own = next((one for one in occurrences(case, debt) if one.step.step == step and not one.is_task), None)
    day = own.on if own else debt.issued_on if step in AT_ISSUE else debt.due_on + timedelta(days=DAYS.get(step, 7))
    at = local_instant(max(day, debt.issued_on), time(12), case.zone)
    look = Look(case, debt, at)
    asked = look.ask(own.instalment_id if own else "")
    part = LetterPart(debt.id, step, own.key if own else step, asked if asked > 0 else debt.amount_minor, debt.currency)
    return Letter(step, "ladder", look.today, at, (part,))
