"""A payment page that has closed says nothing about money: until the provider has answered how it ended, nobody is
written to about its debts (reliability 0.7).

The answer is the reconciler's: here its record is only read, and woken. Where letters and money are the work of two
functions, the one that writes letters has no key of the provider's.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from aldia.domain.case import Case, Letter
from aldia.ports import Conflict, Ports
from aldia.store import checkouts

LOOK_AGAIN = timedelta(minutes=5)
PATIENCE = timedelta(days=3)  # a provider that says nothing for so long holds nobody's letters back any more
ENDED = ("paid", "failed")  # of a debt's checkout; `expired` may be what the clock alone has said


def is_unsettled(ports: Ports, case: Case, letters: Iterable[Letter], now: datetime) -> bool:
    """Whether one of these letters is about a debt whose payment's end is not known; if so, it is asked for at once.

    Reads nothing for debts without a payment that ended in the last three days.
    """
    debt_ids = {part.debt_id for letter in letters if letter.letter_class != "answer" for part in letter.parts}
    waiting = [
        record
        for checkout_id in _lately_ended(case, debt_ids, now)
        if (record := checkouts.load(ports, case.account.id, case.client.id, checkout_id))
        and record.state not in checkouts.FINAL
    ]
    for record in waiting:
        with suppress(Conflict):  # whoever moved it on has just asked
            ports.table.write(checkouts.change(ports, record, look_again_at=now))
    return bool(waiting)


def _lately_ended(case: Case, debt_ids: Iterable[str], now: datetime) -> set[str]:
    return {
        checkout.id
        for debt_id in debt_ids
        for checkout in case.debt(debt_id).checkouts
        if checkout.state not in ENDED and checkout.ends_at <= now < checkout.ends_at + PATIENCE
    }
