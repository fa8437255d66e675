"""The letters in which the freelancer may write words of their own: in which group, with which variables, how many.

In each the words open and end the letter. What it is about (facts, sums, dates, the law, ways out) stays ours.
"""

from collections.abc import Sequence
from typing import Literal

from aldia.domain.debt import Step
from aldia.domain.own_ladder import is_own

Group = Literal["reminders", "agreements", "answers", "own"]

FIRM = ("formal_letter", "last_notice")
LADDER = ("invoice_sent", "discount_ending", "pre_due", "due_today", "overdue_1", "overdue_2", *FIRM)
AGREED = (
    "promise_noted",
    "promise_day",
    "promise_missed",
    "extension_noted",
    "plan_noted",
    "instalment_due",
    "instalment_missed",
    "proposal_noted",
    "terms_offered",
    "proposal_declined",
    "terms_shared",
    "terms_accepted",
)
ANSWERS = (
    "thanks",
    "part_received",
    "payment_on_its_way",
    "voucher_expired",
    "already_paid_noted",
    "payment_question",
    "payment_not_found",
    "credit_returned",
    "payment_corrected",
    "dispute_noted",
    "dispute_resolved",
    "stop_noted",
    "wrong_person_noted",
)
STEPS = (*LADDER, *AGREED, *ANSWERS)
TO_STRANGERS = ("wrong_person_noted",)  # who reads it may not learn whose letter it was
ABOUT_NO_DEBT = (*TO_STRANGERS, "terms_shared", "terms_accepted")

LONGEST = 1200
LONGEST_FIRM = 300  # the demand stays near the top of a formal letter

_PEOPLE = ("name", "client", "me")
_OF_A_DEBT = ("name", "label", "client", "me")
_OF_A_SUM = ("name", "label", "amount", "client", "me")
_OF_A_REMINDER = ("name", "label", "amount", "due", "when", "days", "client", "me")
_DATED = ("name", "label", "amount", "date", "client", "me")
_VARIABLES = {
    **dict.fromkeys(FIRM, (*_OF_A_REMINDER, "date")),
    **dict.fromkeys(("promise_noted", "promise_day", "promise_missed"), _DATED),
    "plan_noted": (*_DATED, "payments"),
    **dict.fromkeys(("extension_noted", "proposal_noted", "terms_offered"), (*_OF_A_DEBT, "date")),
    **dict.fromkeys(
        ("instalment_due", "instalment_missed", "dispute_resolved"), ("name", "label", "amount", "due", "when", "me")
    ),
    **dict.fromkeys(("proposal_declined", "already_paid_noted", "payment_question", "dispute_noted"), _OF_A_DEBT),
    **dict.fromkeys(
        (
            "thanks",
            "part_received",
            "payment_on_its_way",
            "voucher_expired",
            "payment_not_found",
            "credit_returned",
            "payment_corrected",
        ),
        _OF_A_SUM,
    ),
    **dict.fromkeys(("terms_shared", "stop_noted"), _PEOPLE),
    "terms_accepted": (*_PEOPLE, "date"),
    "wrong_person_noted": ("me",),
}


def variables_of(step: str) -> tuple[str, ...]:
    """What may stand in braces in that letter, by meaning; a step of one's own has what a reminder has."""
    return _VARIABLES.get(step, _OF_A_REMINDER)


def longest(step: str) -> int:
    """How many characters the words of one place may have."""
    return LONGEST_FIRM if step in FIRM else LONGEST


def groups(ladders: Sequence[Sequence[Step]]) -> dict[Group, tuple[str, ...]]:
    """The product's letters by group, and the reminders that these ladders add; a group without letters is left out."""
    own = (step.step for ladder in ladders for step in ladder if is_own(step) and step.channel == "email")
    found: dict[Group, tuple[str, ...]] = {
        "reminders": LADDER,
        "agreements": AGREED,
        "answers": ANSWERS,
        "own": tuple(dict.fromkeys(own)),
    }
    return {name: steps for name, steps in found.items() if steps}
