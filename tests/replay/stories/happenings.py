"""What happens in a random scenario: events that may be, chosen by a small model of what is surely open."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.replay.stories.people import DECIMALS, ZONES, written

METHODS = ("card", "oxxo", "spei", "sepa_debit")


@dataclass
class Told:
    """What is surely known of one debt, in minor units; where that is not known, nothing that needs it is told."""

    debt: dict
    zone: ZoneInfo
    minor: int
    opened_at: datetime
    came: int = 0  # at least; what may have come is in `most`
    most: int = 0
    is_disputed: bool = False
    is_claimed: bool = False
    is_reviewed: bool = False
    is_closed: bool = False
    chargebacks: int = 0
    promised: bool = False
    checkouts: list = field(default_factory=list)

    @property
    def is_open(self):
        """Whether something is surely payable."""
        return not self.is_closed and self.most <= self.minor * 6 // 10

    def money(self, minor):
        return written(minor, self.debt["currency"])

    def share(self, chance, low, high):
        return max(self.minor * chance.randrange(low, high) // 100, 1)


def told_of(debt, client):
    zone = ZoneInfo(ZONES[client["country"]])
    minor = int(Decimal(debt["amount"]).scaleb(DECIMALS[debt["currency"]]))
    midnight = datetime.combine(datetime.fromisoformat(debt["issued_on"]), datetime.min.time(), zone)
    opened_at = datetime.fromisoformat(debt["opened_at"]) if "opened_at" in debt else midnight
    return Told(debt, zone, minor, opened_at)


def events_about(told, at, chance):
    """(event, …) of one kind that may be about this debt at that instant."""
    today = at.astimezone(told.zone).date()
    kinds = [kind for kind, (weight, may, _) in KINDS.items() if may(told) for _ in range(weight)]
    made = KINDS[chance.choice(kinds)][2](told, today, chance)
    return [{"at": at.isoformat(), "debt": told.debt["id"], **one} for one in made]


def _day(today, chance, least, most):
    return f"{today + timedelta(days=chance.randrange(least, most))}"


def _payment(told, today, chance):
    minor = told.share(chance, 5, 40) if chance.random() < 0.6 else told.minor
    told.came, told.most = told.came + minor, told.most + minor
    told.is_closed = told.is_closed or minor == told.minor
    made = {"type": "payment", "amount": told.money(minor), "method": chance.choice(["card", "transfer", "cash"])}
    earlier = today - timedelta(days=chance.randrange(6))
    if chance.random() < 0.3 and f"{earlier}" >= told.debt["issued_on"]:
        made["paid_on"] = f"{earlier}"
    return [made]


def _checkout(told, _today, chance):
    """A price is asked for first, so that what is paid without a sum of its own is known."""
    name = f"{told.debt['id']}-{len(told.checkouts)}"
    made = {"type": "checkout", "id": name, "method": chance.choice(METHODS)}
    minor = told.share(chance, 5, 30) if chance.random() < 0.4 else None
    if minor:
        made["amount"] = told.money(minor)
    told.checkouts.append((name, minor))
    return [{"type": "quote"}, made]


def _result(told, _today, chance):
    name, minor = chance.choice(told.checkouts)
    result = chance.choice(["paid", "paid", "failed", "expired"])
    if result == "paid":
        told.most += minor or told.minor
    made = [{"type": "checkout_result", "id": name, "result": result}]
    return made * chance.choice([1, 1, 2]) + [{"type": "duplicate_webhook", "id": name}] * chance.choice([0, 0, 1])


def _back(told, _today, chance):
    """No more than has surely come and not gone back."""
    minor = max(told.came * chance.choice([30, 100]) // 100, 1)
    told.came -= minor
    told.is_reviewed = True
    kind = chance.choice(["refund", "chargeback"])
    told.chargebacks += kind == "chargeback"
    return [{"type": kind, "amount": told.money(minor)}]


def _chargeback_closed(told, _today, chance):
    told.chargebacks -= 1
    return [{"type": "chargeback_closed", "won": chance.random() < 0.5}]


def _decide(told, _today, chance):
    outcome = chance.choice(["reopen", "reopen", "waive", "write_off"])
    told.is_reviewed, told.is_closed = False, told.is_closed or outcome != "reopen"
    return [{"type": "decide", "outcome": outcome}]


def _promise(told, today, chance):
    made = {"type": "promise", "on": _day(today, chance, 0, 25)}
    return [made | ({"amount": told.money(told.share(chance, 10, 60))} if chance.random() < 0.4 else {})]


def _extension(_told, today, chance):
    return [{"type": "extension", "until": _day(today, chance, 1, 40)}]


def _plan(_told, today, chance):
    made = {"type": "plan", "count": chance.randrange(1, 5), "first_on": _day(today, chance, 0, 20)}
    return [made | {"every": chance.choice(["month", "week"])}]


def _dispute(told, _today, _chance):
    told.is_disputed = True
    return [{"type": "dispute"}]


def _resolved(told, today, chance):
    told.is_disputed = False
    made = {"type": "dispute_resolved"}
    if told.most <= told.minor * 3 // 10 and chance.random() < 0.5:
        told.minor = told.minor * chance.choice([90, 130]) // 100
        made["amount"] = told.money(told.minor)
    if chance.random() < 0.3:
        made["due_on"] = _day(today, chance, 200, 240)
    return [made]


def _claim(told, _today, chance):
    told.is_claimed = True
    return [{"type": "already_paid", "amount": told.money(told.share(chance, 10, 40))}]


def _claim_answered(told, _today, chance):
    told.is_claimed = False
    if chance.random() < 0.4:
        return [{"type": "payment_not_found"}]
    minor = told.share(chance, 10, 40)
    told.came, told.most = told.came + minor, told.most + minor
    return [{"type": "payment_confirmed", "amount": told.money(minor)}]


def _lowered(told, _today, chance):
    kind = chance.choice(["waive", "write_off"])
    if chance.random() < 0.3:
        told.is_closed = True
        return [{"type": kind}]
    minor = told.share(chance, 2, 20)
    told.most += minor
    return [{"type": kind, "amount": told.money(minor)}]


def _due_changed(_told, today, chance):
    return [{"type": "due_changed", "due_on": _day(today, chance, 150, 200)}]


def _approve(_told, _today, chance):
    return [{"type": "approve", "step": "any"}]


def _pause(_told, today, chance):
    return [{"type": "pause"} | ({"until": _day(today, chance, 0, 20)} if chance.random() < 0.6 else {})]


def _always(_told):
    return True


def _plainly(kind, **more):
    return lambda _told, _today, _chance: [{"type": kind} | more]


KINDS = {
    "payment": (7, _always, _payment),
    "checkout": (3, lambda told: told.is_open, _checkout),
    "checkout_result": (8, lambda told: told.checkouts, _result),
    "back": (4, lambda told: told.came > 0, _back),
    "chargeback_closed": (12, lambda told: told.chargebacks, _chargeback_closed),
    "decide": (7, lambda told: told.is_reviewed, _decide),
    "promise": (5, lambda told: told.is_open, _promise),
    "extension": (3, lambda told: told.is_open, _extension),
    "plan": (3, lambda told: told.is_open, _plan),
    "dispute": (2, lambda told: not told.is_disputed, _dispute),
    "dispute_resolved": (9, lambda told: told.is_disputed, _resolved),
    "already_paid": (2, lambda told: told.is_open, _claim),
    "claim_answered": (12, lambda told: told.is_claimed, _claim_answered),
    "lowered": (2, lambda told: told.is_open, _lowered),
    "due_changed": (1, _always, _due_changed),
    "approve": (2, _always, _approve),
    "quote": (2, _always, _plainly("quote")),
    "pause": (1, _always, _pause),
    "resume": (1, _always, _plainly("resume")),
    "contact": (1, _always, _plainly("contact", channel="call", outcome="will look")),
}
OF_CLIENTS = (
    {"type": "stop"}, {"type": "wrong_person"}, {"type": "bounce"}, {"type": "complaint"}, {"type": "pause"},
    {"type": "resume"}, {"type": "contact", "channel": "whatsapp"}, {"type": "client_changed"},
    {"type": "client_changed"},
)  # fmt: skip
