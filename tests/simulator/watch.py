"""The laws of every moment: `Watch` sees each transaction as it holds. It reads what is stored, never what a flow
believes. What has to hold when all is quiet stands in `ending.py`."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime

from aldia.domain.case import Case, LetterPart
from aldia.domain.contact_rules import is_far_enough, stop_reason, time_reason
from aldia.domain.debt import Debt
from aldia.domain.ledger import law_of_money
from aldia.domain.look import Look
from aldia.domain.silences import letter_silences
from aldia.flows.send_letter import is_limited
from aldia.ports import Item
from aldia.store import books, cases, codec, keys, letters, news
from aldia.store.letters import LetterRecord
from tests.simulator.dict_table import DictTable
from tests.simulator.laws import Changes, Promises, Yeses, goes_on, kindest_first, marks_agree, terms_are_kept
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
BY_HAND = ("manual", "terms_shared")
"""Letters that the freelancer sends with a press of their own."""


class Watch:
    """Looks at every commit. `laws`: those that hold; leave one out to see whether the others notice."""

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.claims: Counter[tuple[str, str]] = Counter()  # (debt, occurrence) → letters claimed for it
        self.claimed: list[tuple[datetime, str, str]] = []  # (when, client, letter)
        self.days: dict[tuple[str, str], set[str]] = defaultdict(set)  # (client, day) → counted letters
        self.caps: dict[str, Counter[str]] = defaultdict(Counter)  # UTC day → what was claimed for the first time
        self.written_to: set[str] = set()
        self.yeses = Yeses()
        self.promises = Promises()
        self.notes: Counter[tuple[str, str]] = Counter()  # (client, personal note) → letters that took it along
        self.commits = 0

    def __call__(self, changes: Changes) -> None:
        if self.stage is None:
            return
        self.commits += 1
        for key, (before, after) in changes.items():
            kind = key[1].partition("#")[0]
            if kind == "R":
                self._letter(changes, before, after)
            elif kind == "K":
                self._brought(before, after)
            elif kind == "D" and after is not None:
                self._debt(key, before, after)
                self.yeses.noted(self.stage, key, before, after)
                self.promises.noted(self.stage, before, after)
            elif kind in ("Y", "TERMS") and before not in (None, after):  # the SDK may write the same once more
                raise Violation("append only", f"{key} was written again")
            elif kind == "Y" and after is not None:
                terms_are_kept(self.stage, after)
        marks_agree(changes)

    def _debt(self, key: keys.Key, before: Item | None, item: Item) -> None:
        """The ledger only grows, each line once, and its seal is that of its lines."""
        assert self.stage
        debt = codec.loads(Debt, item["data"])
        was = codec.loads(Debt, before["data"]).entries if before else ()
        if any(line not in debt.entries for line in was) or len({line.key for line in debt.entries}) < len(
            debt.entries
        ):
            raise Violation("append only", f"{key}: {was} became {debt.entries}")
        if item["seal"] != books.seal(debt):
            raise Violation("two books", f"{key}: sealed as {item['seal']} and holds {debt.entries}")
        today = self.stage.clock.at.date()
        if not law_of_money(debt, today):
            raise Violation("law of money", f"{key}: {debt.entries}")

    def _brought(self, before: Item | None, after: Item | None) -> None:
        """News sleep only when the letter that came with them is a record of its own."""
        assert self.stage
        record = news.brought(before) if before and after and "wake_pk" not in after else None
        if record and record.key not in self.stage.table.items:
            raise Violation("silent", f"{record.letter.id} was forgotten with its news")

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
        if case.client.wrong_person_at and letter.step != "wrong_person_noted":
            raise Violation("not me", f"{name} was claimed after somebody else had said so")
        if letter.letter_class == "answer":
            self._may_answer(case, name)
            return
        self._planned(case, record, name)

    def _planned(self, case: Case, record: LetterRecord, name: str) -> None:
        """A letter of the ladder, on an agreed day, or by the freelancer's hand."""
        letter, now = record.letter, record.started_at
        assert now
        is_by_hand = letter.step in BY_HAND
        if not is_by_hand:
            self.yeses.hold(case, record, name)
            goes_on(case, letter, name)
            kindest_first(case, letter, name)
            self.promises.hold(case, record, name)
        self._notes(record, name)
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

    def _notes(self, record: LetterRecord, name: str) -> None:
        """A personal note goes in one letter."""
        for text in record.letter.facts.get("personal_note", "").split("\n\n") if record.attempts == 1 else ():
            self.notes[record.client_id, text] += bool(text)
            if self.notes[record.client_id, text] > 1:
                raise Violation("note", f"{name} says once more: {text}")

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
        if held["letters"] > 20 or held["new"] > 5:  # what is promised, not what the code says
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

    def _may_answer(self, case: Case, name: str) -> None:
        client = case.client
        shut = client.bounced_at or client.complained_at or not client.emails
        if shut or _is_distrusted(case):
            raise Violation(
                "silence", f"the answer {name} was claimed although the address is shut or the account paused"
            )


def _asks_what_is_owed(case: Case, part: LetterPart, now: datetime) -> None:
    """What a letter asks for is what is owed when it is handed over, at its second try too."""
    about = part.key.partition("@")[2].partition("/")[0].partition("~")[0]  # an instalment, if its key names one
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
