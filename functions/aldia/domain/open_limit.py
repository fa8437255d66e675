"""How much a client has open, against the limit that the freelancer set. It warns and never blocks."""

from dataclasses import dataclass, replace
from datetime import datetime

from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.client import Client
from aldia.domain.ledger import stand, state
from aldia.domain.prevention import OpenLimit

SETTLED = ("paid", "written_off")


@dataclass(frozen=True, slots=True)
class Passed:
    """What is open in the limit's currency, which is more than the limit."""

    open_minor: int
    limit: OpenLimit


def limit_of(account: Account, client: Client) -> OpenLimit | None:
    """The client's own limit, else the account's; None where there is none."""
    limit = client.open_limit or account.open_limit
    return limit if limit and limit.minor else None


def open_minor(case: Case, currency: str, now: datetime) -> int:
    """What is open in one currency over all debts, as the lists show it. Sums of other currencies are never added."""
    today = case.local_day(now)
    alive = (debt for debt in case.debts if debt.deleted_at is None and debt.currency == currency)
    return sum(stand(debt, today).balance_minor for debt in alive if state(debt, today) not in SETTLED)


def passed(case: Case, now: datetime) -> Passed | None:
    """How the limit is passed; None while it is not, or there is none."""
    limit = limit_of(case.account, case.client)
    open_now = open_minor(case, limit.currency, now) if limit else 0
    return Passed(open_now, limit) if limit and open_now > limit.minor else None


def to_tell(case: Case, now: datetime) -> Passed | None:
    """The same, unless the freelancer knows of as much already."""
    found, seen = passed(case, now), case.client.limit_seen
    if found and seen and seen.currency == found.limit.currency and found.open_minor <= seen.minor:
        return None
    return found


def know(case: Case, *, now: datetime) -> Outcome:
    """ "I know": quiet until more is open than now."""
    found = passed(case, now)
    seen = OpenLimit(found.open_minor, found.limit.currency) if found else None
    return _with(case, limit_seen=seen)


def tell_again(case: Case) -> Outcome:
    """Take "I know" back."""
    return _with(case, limit_seen=None)


def set_limit(case: Case, limit: OpenLimit | None) -> Outcome:
    """The client's own limit (0: none for it); None: the account's holds."""
    return _with(case, open_limit=limit, limit_seen=None)


def fresh(case: Case, now: datetime) -> Case:
    """The case before a new debt: what was known of an earlier time over the limit is forgotten once it was under."""
    if case.client.limit_seen is None or passed(case, now):
        return case
    return replace(case, client=replace(case.client, limit_seen=None))


def _with(case: Case, **values: OpenLimit | None) -> Outcome:
    return Outcome(replace(case, client=replace(case.client, **values)))  # type: ignore[arg-type]
