"""The laws of letters over the output: hours, distances, silences, no step twice, an answer for each answer."""

from collections import Counter
from datetime import date, timedelta

from tests.replay.stories import silent
from tests.replay.stories.reading import DATED, sum_of

WEEK = timedelta(days=7)
ANSWERED = {
    "promise": "promise_noted", "extension": "extension_noted", "plan": "plan_noted", "dispute": "dispute_noted",
    "dispute_resolved": "dispute_resolved", "already_paid": "already_paid_noted",
    "payment_not_found": "payment_not_found",
}  # fmt: skip
REASONS = {
    "paid", "promise", "extension", "plan", "dispute", "review", "payment_on_its_way", "already_paid", "wrong_person",
    "paused", "stopped", "bounced", "complaint", "no_consent", "closed_day", "window", "cap", "overtaken",
    "needs_approval", "zero_amount", "written_off",
}  # fmt: skip


def broken(reading):
    """Each breach as a line."""
    silences = {name: silent.of_client(reading, name) for name in reading.clients}
    about = {name: silent.of_debt(reading, name) for name in reading.debts}
    for letter in reading.letters:
        yield from (f"{letter.at} {letter.step} {letter.parts}: {line}" for line in _of_one(reading, letter))
        for debt_id, _step in letter.parts:
            held = [*silences[letter.client], *about[debt_id]]
            yield from (f"{letter.at} {letter.step} {debt_id}: {one}" for one in held if _holds(one, letter))
    yield from _distances(reading)
    yield from _repeats(reading)
    yield from _unanswered(reading, silences)
    yield from _given_up(reading)


def _holds(silence, letter):
    if not silence.has(letter.at):
        return False
    if letter.kind == "answer":
        return silence.holds_answers and silence.start < letter.at  # the address that was wrong gets one word
    return letter.kind == "ladder" or silence.holds_dated


def _of_one(reading, letter):
    client, given = reading.clients[letter.client], letter.given
    if given["language"] != client["language"] or not given["subject"].strip():
        yield f"in {given['language']}, {given['subject']!r}"
    if any(reading.debts[debt_id]["client"] != letter.client for debt_id, _ in letter.parts):
        yield "of another client's debt"
    for amounts in [given.get("amounts", [given])]:
        if letter.kind != "answer" and any(sum_of(one["amount"]) <= 0 for one in amounts):
            yield "asks for nothing"
    if letter.kind != "answer" and not reading.calendars[letter.client].may_write(letter.at):
        yield "outside the hours or on a closed day"
    for debt_id, step in letter.parts:
        clicks = [event for event in reading.about(debt_id, "approve") if event["step"] == step]
        if reading.steps.get(step, {}).get("approve") and not any(one["at"] <= letter.at for one in clicks):
            yield f"nobody approved {step}"
        yield from _out_of_time(reading, letter, debt_id, step)


def _out_of_time(reading, letter, debt_id, step):
    """Of a debt whose dates never changed: no step before its date, none that is true no more."""
    owed, rung = reading.debts[debt_id], reading.steps.get(step)
    changed = reading.about(debt_id, "extension", "plan", "due_changed", "dispute_resolved")
    if rung is None or changed or "instalments" in owed or "terms" in owed or rung["anchor"] not in ("due", "issued"):
        return
    due_on, calendar = date.fromisoformat(owed["due_on"]), reading.calendars[letter.client]
    start = due_on if rung["anchor"] == "due" else date.fromisoformat(owed["issued_on"])
    on, today = start + timedelta(days=rung["days"]), calendar.day(letter.at)
    if rung["anchor"] == "due" and rung["days"] <= 0:
        last = due_on - timedelta(days=1) if rung["days"] < 0 else due_on
        is_moved = not calendar.is_open(on)
    else:
        last = due_on if step == "invoice_sent" else date.max
        is_moved = step == "invoice_sent" and not calendar.is_open(on)
    if today > last:
        yield f"{step} is not true after {last}"
    if today < on and not is_moved:
        yield f"{step} before {on}"


def _distances(reading):
    for client_id, calendar in reading.calendars.items():
        mine = [letter for letter in reading.letters if letter.client == client_id and letter.kind != "answer"]
        spoken = [
            event["at"] for event in reading.events if event["type"] == "contact" and event["client"] == client_id
        ]
        for letter in mine:
            if letter.kind != "ladder":
                continue
            before = [other.at for other in mine if other is not letter and other.at <= letter.at]
            before += [at for at in spoken if at <= letter.at]
            near = [at for at in before if calendar.day(letter.at) - calendar.day(at) < WEEK]
            yield from (f"{letter.at} {letter.step} to {client_id}, after one at {at}" for at in near)


def _repeats(reading):
    gone, days = Counter(), Counter()
    for letter in reading.letters:
        for debt_id, step in letter.parts if letter.kind != "answer" else ():
            gone[debt_id, step] += 1
            # Two dates of a plan may be reminded of on one day, each in its own letter and for its own sum.
            about = letter.given["amount"] if step == "instalment_due" else ""
            days[debt_id, step, about, _day_of(reading, letter)] += 1
    for task in reading.document["tasks"]:
        gone[task["debt"], task["step"]] += 1
    yield from (f"twice on one day: {key}" for key, count in days.items() if count > 1)
    for (debt_id, step), count in gone.items():
        if count > _most(reading, debt_id, step):
            yield f"{debt_id} had {step} {count} times"


def _day_of(reading, letter):
    """The client's day of a letter."""
    return reading.calendars[letter.client].day(letter.at)


def _most(reading, debt_id, step):
    """How often a step may go for a debt: once for each instalment that it ever had, and repeat."""
    parts = sum(event["count"] for event in reading.about(debt_id, "plan"))
    if step in ("promise_day", "promise_missed"):
        return len(reading.about(debt_id, "promise"))
    if step in ("instalment_due", "instalment_missed"):
        return parts
    if step == "voucher_expired":
        return len([one for one in reading.about(debt_id, "checkout") if one["method"] in ("oxxo", "spei")])
    if step not in reading.steps:
        return 0
    rung, owed = reading.steps[step], reading.debts[debt_id]
    own = len(owed.get("instalments", owed.get("terms", [1])))
    return rung.get("times", 1) * (own + parts if rung["anchor"] == "due" else 1)


def _unanswered(reading, silences):
    """What a client who can be reached is told at once, once."""
    for event in reading.events:
        step = ANSWERED.get(event["type"])
        if step is None or any(one.holds_answers and one.has(event["at"]) for one in silences[event["client"]]):
            continue
        same = [letter for letter in reading.letters if (letter.at, letter.step) == (event["at"], step)]
        same = [letter for letter in same if letter.parts[0][0] == event["debt"]]
        before = [one for one in reading.about(event["debt"], event["type"]) if one["at"] < event["at"]]
        is_told_again = any(_words(one) == _words(event) for one in before)
        if len(same) != 1 and not is_told_again:
            yield f"{event} was answered by {len(same)} letters"


def _words(event):
    return {name: value for name, value in event.items() if name not in ("at", "place")}


def _given_up(reading):
    for skip in reading.document["skips"]:
        if skip["reason"] not in REASONS or skip.get("moved_to", skip["at"]) < skip["at"]:
            yield f"a skip that cannot be: {skip}"
    for task in reading.document["tasks"]:
        if task["step"] in DATED:
            yield f"a task that is none: {task}"
