"""A letter that answers something, or is about an agreement, as it might go: what has not happened yet is made up."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from aldia.domain.case import Case, Letter, LetterClass, LetterPart
from aldia.domain.debt import Debt, Instalment
from aldia.domain.editable import ABOUT_NO_DEBT, AGREED
from aldia.domain.look import Look
from aldia.domain.spoken import Claim, Dispute, Plan, Promise
from aldia.i18n import catalog

PARTS, MONTH = 3, timedelta(days=30)
DATED = ("promise_day", "instalment_due")
REMINDS = (*DATED, "promise_missed", "instalment_missed", "voucher_expired", "terms_shared")
PLANNED = ("plan_noted", "instalment_due", "instalment_missed")
CLAIMED = ("already_paid_noted", "payment_question", "payment_not_found")
AWAY = {"promise_noted": 7, "promise_day": 0, "promise_missed": -1}  # days to the date that was promised
FIRST = {"plan_noted": 7, "instalment_due": 7, "instalment_missed": -3}  # days to the plan's first payment
HASH = "0a1b2c3d4e5f"


class _Then(NamedTuple):
    """What an example is made from."""

    step: str
    day: date
    at: datetime
    amount_minor: int
    language: str

    def after(self, days: int) -> date:
        """So many days later."""
        return self.day + timedelta(days=days)

    def say(self, key: str) -> str:
        """An example of what people write, in the letter's language."""
        return catalog.text(self.language, f"texts.example_{key}")


def as_it_might_go(case: Case, debt: Debt, step: str, now: datetime) -> tuple[Case, Letter]:
    """The letter today, and the case in which it is true."""
    asked = Look(case, debt, now).ask()
    then = _Then(step, case.local_day(now), now, asked if asked > 0 else debt.amount_minor, case.client.language)
    lived = _lived(debt, then)
    parts = () if step in ABOUT_NO_DEBT else (_part(lived, then),)
    kind: LetterClass = "dated" if step in DATED else "ladder" if step in REMINDS else "answer"
    cause = then.at.isoformat() if kind == "answer" else ""
    return case.with_debt(lived), Letter(step, kind, then.day, now, parts, cause, _facts(case, then))


def _lived(debt: Debt, then: _Then) -> Debt:
    """The debt with what the letter is about."""
    if then.step in AWAY:
        made = then.at - timedelta(days=10)
        return replace(debt, promise=Promise(then.after(AWAY[then.step]), made, then.amount_minor))
    if then.step in PLANNED:
        parts = _instalments(debt.amount_minor, then)
        plan = Plan(then.at, tuple(part.id for part in parts))
        return replace(debt, instalments=parts, due_on=parts[-1].due_on, discount=None, plan=plan)
    if then.step in CLAIMED:
        return replace(debt, claim=Claim(then.at, paid_on=then.after(-1)))
    if then.step == "dispute_noted":
        return replace(debt, dispute=Dispute(then.at, then.say("problem")))
    return debt


def _part(debt: Debt, then: _Then) -> LetterPart:
    if then.step.startswith("instalment_"):
        first = debt.instalments[0]
        return LetterPart(debt.id, then.step, f"{then.step}@{first.id}", first.amount_minor, debt.currency)
    return LetterPart(debt.id, then.step, then.step, then.amount_minor, debt.currency)


def _instalments(minor: int, then: _Then) -> tuple[Instalment, ...]:
    """A sum in equal parts, a month apart; what does not divide goes to the first."""
    count = PARTS if minor >= PARTS else 1
    each = minor // count
    sums = (minor - each * (count - 1), *[each] * (count - 1))
    first = then.after(FIRST.get(then.step, 14))
    return tuple(Instalment(f"x{n}", first + n * MONTH, part) for n, part in enumerate(sums))


def _facts(case: Case, then: _Then) -> dict[str, str]:
    """What its text tells: dates and sums near what they usually are."""
    if then.step in AGREED:
        return _agreed(case, then)
    sums = {"all": then.amount_minor, "part": then.amount_minor // PARTS}
    yesterday, soon = then.after(-1).isoformat(), then.after(3).isoformat()
    found: dict[str, dict[str, str]] = {
        "thanks": {"tone": "on_time", "paid_minor": str(sums["all"])},
        "part_received": {"paid_minor": str(sums["part"]), "balance_minor": str(sums["all"] - sums["part"])},
        "payment_on_its_way": {"paid_minor": str(sums["all"])},
        "already_paid_noted": {"paid_on": yesterday, "amount_minor": str(sums["all"])},
        "payment_question": {"paid_on": yesterday, "question": then.say("question")},
        "payment_not_found": {"paid_on": yesterday, "claimed_minor": str(sums["all"])},
        "credit_returned": {"paid_minor": str(sums["part"])},
        "payment_corrected": {"paid_minor": str(sums["part"]), "balance_minor": str(sums["all"])},
        "dispute_noted": {"reply_on": soon},
        "dispute_resolved": {"resolution": then.say("resolution")},
    }
    return found.get(then.step, {})


def _agreed(case: Case, then: _Then) -> dict[str, str]:
    rows = _instalments(then.amount_minor, then)
    schedule = " ".join(f"{part.due_on.isoformat()}={part.amount_minor}" for part in rows)
    later, soon = then.after(21).isoformat(), then.after(3).isoformat()
    if then.step in AWAY:
        return {"on": then.after(AWAY[then.step]).isoformat(), "amount_minor": str(then.amount_minor)}
    found: dict[str, dict[str, str]] = {
        "extension_noted": {"until": later},
        "plan_noted": {"schedule": schedule},
        "proposal_noted": {"until": later, "reply_on": soon},
        "terms_offered": {"schedule": schedule, "reply_on": soon},
        "proposal_declined": {"until": later},
        "terms_accepted": {"number": "1", "by": case.client.name, "on": then.day.isoformat(), "hash": HASH}
        | {"text": then.say("terms")},
    }
    return found.get(then.step, {})
