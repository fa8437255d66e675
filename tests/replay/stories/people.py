"""The people and debts of random scenarios, by the format alone (docs/scenarios.md)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

ZONES = {
    "ES": "Europe/Madrid", "MX": "America/Mexico_City", "CO": "America/Bogota", "CL": "America/Santiago",
    "PE": "America/Lima", "AR": "America/Argentina/Buenos_Aires", "US": "America/New_York",
}  # fmt: skip
DECIMALS = {"EUR": 2, "MXN": 2, "USD": 2, "CLP": 0, "PEN": 2}
FIRST = date(2026, 4, 1)
LADDERS = (
    None,
    None,
    None,
    [],
    [
        {"step": "invoice_sent", "anchor": "issued", "days": 0},
        {"step": "pre_due", "anchor": "due", "days": -3},
        {"step": "overdue_1", "anchor": "due", "days": 2, "repeat_every": 6, "times": 3},
        {"step": "call", "anchor": "last", "days": 5, "channel": "task"},
        {"step": "formal_letter", "anchor": "last", "days": 9, "approve": True},
    ],
    [
        {"step": "a word", "anchor": "due", "days": -10},
        {"step": "discount_ending", "anchor": "discount", "days": -1},
        {"step": "due_today", "anchor": "due", "days": 0},
        {"step": "overdue_1", "anchor": "due", "days": 1},
        {"step": "overdue_2", "anchor": "due", "days": 8},
        {"step": "last_notice", "anchor": "due", "days": 15, "approve": True},
    ],
)


def written(minor, currency):
    """A sum in major units, as the format wants it."""
    return f"{Decimal(minor).scaleb(-DECIMALS[currency]):f}"


def at_utc(day, chance, *, after=None):
    """Some minute of a day; later than `after` when that is on the same day."""
    at = datetime(day.year, day.month, day.day, chance.randrange(24), chance.randrange(60), tzinfo=UTC)
    return max(at, after) if after else at


def account(chance):
    country = chance.choice(list(ZONES))
    made = {"name": "Ana", "country": country, "language": chance.choice(["es", "en"])}
    ladder = chance.choice(LADDERS)
    if ladder is not None:
        made["ladder"] = ladder
    if chance.random() < 0.3:
        made["send_at"] = chance.choice(["09:00", "11:30", "16:45"])
    if chance.random() < 0.3:
        made["closed_days"] = [f"{FIRST + timedelta(days=chance.randrange(120))}" for _ in range(4)]
    if chance.random() < 0.3:
        made["tolerance_amount"] = "1.00"
    return made


def clients(chance):
    made = []
    for place in range(chance.choice([1, 1, 2, 3])):
        one = {"id": f"c{place}", "name": f"Cliente {place}", "email": f"c{place}@example.com"}
        one |= {"country": chance.choice(list(ZONES)), "language": chance.choice(["es", "en"])}
        if chance.random() < 0.06:
            del one["email"]
        elif chance.random() < 0.06:
            one["consents"] = []
        made.append(one)
    return made


def debts(people, chance):
    made = []
    for client in people:
        for _ in range(chance.choice([1, 1, 2, 3])):
            made.append(debt(f"f{len(made)}", client, chance))
    return made


def debt(name, client, chance):
    currency = chance.choice(list(DECIMALS))
    minor = chance.randrange(20_000, 900_000)
    issued_on = FIRST + timedelta(days=chance.randrange(50))
    due_on = issued_on + timedelta(days=chance.choice([0, 7, 15, 30, 45]))
    made = {"id": name, "client": client["id"], "number": f"F-{name}", "currency": currency}
    made |= {"issued_on": f"{issued_on}", "due_on": f"{due_on}", "amount": written(minor, currency)}
    if chance.random() < 0.3:
        opened = datetime.combine(issued_on, datetime.min.time(), ZoneInfo(ZONES[client["country"]]))
        made["opened_at"] = (opened + timedelta(hours=chance.randrange(24 * 40))).isoformat()
    if due_on > issued_on and chance.random() < 0.5:
        made["discount"] = discount((due_on - issued_on).days, currency, chance)
    if chance.random() < 0.5:
        made["interest"] = interest(currency, chance)
    split_up = chance.random()
    if due_on > issued_on and split_up < 0.25:
        made["instalments"] = instalments(minor, issued_on, due_on, made, chance)
    elif split_up < 0.35:
        made["terms"] = [{"share": "30", "after": ["days+0"]}, {"rest": True, "after": ["months+1", "end_of_month"]}]
    return made


def discount(days, currency, chance):
    kind = chance.choice(["tiers", "tiers", "linear", "apr"])
    partial = {"partial": chance.choice(["none", "proportional"])}
    if kind != "tiers":
        return {"kind": kind, "percent": chance.choice(["2", "5.5", "9"])} | partial
    tiers = [{"percent": chance.choice(["2", "3.5", "8"]), "days": days // 2}]
    if chance.random() < 0.5:
        tiers.append({"fixed": written(1_234, currency), "days": days})
    return {"kind": "tiers", "tiers": tiers} | partial


def interest(currency, chance):
    made = {"rate": chance.choice(["8", "12.5", "24"])} if chance.random() < 0.7 else {"table": "ES"}
    made["day_count"] = chance.choice(["act/365", "act/360", "act/act", "30/360"])
    if chance.random() < 0.4:
        made["grace_days"] = chance.randrange(10)
    if chance.random() < 0.4:
        made["fixed_compensation"] = written(4_000, currency)
    return made


def instalments(minor, issued_on, due_on, made, chance):
    first = minor // chance.choice([2, 3, 5])
    first_on = issued_on + (due_on - issued_on) // 2
    sums = [(first_on, first), (due_on, minor - first)]
    return [{"due_on": f"{on}", "amount": written(part, made["currency"])} for on, part in sums]


PRODUCT = [
    {"step": "invoice_sent", "anchor": "issued", "days": 0},
    {"step": "discount_ending", "anchor": "discount", "days": -2},
    {"step": "pre_due", "anchor": "due", "days": -7},
    {"step": "due_today", "anchor": "due", "days": 0},
    {"step": "overdue_1", "anchor": "due", "days": 7},
    {"step": "call", "anchor": "due", "days": 14, "channel": "task"},
    {"step": "overdue_2", "anchor": "due", "days": 21},
    {"step": "formal_letter", "anchor": "due", "days": 30, "approve": True},
    {"step": "last_notice", "anchor": "due", "days": 45, "approve": True},
    {"step": "next_options", "anchor": "due", "days": 60, "channel": "task"},
]
"""The product's ladder, as the format writes it."""
