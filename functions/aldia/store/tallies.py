"""What an account's clients come to, month by month: one item a year, raised in the transaction that changes a case.

An Add beside the guarded client happens exactly once, as often as the change itself is saved.
"""

from collections import defaultdict

from aldia.domain.case import Case
from aldia.domain.relation import NAMES, counted
from aldia.ports import Add, Ports
from aldia.store import keys

MOST_YEARS = 4  # of one change: an import of older invoices has to fit a transaction


def writes(before: Case, after: Case) -> list[Add]:
    """Nothing for most changes: no reminder and no payment of its own day adds anything."""
    years: dict[str, dict[str, int]] = defaultdict(dict)
    for (month, name), by in counted(before, after).items():
        years[month[:4]][f"{name}_{month[5:]}"] = by
    newest = sorted(years)[-MOST_YEARS:]
    return [Add(*keys.tally(after.account.id, year), years[year], values={"kind": "tally"}) for year in newest]


def of_year(ports: Ports, account_id: str, year: int) -> dict[str, dict[str, int]]:
    """Month as YYYY-MM → what was counted in it; months without anything are left out. One reading."""
    item = ports.table.get(*keys.tally(account_id, str(year)), strong=False) or {}
    months = (f"{month:02d}" for month in range(1, 13))
    found = {f"{year}-{month}": {name: int(item.get(f"{name}_{month}", 0)) for name in NAMES} for month in months}
    return {month: counts for month, counts in found.items() if any(counts.values())}
