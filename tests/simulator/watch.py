"""The laws. `Watch` sees every transaction at the moment it holds; `at_the_end` looks at what is left when all is
quiet. It reads what is stored, never what a flow believes."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aldia.domain.case import Case, LetterPart
from aldia.domain.contact_rules import is_far_enough, stop_reason, time_reason
from aldia.domain.debt import Debt
from aldia.domain.ledger import law_of_money
from aldia.domain.look import Look
from aldia.domain.silences import letter_silences
from aldia.flows.send_letter import LETTERS_A_DAY, NEW_RECIPIENTS_A_DAY, is_limited
from aldia.ports import Item
from aldia.store import cases, codec, keys, letters
from aldia.store.letters import LetterRecord
from tests.simulator.dict_table import DictTable
from tests.simulator.machine import Violation
from tests.simulator.stage import Stage

MOVES = {
    "": {"planned", "sending", "failed"},
    "planned": {"sending", "skipped", "failed", "planned", "accepted", "delivered", "bounced", "complained"},
    "sending": {"accepted", "failed", "planned", "unknown", "delivered", "bounced", "complained"},
    "unknown": {"accepted", "delivered", "bounced", "complained"},
    "accepted": {"delivered", "bounced", "complained"},
    "delivered": {"bounced", "complained"},
    "bounced": {"complained"},
}
GONE = ("accepted", "delivered", "bounced", "complained", "unknown")
"""What a letter that the provider took ends as."""
Changes = Mapping[keys.Key, tuple[Item | None, Item | None]]


class Watch:
    """Looks at every commit. `laws`: those that hold; leave one out to see whether the others notice."""

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.claims: Counter[tuple[str, str]] = Counter()  # (debt, occurrence) → letters claimed for it
        self.claimed: list[tuple[datetime, str, str]] = []  # (when, client, letter)
        self.days: dict[tuple[str, str], set[str]] = defaultdict(set)  # (client, day) → counted letters
        self.caps: dict[str, Counter[str]] = defaultdict(Counter)  # UTC day → what was claimed for the first time
        self.written_to: set[str] = set()
        self.commits = 0

    def __call__(self, changes: Changes) -> None:
        if self.stage is None:
            return
        self.commits += 1
        for key, (before, after) in changes.items():
            kind = key[1].partition("#")[0]
            if kind == "R":
                self._letter(changes, before, after)
            elif kind == "D" and after is not None:
                self._debt(key, after)
            elif kind == "L" and before is not None:
                raise Violation("append only", f"the ledger's line {key} was written again")

    def _debt(self, key: keys.Key, item: Item) -> None:
        assert self.stage
        debt = codec.loads(Debt, item["data"])
        today = self.stage.clock.at.date()
        if not law_of_money(debt, today):
            raise Violation("law of money", f"{key}: {debt.entries}")

    def _letter(self, changes: Changes, before: Item | None, after: Item | None) -> None:
        if after is None:
            raise Violation("letters stay", f"{before and before['sk']} was deleted")
        was = before["state"] if before else ""
        state = after["state"]
        if state != was and state not in MOVES.get(was, set()):
            raise Violation("forward", f"{after['sk']} went from {was or 'nothing'} to {state}")
        if state == "sending" and was != "sending":
            self._claim(changes, letters.decoded(after))

    def _claim(self, changes: Changes, record: LetterRecord) -> None:
        """A letter passes the point of no return: is that right after all that is committed?"""
        assert self.stage
        letter = record.letter
        case = case_before(self.stage, changes, record.client_id)
        now = record.started_at
        assert now
        name = f"{letter.id} of {record.client_id}"
        self.claimed.append((self.stage.clock.at, record.client_id, letter.id))
        if record.attempts == 1:
            self._caps(case, f"{now:%Y-%m-%d}")
        if letter.letter_class == "answer":
            self._may_answer(case, record, name)
            return
        is_by_hand = letter.step == "manual"
        for part in letter.parts:
            debt = case.debt(part.debt_id)
            silences = letter_silences(case, debt, now, letter_class=letter.letter_class)
            if silences and not is_by_hand:
                raise Violation("silence", f"{name} was claimed although {silences[0].reason} was committed")
            _asks_what_is_owed(case, part, now)
            if part.key:
                self.claims[part.debt_id, part.key] += record.attempts == 1
                if self.claims[part.debt_id, part.key] > 1:
                    raise Violation("once", f"{name}: {part.key} of {part.debt_id} was claimed twice")
        stopped = stop_reason(case.client) if is_by_hand else ""
        if stopped or (is_by_hand and _is_distrusted(case)):
            raise Violation("silence", f"{name} was claimed by hand although {stopped or 'trust'}")
        if not is_by_hand and time_reason(case, now):
            raise Violation("window", f"{name} was claimed at {now}")
        if record.attempts == 1:
            self._count(case, record, is_by_hand)

    def _caps(self, case: Case, day: str) -> None:
        """The trust limits count a letter on the day of its first claim, whatever became of it then."""
        assert self.stage
        if not is_limited(self.stage.ports, case.account, self.stage.clock.at):
            return
        client, held = case.client, self.caps[day]
        held["letters"] += 1
        new = {*client.emails, *client.copies} - {*client.known_addresses} - self.written_to
        held["new"] += len(new)
        self.written_to |= new
        if held["letters"] > LETTERS_A_DAY or held["new"] > NEW_RECIPIENTS_A_DAY:
            raise Violation("caps", f"{dict(held)} on {day}")

    def _count(self, case: Case, record: LetterRecord, is_by_hand: bool) -> None:
        """Counted letters: not two on one day, and the ladder's keep their distance."""
        letter, now = record.letter, record.started_at
        assert now
        if letter.letter_class == "ladder" and not is_by_hand and not is_far_enough(case, now):
            raise Violation("distance", f"{letter.id} came too soon after {case.client.contact_days}")
        if letter.letter_class == "ladder":
            held = self.days[record.client_id, letter.day.isoformat()]
            held.add(letter.id)
            if len(held) > 1:
                raise Violation("one a day", f"{sorted(held)} to {record.client_id}")

    def _may_answer(self, case: Case, record: LetterRecord, name: str) -> None:
        client = case.client
        shut = client.bounced_at or client.complained_at or not client.emails
        if client.wrong_person_at and record.letter.step != "wrong_person_noted":
            shut = client.wrong_person_at
        if shut or _is_distrusted(case):
            raise Violation(
                "silence", f"the answer {name} was claimed although the address is shut or the account paused"
            )


def _asks_what_is_owed(case: Case, part: LetterPart, now: datetime) -> None:
    """What a letter asks for is what is owed when it is handed over, at its second try too."""
    about = part.key.partition("@")[2].partition("/")[0]  # an instalment, if its key names one
    owed = Look(case, case.debt(part.debt_id), now).ask(about)
    if part.amount_minor != owed:
        raise Violation("price", f"{part.step} asks for {part.amount_minor} of {part.debt_id}, which owes {owed}")


def _is_distrusted(case: Case) -> bool:
    pause = case.account.paused
    return pause is not None and pause.reason == "trust"


def case_before(stage: Stage, changes: Changes, client_id: str) -> Case:
    """The case as it was committed when this transaction took its place."""
    table = DictTable()
    for key, item in stage.table.items.items():
        if key[0] in (f"A#{stage.account_id}", f"A#{stage.account_id}#C#{client_id}"):
            before = changes[key][0] if key in changes else item
            if before is not None and key[1].partition("#")[0] in ("PROFILE", "TRUST", "CLIENT", "D"):
                table._store(key, before)
    return cases.load_by_id(replace(stage.ports, table=table), stage.account_id, client_id)


# -- when all is quiet --------------------------------------------------------------------------


def at_the_end(stage: Stage, watch: Watch) -> None:
    """Nothing is lost, nothing is silent, every cent is where it belongs."""
    for client_id in stage.clients:
        _letters_are_told(stage, client_id)
        _books_agree(stage, client_id)
    _mails_have_letters(stage)
    _money_is_booked(stage)
    _nothing_stays_due(stage)
    for key, (client_id, debt_id) in stage.acknowledged.items():
        booked = [entry.key for entry in stage.case(client_id).debt(debt_id).entries]
        if booked.count(key) != 1:
            raise Violation("durable", f"{key} was answered for and is booked {booked.count(key)} times")


def _letters_are_told(stage: Stage, client_id: str) -> None:
    pk = keys.client(stage.account_id, client_id)[0]
    records = {item["sk"]: (item, letters.decoded(item)) for item in stage.table.partition(pk, "R#")}
    unknown = [n["row"]["text"] for n in stage.table.partition(pk, "K#") if n["row"]["kind"] == "unknown"]
    for sk, (item, record) in records.items():
        if item["state"] == "sending":
            raise Violation("silent", f"{sk} is neither sent nor unknown")
        if item["state"] == "planned" and "wake_pk" not in item:
            raise Violation("silent", f"{sk} is planned and nobody will look at it")
        if item["state"] in ("skipped", "failed") and not record.reason:
            raise Violation("silent", f"{sk} is {item['state']} without a reason")
        if item["state"] == "unknown" and record.letter.step not in unknown:
            raise Violation("silent", f"{sk} is unknown and nobody was told")
    covered = {(part.debt_id, part.key) for _item, record in records.values() for part in record.letter.parts}
    for debt in stage.case(client_id).debts:
        for key, mark in debt.marks.items():
            step = key.partition("@")[0].partition("/")[0]
            if mark.state == "sent" and (debt.id, key) not in covered and step not in TASKS:
                raise Violation("silent", f"{key} of {debt.id} is marked as sent and there is no letter")


TASKS = ("call", "next_options")


def _mails_have_letters(stage: Stage) -> None:
    """What the provider took is one letter each, and the letter says so."""
    mails = Counter((mail.tags["client"], mail.tags["letter"]) for _at, mail in stage.mailbox.letters())
    known: dict[tuple[str, str], LetterRecord] = {}
    for client_id in stage.clients:
        for item in stage.table.partition(keys.client(stage.account_id, client_id)[0], "R#"):
            known[client_id, keys.hashed(item["sk"][2:])[:32]] = letters.decoded(item)
    for tag, times in mails.items():
        record = known[tag]
        is_answer = record.letter.letter_class == "answer"
        if times > (2 if is_answer else 1):
            raise Violation("once", f"{record.letter.id} was handed over {times} times")
        if record.state not in GONE and not is_answer:
            raise Violation("silent", f"{record.letter.id} went and stands there as {record.state}")
    for tag, record in known.items():
        if record.state in GONE and record.state != "unknown" and not mails[tag]:
            raise Violation("silent", f"{record.letter.id} is {record.state} and never went")


def _books_agree(stage: Stage, client_id: str) -> None:
    case = stage.case(client_id)
    for debt in case.debts:
        if not law_of_money(debt, case.local_day(stage.clock.at)):
            raise Violation("law of money", f"{debt.id}: {debt.entries}")
        lines = sorted(item["sk"][2:] for item in stage.table.partition(f"A#{stage.account_id}#D#{debt.id}"))
        if lines != sorted(entry.key for entry in debt.entries):
            raise Violation("two books", f"{debt.id}: {lines} and {[entry.key for entry in debt.entries]}")


def _money_is_booked(stage: Stage) -> None:
    """What the pretend Stripe captured, gave back and lost is in the ledgers, to the cent."""
    booked: Counter[str] = Counter()
    for client_id in stage.clients:
        for debt in stage.case(client_id).debts:
            undone = {entry.note for entry in debt.entries if entry.kind == "undone"}
            for entry in debt.entries:
                if entry.kind in ("payment", "refund", "chargeback") and entry.key not in undone:
                    booked[entry.key] += entry.amount_minor or 0
    told = captured(stage)
    ours = {key: minor for key, minor in booked.items() if key.startswith(("pi_", "re_", "du_", "dp_"))}
    if told != ours:
        raise Violation("captured is booked", f"Stripe has {told}, the ledgers {ours}")


def captured(stage: Stage) -> dict[str, int]:
    """Stripe's id → minor units, of every capture, refund and dispute that moved money."""
    told: dict[str, int] = {}
    kinds = "SELECT body FROM objects WHERE kind IN ('charge', 'refund', 'dispute')"
    for [body] in stage.stripe.world.store.rows(kinds):
        thing: dict[str, Any] = json.loads(body)
        if thing["object"] == "charge":
            if thing["status"] == "succeeded":
                told[thing["payment_intent"]] = thing["amount_captured"]
        elif thing["status"] not in ("failed", "canceled") and not thing["status"].startswith("warning"):
            told[thing["id"]] = thing["amount"]
    return told


def _nothing_stays_due(stage: Stage) -> None:
    """What should have been looked at was."""
    now = f"{stage.clock.at:%Y-%m-%dT%H:%M:%S}"
    late = [item["sk"] for item in stage.table.items.values() if item.get("wake_sk", "~") < now]
    if late:
        raise Violation("left behind", f"{late} are due and nobody looks at them")
