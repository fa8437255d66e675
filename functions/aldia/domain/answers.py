"""Everything that a client, the freelancer or the mail provider may answer, under one name.

Each is pure, `f(case, …, now) -> Outcome`, silences at once, and raises only `Refused`.
"""

from aldia.domain.claims import ask_about_claim, claim_not_found, claim_paid, confirm_claim
from aldia.domain.credits import apply_credit, return_credit
from aldia.domain.disputes import dispute, resolve_dispute
from aldia.domain.plans import plan, spread
from aldia.domain.promises import CLIENT_PAGE, PromiseLimits, extension, promise, promise_next
from aldia.domain.proposals import grant
from aldia.domain.silencing import (
    asked_again,
    bounce,
    client_changed,
    complaint,
    pause,
    resume,
    right_person,
    stop,
    wants_them_again,
    write_to_suggested,
    wrong_person,
)

__all__ = [
    "CLIENT_PAGE",
    "PromiseLimits",
    "apply_credit",
    "ask_about_claim",
    "asked_again",
    "bounce",
    "claim_not_found",
    "claim_paid",
    "client_changed",
    "complaint",
    "confirm_claim",
    "dispute",
    "extension",
    "grant",
    "pause",
    "plan",
    "promise",
    "promise_next",
    "resolve_dispute",
    "resume",
    "return_credit",
    "right_person",
    "spread",
    "stop",
    "wants_them_again",
    "write_to_suggested",
    "wrong_person",
]
