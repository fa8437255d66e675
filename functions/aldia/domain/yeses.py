"""Whether a letter has the freelancer's yes: it holds for exactly what was shown, and for nothing that came after."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from aldia.domain.case import Case
from aldia.domain.debt import Debt

Parts = Iterable[tuple[str, str]]
"""(debt, key of the occurrence) of everything in one letter."""


def is_given(case: Case, debt: Debt, key: str, today: date) -> bool:
    """Whether that letter of the debt may go, as far as the freelancer is asked: shown, let go, and still the same."""
    return any(yes.key == key and today <= yes.until and yes.shown == shown(case, yes.parts) for yes in debt.yeses)


def shown(case: Case, parts: Parts) -> str:
    """A name for all that a letter over these parts tells: it changes with the money, the terms, what was answered,
    who writes in which words and who reads it, and with nothing that only time does. Empty when a debt is gone."""
    known = {debt.id: debt for debt in case.debts if debt.deleted_at is None}
    wanted = sorted(parts)
    if any(debt_id not in known for debt_id, _key in wanted):
        return ""
    told = [(_people(case), *((key, _facts(known[debt_id])) for debt_id, key in wanted))]
    return sha256(repr(told).encode()).hexdigest()[:24]


def _people(case: Case) -> tuple[object, ...]:
    """Who writes and who reads, in whose words, and what the reader is offered."""
    account, client = case.account, case.client
    return (
        account.name, account.email, account.tax_id, account.address, account.phone, account.footer,
        account.bank, account.payment_links, account.stripe_account, account.stripe_ready, account.part_percent,
        account.texts, _at(account.texts_at), client.texts, client.our_texts, _at(client.texts_at),
        client.fence or account.fence, client.phrase or account.phrase,
        client.name, client.tax_id, client.country, client.language, client.contacts,
    )  # fmt: skip


def _facts(debt: Debt) -> tuple[object, ...]:
    """What is written about a debt, and everything that happened to it; nothing that a run changes by itself."""
    return (
        debt.id, debt.number, debt.concept, debt.note, debt.letter_note and debt.letter_note.text,
        debt.currency, debt.amount_minor,
        debt.issued_on, debt.due_on, debt.extended_to, debt.instalments, debt.discount, debt.interest,
        [entry.key for entry in debt.entries],
        [checkout.id for checkout in debt.checkouts],
        [(agreement.kind, _at(agreement.at)) for agreement in debt.agreements],
        debt.promises_made, debt.promise and (debt.promise.on, _at(debt.promise.made_at)), debt.proposals_made,
        debt.dispute and _at(debt.dispute.at), _at(debt.problem_settled_at), debt.claim and _at(debt.claim.at),
        _at(debt.review_since), debt.pause and _at(debt.pause.at),
    )  # fmt: skip


def _at(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
