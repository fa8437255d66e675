"""A year in a freelancer's life: so many debts of a quarter as many clients, paid, promised or left open.

python -m tests.replay.year 100 > year.json
"""

import json
import random
import sys
from datetime import date, timedelta

NOON = "T12:00:00+01:00"


def year(count, seed=5):
    """The scenario, the same for the same numbers."""
    chance = random.Random(seed)
    debts, events = [], []
    for place in range(count):
        debt, happened = _debt(place, count // 4, chance)
        debts.append(debt)
        events += happened
    clients = [{"id": f"c{n}", "name": f"Cliente {n}", "email": f"c{n}@example.com"} for n in range(count // 4)]
    return {
        "format": 1,
        "account": {"name": "Ana", "country": "ES"},
        "clients": clients,
        "debts": debts,
        "events": events,
        "run": {"until": "2027-01-01T00:00:00+01:00"},
    }


def _debt(place, clients, chance):
    issued_on = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
    due_on = issued_on + timedelta(days=chance.choice([15, 30, 60]))
    amount = f"{chance.randrange(10_000, 500_000) / 100:.2f}"
    debt = {
        "id": f"f{place}",
        "client": f"c{chance.randrange(clients)}",
        "number": f"F-{place}",
        "issued_on": f"{issued_on}",
        "due_on": f"{due_on}",
        "currency": "EUR",
        "amount": amount,
        "discount": {"kind": "tiers", "tiers": [{"percent": "2", "days": 10}]},
        "interest": {"table": "ES", "fixed_compensation": "40.00"},
    }
    what, day = chance.random(), due_on + timedelta(days=chance.randrange(-10, 50))
    at = {"at": f"{day}{NOON}", "debt": debt["id"]}
    if what < 0.7:
        return debt, [at | {"type": "payment", "amount": amount, "method": "transfer"}]
    if what < 0.9:
        return debt, [at | {"type": "promise", "on": f"{day + timedelta(days=9)}"}]
    return debt, []


if __name__ == "__main__":
    sys.stdout.write(json.dumps(year(int(sys.argv[1])), indent=1) + "\n")
