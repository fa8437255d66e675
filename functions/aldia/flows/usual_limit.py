"""The limit of every client that has none of its own; and how much each client has open, for those who compare."""

from collections import Counter

from aldia.domain.account import Account
from aldia.domain.needs import Need
from aldia.domain.open_limit import to_tell
from aldia.domain.prevention import OpenLimit
from aldia.flows import settings_change
from aldia.ports import Ports
from aldia.store import cases, keys, lists, needs, troubles

LOOKED_AT = 1000  # open debts, the earliest due
TOLD_AT_ONCE = 25  # clients; the others are told of with their next change


def open_by_client(ports: Ports, account_id: str) -> Counter[tuple[str, str]]:
    """What each client has open, in minor units by (client, currency), from the rows of the list of open debts."""
    sums: Counter[tuple[str, str]] = Counter()
    for item in lists.rows(ports, account_id, "OPEN", limit=LOOKED_AT).rows:
        sums[keys.client_of(item["pk"]), item["row"]["currency"]] += item["row"]["balance"]
    return sums


def set_usual_limit(ports: Ports, account: Account, limit: OpenLimit | None, *, seen: str = "") -> Account:
    """Save it, and put under today who is over it already. Conflict when others come first."""
    changed = settings_change.change(ports, account, "limit", seen=seen, open_limit=limit)
    if limit is None:
        return changed
    now = ports.clock.now()
    sums = open_by_client(ports, account.id).most_common()
    over = [client_id for (client_id, currency), minor in sums if currency == limit.currency and minor > limit.minor]
    for client_id in over[:TOLD_AT_ONCE]:
        with troubles.passed_over([], client_id):  # the limit is saved, and the others are told of
            case = cases.load(ports, changed, client_id)
            if case and to_tell(case, now):
                ports.table.write(needs.put(account.id, client_id, Need("", "over_limit"), now))
    return changed
