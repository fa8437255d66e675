"""A random scenario: the same number tells the same story."""

import random
from datetime import UTC, datetime, time, timedelta

from tests.replay.stories import people
from tests.replay.stories.happenings import OF_CLIENTS, events_about, told_of
from tests.replay.stories.people import FIRST

DAYS = (70, 100, 140)
END = time(18, 30, tzinfo=UTC)  # the same day in every client's zone, before it and after it
PRODUCTS = ("formal_letter", "last_notice")


def told(number):
    """The scenario with that number. Its last minute asks for every price."""
    chance = random.Random(f"story {number}")
    account, who = people.account(chance), people.clients(chance)
    owed = people.debts(who, chance)
    until = datetime.combine(FIRST + timedelta(days=chance.choice(DAYS)), END)
    by_id = {one["id"]: one for one in who}
    known = [told_of(one, by_id[one["client"]]) for one in owed]
    last = until - timedelta(minutes=1)
    happened = list(_events(account, who, known, (last, chance)))
    happened += [
        {"at": last.isoformat(), "type": "quote", "debt": one.debt["id"]} for one in known if one.opened_at <= last
    ]
    document = {"format": 1, "account": account, "clients": who, "debts": owed, "events": happened}
    document["run"] = {"until": until.isoformat(), "every_minutes": chance.choice([15, 60, 120])}
    if chance.random() < 0.3:
        start = people.at_utc(FIRST + timedelta(days=chance.randrange(60)), chance)
        document["outages"] = [{"from": start.isoformat(), "until": (start + timedelta(days=3)).isoformat()}]
    return document


def _events(account, who, known, frame):
    until, chance = frame
    clicks = [step["step"] for step in account.get("ladder", []) if step.get("approve")]
    clicks = clicks if "ladder" in account else list(PRODUCTS)
    moments = sorted(_moment(FIRST, until, chance) for _ in range(chance.randrange(5, 13) * len(known)))
    for place, at in enumerate(moments):
        if chance.random() < 0.08:
            yield _of_client(chance.choice(who), place, at, chance)
            continue
        one = chance.choice(known)
        if one.opened_at <= at:
            yield from (_clickable(event, clicks, chance) for event in events_about(one, at, chance))


def _clickable(event, clicks, chance):
    """An approval of a step that is there, or else a question for the price."""
    if event["type"] != "approve":
        return event
    if clicks:
        return event | {"step": chance.choice(clicks)}
    return {"at": event["at"], "debt": event["debt"], "type": "quote"}


def _moment(first, until, chance):
    day = first + timedelta(days=chance.randrange((until.date() - first).days))
    return people.at_utc(day, chance)


def _of_client(client, place, at, chance):
    event = {"at": at.isoformat(), "client": client["id"], **chance.choice(OF_CLIENTS)}
    return event | ({"email": f"new{place}@example.com"} if event["type"] == "client_changed" else {})
