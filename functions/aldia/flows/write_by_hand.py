"""The freelancer writes to one client now: checked like every letter, counted, and sent once.

The text goes inside our own letter, with the debt, the link and the way out under it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from aldia.domain import decisions
from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.contact_rules import Allowed, Stop, Wait, may_write
from aldia.domain.errors import Refused
from aldia.domain.look import Look
from aldia.domain.notes import check_note
from aldia.domain.outcomes import unpaid_debt
from aldia.domain.tone import Verdict, check
from aldia.domain.tried_again import told
from aldia.flows import casework, send_letter
from aldia.flows.paying_online import may_pay_online
from aldia.mail.compose import compose
from aldia.mail.headers import paragraphs
from aldia.mail.links import Links
from aldia.mail.values import spoken
from aldia.ports import AlreadyThere, CapReached, Conflict, Message, Ports
from aldia.store import cases, letters
from aldia.store.letters import LetterRecord

LONGEST = 1500
STEP = "manual"


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it would go now, and what the linter says of it."""

    message: Message
    verdict: Verdict


def draft(ports: Ports, case: Case, debt_id: str, *, text: str, now: datetime) -> Draft:
    """Nothing is written and nothing goes. Refused (field `text`) when the words cannot go at all."""
    letter = letter_of(case, debt_id, text=text, key="draft", now=now)
    ours = Links(ports.settings.base_url)
    message = compose(
        case,
        letter,
        link=ours.client_page("…"),
        stop_link="",
        pays_online=may_pay_online(ports, case.account),
        own_text=letter.facts["own_text"],
    )
    return Draft(message, judged(case, letter, message))


def judged(case: Case, letter: Letter, message: Message) -> Verdict:
    """The whole letter read by the linter; names and concepts are left out, the freelancer's words are not."""
    client = case.client
    return check(message.text, step=STEP, language=client.language, country=client.country, values=spoken(case, letter))


def letter_of(case: Case, debt_id: str, *, text: str, key: str, now: datetime) -> Letter:
    """The letter about one debt. Refused: no words, too many, an address or a phone number, nothing left to pay."""
    debt = unpaid_debt(case, debt_id, now)
    words = paragraphs(check_note(text, field="text", most=LONGEST), at_most=LONGEST)
    if not words:
        raise Refused("debt.write_empty", field="text")
    part = LetterPart(debt.id, STEP, "", Look(case, debt, now).ask(), debt.currency)
    cause = f"{debt.id}/{key}"
    return Letter(STEP, "ladder", case.local_day(now), now, parts=(part,), cause=cause, facts={"own_text": words})


def moment(case: Case, now: datetime) -> Allowed | Wait | Stop:
    """Whether a letter by hand may go now, and if not, when or why never."""
    if case.account.paused and case.account.paused.reason == "trust":
        return Stop("trust")
    return may_write(case, now, by_hand=True)


def write_by_hand(
    ports: Ports, account_id: str, client_id: str, debt_id: str, *, text: str, key: str, is_confirmed: bool
) -> None:
    """Send it now, once for each `key` of a form. Raises Refused (field `text`), Conflict when others come first.

    `is_confirmed`: what the linter warns of has been seen; what it blocks never goes.
    """

    def may_go(case: Case, letter: Letter, message: Message) -> None:
        _check_words(judged(case, letter, message), is_confirmed)

    by_hand = ByHand(lambda case, now: letter_of(case, debt_id, text=text, key=key, now=now), _check_moment, may_go)
    send_once(ports, account_id, client_id, by_hand, field="text")


class ByHand(NamedTuple):
    """A letter that goes at a press: how it is written, and what may stand against it. All three may refuse."""

    written: Callable[[Case, datetime], Letter]
    may_begin: Callable[[Case, datetime], None]
    may_go: Callable[[Case, Letter, Message], None]


def send_once(ports: Ports, account_id: str, client_id: str, by_hand: ByHand, *, field: str) -> None:
    """One letter for each key of a form, counted as a contact. Refused (`field`), Conflict when others come first."""
    for attempt in range(casework.TRIES):
        try:
            _send(ports, account_id, client_id, by_hand)
            return
        except AlreadyThere:
            return  # the same form, twice at once
        except CapReached:
            raise Refused("debt.write_trust", field=field) from None
        except Conflict:
            if attempt == casework.TRIES - 1:
                raise
            ports.pause(attempt)


def _send(ports: Ports, account_id: str, client_id: str, by_hand: ByHand) -> None:
    case, now = cases.load_by_id(ports, account_id, client_id), ports.clock.now()
    letter = by_hand.written(case, now)
    record = LetterRecord(letter, account_id, client_id, case.client.name, told=told(case, letter))
    if letters.load(ports, record.key):
        return  # the same form, sent again
    by_hand.may_begin(case, now)
    message, doors, _letter = send_letter.prepare(ports, case, letter, now)
    by_hand.may_go(case, letter, message)
    outcome = decisions.log_contact(case, now=now)
    taken, claim = letters.claim(ports, record, message, now)
    after = replace(outcome, case=send_letter.known_now(outcome.case))
    cases.save(ports, case, after, now=now, more=(claim, *doors, *send_letter.counters(ports, case, now)))
    send_letter.hand_over(ports, taken, message)


def _check_moment(case: Case, now: datetime) -> None:
    """Refused (field `text`) while a letter by hand may not go."""
    verdict = moment(case, now)
    if isinstance(verdict, Stop):
        raise Refused("debt.write_not", field="text")
    if isinstance(verdict, Wait):
        raise Refused("debt.write_later", field="text")


def _check_words(verdict: Verdict, is_confirmed: bool) -> None:
    if verdict.level == "block":
        raise Refused("debt.write_blocked", field="text")
    if verdict.level == "warn" and not is_confirmed:
        raise Refused("debt.write_unsure", field="text")
