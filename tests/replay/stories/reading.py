"""A scenario and what its replay printed, side by side, for the laws to be looked at."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from tests.replay.stories.calendars import Calendar

ANSWERS = {
    "promise_noted", "extension_noted", "plan_noted", "part_received", "payment_on_its_way", "dispute_noted",
    "dispute_resolved", "already_paid_noted", "payment_not_found", "stop_noted", "wrong_person_noted", "thanks",
}  # fmt: skip
DATED = {"promise_day", "instalment_due"}


@dataclass(frozen=True)
class Letter:
    """One letter of the output. `kind`: answer, dated or ladder."""

    at: datetime
    client: str
    step: str
    parts: tuple[tuple[str, str], ...]  # debt, step
    given: dict[str, Any]

    @property
    def kind(self):
        return "answer" if self.step in ANSWERS else "dated" if self.step in DATED else "ladder"


class Reading:
    """What the laws ask for; the story's events in the order in which they are played."""

    def __init__(self, story, document):
        self.story, self.document = story, document
        self.clients = {client["id"]: client for client in story["clients"]}
        self.debts = {debt["id"]: debt for debt in story["debts"]}
        self.calendars = {name: Calendar(story["account"], one) for name, one in self.clients.items()}
        self.until = datetime.fromisoformat(story["run"]["until"])

    def calendar(self, debt_id):
        return self.calendars[self.debts[debt_id]["client"]]

    @cached_property
    def events(self):
        checkouts = {one["id"]: one["debt"] for one in self.story["events"] if one["type"] == "checkout"}
        read = []
        for place, event in enumerate(self.story["events"]):
            at = datetime.fromisoformat(event["at"])
            debt = event.get("debt") or checkouts.get(event.get("id", ""))
            client = event.get("client") or self.debts[debt]["client"]
            read.append(event | {"at": at, "debt": debt, "client": client, "place": place})
        return sorted((event for event in read if event["at"] < self.until), key=lambda event: event["at"])

    def about(self, debt_id, *kinds):
        """The events of one debt, of these types (all, when none is named)."""
        return [event for event in self.events if event["debt"] == debt_id and (not kinds or event["type"] in kinds)]

    def of(self, client_id, *kinds):
        """The events of those types that name the client itself."""
        mine = [event for event in self.events if event["debt"] is None and event["client"] == client_id]
        return [event for event in mine if event["type"] in kinds]

    @cached_property
    def letters(self):
        return [
            Letter(
                datetime.fromisoformat(one["at"]),
                one["client"],
                one["step"],
                tuple(zip(one["debts"], one["steps"], strict=True)),
                one,
            )
            for one in self.document["letters"]
        ]

    @cached_property
    def quotes(self):
        """By the place of the event that asked for it."""
        asked = [event["place"] for event in self.events if event["type"] == "quote"]
        return dict(zip(asked, self.document["quotes"], strict=True))

    @cached_property
    def steps(self):
        """The ladder's steps by name."""
        from tests.replay.stories.people import PRODUCT

        return {step["step"]: step for step in self.story["account"].get("ladder", PRODUCT)}


def sum_of(text):
    return Decimal(text)
