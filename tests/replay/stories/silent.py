"""When a story's debts must be silent: from each answer to the end of its silence, by the format's words.

Where a silence may end earlier by what is not read here (a promise that a payment has kept), it is taken to have ended.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FOREVER = datetime(2200, 1, 1, tzinfo=UTC)
MEXICO = ZoneInfo("America/Mexico_City")
MONEY = ("payment", "checkout_result", "payment_confirmed", "waive", "write_off", "decide")
AGREED = ("promise", "extension", "plan")
BACK = ("refund", "chargeback", "chargeback_closed")


@dataclass(frozen=True)
class Silence:
    """Half open. `holds_dated`: letters on a day that the client chose wait too; `holds_answers`: all letters do."""

    why: str
    start: datetime
    end: datetime
    holds_dated: bool = True
    holds_answers: bool = False

    def has(self, at):
        return self.start <= at < self.end


def of_debt(reading, debt_id):
    """The silences of one debt, those of its client left out."""
    found = []
    for event in reading.about(debt_id):
        made = OF_DEBT.get(event["type"])
        found += made(reading, debt_id, event) if made else []
    for letter in reading.letters:
        if letter.step == "thanks" and letter.parts[0][0] == debt_id:
            found.append(_closed(reading, debt_id, letter.at))
    return found


def of_client(reading, client_id):
    """The silences of all debts of a client."""
    found, calendar = [], reading.calendars[client_id]
    for event in reading.of(client_id, "stop", "complaint", "bounce", "wrong_person", "pause"):
        kind, at = event["type"], event["at"]
        if kind == "pause":
            found.append(_pause(event, calendar, reading.of(client_id, "pause", "resume")))
        elif kind in ("stop", "complaint"):
            found.append(Silence(kind, at, FOREVER, holds_answers=kind == "complaint"))
        else:
            end = _next(reading.of(client_id, "client_changed"), event, FOREVER)
            found.append(Silence(kind, at, end, holds_answers=True))
    client = reading.clients[client_id]
    if not client.get("email"):
        first = _next(reading.of(client_id, "client_changed"), None, FOREVER)
        found.append(Silence("no address", datetime(2000, 1, 1, tzinfo=UTC), first, holds_answers=True))
    if "email" not in client.get("consents", ["email"]):
        found.append(Silence("no consent", datetime(2000, 1, 1, tzinfo=UTC), FOREVER, holds_answers=True))
    return found


def _next(events, after, default):
    """When the first of these events comes, in the order of play."""
    later = [one["at"] for one in events if after is None or (one["at"], one["place"]) > (after["at"], after["place"])]
    return min([*later, default])


def _pause(event, calendar, others):
    day = event.get("until")
    end = calendar.midnight(date.fromisoformat(day) + timedelta(days=1)) if day else FOREVER
    return Silence("pause", event["at"], min(end, _next(others, event, FOREVER)))


def _paused(reading, debt_id, event):
    return [_pause(event, reading.calendar(debt_id), reading.about(debt_id, "pause", "resume"))]


def _promised(reading, debt_id, event):
    kept_by = MONEY if "amount" in event else ("waive", "write_off", "decide")
    ended = _next(reading.about(debt_id, *AGREED, "dispute_resolved", *kept_by), event, FOREVER)
    end = reading.calendar(debt_id).end_of_next_open_day(date.fromisoformat(event["on"]))
    return [Silence("promise", event["at"], min(end, ended), holds_dated=False)]


def _extended(reading, debt_id, event):
    ended = _next(reading.about(debt_id, "extension", "plan", "due_changed", "dispute_resolved"), event, FOREVER)
    end = reading.calendar(debt_id).midnight(date.fromisoformat(event["until"]))
    return [Silence("extension", event["at"], min(end, ended), holds_dated=False)]


def _planned(reading, debt_id, event):
    ended = _next(reading.about(debt_id, "extension", "plan", "due_changed", "dispute_resolved"), event, FOREVER)
    end = reading.calendar(debt_id).end_of_next_open_day(date.fromisoformat(event["first_on"]))
    return [Silence("plan", event["at"], min(end, ended), holds_dated=False)]


def _until(*kinds):
    def silent(reading, debt_id, event):
        end = _next(reading.about(debt_id, *kinds), event, FOREVER)
        return [Silence(event["type"], event["at"], end)]

    return silent


def _checkout(reading, debt_id, event):
    at, method = event["at"], event["method"]
    ends = at + timedelta(hours=72 if method == "spei" else 24)
    if method == "oxxo":
        ends = datetime.combine(at.astimezone(MEXICO).date() + timedelta(days=3), time(23, 59), MEXICO)
    said = [one for one in reading.about(debt_id, "checkout_result") if one["id"] == event["id"]]
    return [Silence("checkout", at, min(ends, _next(said, event, FOREVER)))]


def _given_up(reading, debt_id, event):
    """Everything was forgiven or given up."""
    is_whole = "amount" not in event and event.get("outcome") != "reopen"
    return [_closed(reading, debt_id, event["at"])] if is_whole else []


def _closed(reading, debt_id, at):
    """Nothing is owed from then on, until money goes back or the amount is another."""
    after = [one for one in reading.about(debt_id, *BACK, "dispute_resolved", "due_changed") if one["at"] > at]
    return Silence("closed", at, _next(after, None, FOREVER))


OF_DEBT = {
    "pause": _paused,
    "promise": _promised,
    "extension": _extended,
    "plan": _planned,
    "dispute": _until("dispute_resolved"),
    "already_paid": _until("payment_confirmed", "payment_not_found"),
    "refund": _until("decide"),
    "chargeback": _until("decide"),
    "checkout": _checkout,
    "waive": _given_up,
    "write_off": _given_up,
    "decide": _given_up,
}
