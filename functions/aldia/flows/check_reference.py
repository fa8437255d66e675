"""A client asks whether a reference in a letter is real: yes or no, and nothing else, to whoever asks.

Yes says that somebody asks for money under it through Al Día; not who, not whom, not how much. Everything else is the
same no, with the same readings of the table: what was paid, what is in the bin, what never was. What a network may ask
in an hour is counted as sign-ins are.
"""

from datetime import datetime

from aldia.domain.account import Account
from aldia.domain.asked_for import is_asked_for
from aldia.domain.errors import Refused
from aldia.ports import Add, CapReached, Ports
from aldia.store import accounts, cases, references
from aldia.store.keys import hashed
from aldia.store.references import Place

PER_NETWORK_HOUR = 30
NOBODY = Place("nobody", "nobody", "nobody")


def check_reference(ports: Ports, reference: str, *, network: str) -> bool:
    """Whether money is asked for under it now. Refused when this network has asked too often in this hour."""
    now = ports.clock.now()
    gone = {"expires_at": int(now.timestamp()) + 2 * 3600}
    try:
        ports.table.write(
            Add(f"Q#check#{hashed(network)}", f"H#{now:%Y%m%d%H}", {"n": 1}, {"n": PER_NETWORK_HOUR}, gone)
        )
    except CapReached:
        raise Refused("check.too_often") from None
    found = references.places(ports, reference) or [NOBODY]
    return True in [_is_real(ports, place, now) for place in found]


def _is_real(ports: Ports, place: Place, now: datetime) -> bool:
    """Read like any other, nobody's place too: how long an answer takes tells nothing."""
    account = accounts.profile(ports, place.account_id)
    case = cases.load(ports, account or Account(place.account_id, ""), place.client_id, strong=False)
    if account is None or case is None:
        return False
    return any(debt.id == place.debt_id and is_asked_for(case, debt, now) for debt in case.debts)
