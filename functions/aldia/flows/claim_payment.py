""" "I already paid": what the client says is kept with the file that shows it; the freelancer may ask for more."""

from dataclasses import dataclass
from datetime import date, datetime

from aldia.domain import answers
from aldia.domain.attachments import clean_name, kind_of
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.flows import casework
from aldia.flows.debt_files import proof_key, showing
from aldia.ports import Ports

PROOFS = ("pdf", "png", "jpg")


@dataclass(frozen=True, slots=True)
class Said:
    """What the client says of one payment; `proof` is (name, bytes), or None."""

    paid_on: date | None
    amount_minor: int | None
    reference: str = ""
    proof: tuple[str, bytes] | None = None


def proof_name(upload: tuple[str, bytes]) -> str:
    """The name to keep it under. Refused (field `proof`): empty, over 4 MB, or no PDF and no picture."""
    try:
        kind = kind_of(upload[1])
    except Refused as refused:
        key = "claim.proof_kind" if refused.key == "debt.file_kind" else refused.key
        raise Refused(key, field="proof") from refused
    if kind not in PROOFS:
        raise Refused("claim.proof_kind", field="proof")
    return clean_name(upload[0], kind)


def claim_payment(ports: Ports, ids: tuple[str, str, str], said: Said) -> Outcome:
    """Silence at once, a letter that confirms it, news for the freelancer. `ids`: account, client, debt. May refuse."""
    account_id, client_id, debt_id = ids
    name = proof_name(said.proof) if said.proof else ""

    def ask(case: Case, now: datetime) -> Outcome:
        return answers.claim_paid(
            case,
            debt_id,
            paid_on=said.paid_on,
            amount_minor=said.amount_minor,
            reference=said.reference,
            proof_name=name,
            now=now,
        )

    asked = showing(ports, proof_key(account_id, debt_id), said.proof, ask)
    return casework.change(ports, account_id, client_id, asked)
