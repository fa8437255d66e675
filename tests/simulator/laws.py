"""Laws about what people said: a yes to a letter, promises, other dates, "I know of no such debt", yes to the terms."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from aldia.domain.case import Case, Letter
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Yes
from aldia.domain.firm_letters import click_for
from aldia.domain.ladder import ladder_of, step_of
from aldia.domain.prevention import Accepted
from aldia.ports import Item
from aldia.store import cases, codec, keys, working_terms
from aldia.store.letters import LetterRecord
from tests.simulator.machine import Violation
from tests.simulator.stage import Stage

Changes = Mapping[keys.Key, tuple[Item | None, Item | None]]
Told = tuple[object, ...]
Parts = tuple[tuple[str, str], ...]


class Yeses:
    """What the freelancer let go, each with all that its letter told at that moment."""

    def __init__(self) -> None:
        self.held: dict[
            tuple[str, str], tuple[Parts, Told]
        ] = {}  # (debt, occurrence) → its letter's parts, and what it told

    def noted(self, stage: Stage, key: keys.Key, before: Item | None, after: Item) -> None:
        """A yes was given or has gone."""
        was, now = _yeses(before), _yeses(after)
        if was == now:
            return
        pk, debt_id = key[0], key[1].partition("#")[2]
        for name in was.keys() - now.keys():
            self.held.pop((debt_id, name), None)
        case = cases.load_by_id(stage.plain, stage.account_id, pk.split("#")[3])
        for name in now.keys() - {name for name, yes in was.items() if yes == now.get(name)}:
            self.held[debt_id, name] = now[name].parts, told(case, now[name].parts)

    def hold(self, case: Case, record: LetterRecord, name: str) -> None:
        """Raises Violation when a planned letter goes without its yes, or says something else than was shown."""
        if not case.asks_first:
            return
        for part in record.letter.parts:
            if not part.key or {part.step, click_for(part.key)} & set(case.debt(part.debt_id).approved):
                continue
            if (part.debt_id, part.key) not in self.held:
                raise Violation("yes", f"{name} was claimed and nobody had said yes to {part.key} of {part.debt_id}")
            parts, shown = self.held[part.debt_id, part.key]
            is_first = record.attempts == 1
            if _without_notes(shown, is_first) != _without_notes(told(case, parts), is_first):
                raise Violation("yes", f"{name} was claimed and is not what was shown: {shown}, {told(case, parts)}")


def _yeses(item: Item | None) -> dict[str, Yes]:
    if item is None or '"yeses":' not in codec.plain(item["data"]):
        return {}
    return {yes.key: yes for yes in codec.of(Debt, item).yeses}


def told(case: Case, parts: Parts) -> Told:
    """What a letter over these parts tells that people can change: the freelancer, the client, each debt, its note."""
    account, client = case.account, case.client
    people = (account.name, account.texts, account.texts_at, client.texts, client.texts_at, client.our_texts)
    debts = [debt for debt in case.debts if debt.id in {debt_id for debt_id, _key in parts} and not debt.deleted_at]
    return (
        people,
        client.emails,
        tuple((debt.id, debt.number, debt.amount_minor, debt.due_on, debt.extended_to) for debt in debts),
        tuple(tuple(entry.key for entry in debt.entries) for debt in debts),
        tuple((debt.promise and debt.promise.on, bool(debt.dispute), bool(debt.claim)) for debt in debts),
        tuple(debt.letter_note and debt.letter_note.text for debt in debts),
    )


def _without_notes(shown: Told, is_first: bool) -> Told:
    """Tried again, the letter has taken its debts' notes along."""
    return shown if is_first else shown[:-1]


class Promises:
    """When each debt's client waited for an answer to a problem, or to "I have paid"."""

    def __init__(self) -> None:
        self.waits: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)  # debt → (said at, answered at)

    def noted(self, stage: Stage, before: Item | None, after: Item) -> None:
        """A debt was written: what was answered with that."""
        was = codec.of(Debt, before) if before else None
        now = codec.of(Debt, after)
        if was is None or now.dispute or now.claim:
            return
        said = [one.at for one in (was.dispute, was.claim) if one]
        self.waits[now.id] += [(at, stage.clock.at) for at in said]

    def hold(self, case: Case, record: LetterRecord, name: str) -> None:
        """Raises Violation when a promise is called missed whose sum has come, or on whose day an answer was due."""
        if record.letter.step != "promise_missed":
            return
        debt = case.debt(record.letter.parts[0].debt_id)
        promise = debt.promise
        assert promise
        covered = [case.local_day(said) <= promise.on < case.local_day(done) for said, done in self.waits[debt.id]]
        if any(covered) or debt.dispute or debt.claim:
            raise Violation("promise", f"{name}: {promise.on} was a day on which the client waited for an answer")
        named = int(record.letter.facts.get("amount_minor", 0))
        back = {"payment": 1, "refund": -1, "chargeback": -1}
        undone = {entry.note for entry in debt.entries if entry.kind == "undone"}
        come = [entry for entry in debt.entries if entry.at >= promise.made_at and entry.key not in undone]
        if named and sum(back.get(entry.kind, 0) * (entry.amount_minor or 0) for entry in come) >= named:
            raise Violation("promise", f"{name}: the {named} that were promised have come")


MILD = ("pre_due", "due_today", "overdue_1")


def goes_on(case: Case, letter: Letter, name: str) -> None:
    """After a second agreement that was not kept a part of the plan is asked for by no gentler step than before it."""
    for part in letter.parts:
        debt = case.debt(part.debt_id)
        since = _begun_anew_on(case, debt) or date.min  # what people before did not keep is not theirs
        broken = [one.broken_on for one in debt.agreements if one.broken_on and one.broken_on > since]
        about = part.key.partition("@")[2].partition("/")[0]
        ladder = [rung.step for rung in ladder_of(debt) if rung.channel == "email"]
        if len(broken) < 2 or debt.plan is None or about not in debt.plan.instalment_ids or part.step not in ladder:
            continue
        sent = [(key, mark.moved_to or mark.at) for key, mark in debt.marks.items() if mark.state == "sent"]
        gone = [key for key, at in sent if since <= case.local_day(at) < max(broken)]
        before = {step_of(key) for key in gone}
        reached = max((ladder.index(step) for step in before & set(ladder)), default=0)
        if part.step in MILD or ladder.index(part.step) < reached:
            raise Violation("moved on", f"{name} says {part.step} after {sorted(before)}, and {broken} were not kept")


FIRM = ("overdue_2", "formal_letter", "last_notice")


def kindest_first(case: Case, letter: Letter, name: str) -> None:
    """Who never had a letter about a debt gets no firm one before the first reminder has gone, or was given up."""
    for part in letter.parts:
        debt = case.debt(part.debt_id)
        has_first = any(rung.step == "overdue_1" for rung in ladder_of(debt))
        if part.step not in FIRM or not has_first or _begun_anew_on(case, debt) is None:
            continue
        theirs = f"~{case.client.begun_anew}"
        over = [key for key, mark in debt.marks.items() if mark.state != "waiting" and theirs in key]
        if not any(key.startswith("overdue_1") for key in over):
            raise Violation("kindest", f"{name} says {part.step} to people who had no letter: {sorted(debt.marks)}")


def _begun_anew_on(case: Case, debt: Debt) -> date | None:
    """Since when other people than before get the letters about it, from the kindest on."""
    since = case.client.addressed_since
    return case.local_day(since) if case.client.begun_anew and since and debt.opened_at < since else None


def marks_agree(changes: Changes) -> None:
    """Each client that knows of no such debt is one mark against its account, and a slip takes that one back."""
    by = sum(_reports(after) - _reports(before) for (_pk, sk), (before, after) in changes.items() if sk == "TRUST")
    clients = [pair for (_pk, sk), pair in changes.items() if sk == "CLIENT"]
    said = sum(_is_reported(after) - _is_reported(before) for before, after in clients)
    news = [after["row"]["kind"] for (_pk, sk), (_before, after) in changes.items() if after and sk.startswith("K#")]
    is_freelancers = "right_person" not in news  # whose word about the address takes no mark back
    held = [codec.loads(Client, before["data"]) for before, _after in clients if before]
    is_anybodys = any(len((*one.emails, *one.copies)) > 1 for one in held)  # letters go to others too: the mark stays
    if by != said and not ((is_freelancers or is_anybodys) and by == 0 and said < 0):
        raise Violation("mark", f"{by:+d} reports, and {said:+d} clients that know of no such debt")


def _reports(item: Item | None) -> int:
    return int((item or {}).get("reports", 0))


def _is_reported(item: Item | None) -> bool:
    return item is not None and '"reported_at":' in codec.plain(item["data"])


def terms_are_kept(stage: Stage, item: Item) -> None:
    """A client's yes names a version that was published, by its text."""
    accepted = codec.loads(Accepted, item["data"])
    version = working_terms.load(stage.plain, stage.account_id, accepted.number)
    if version is None or version.hash != accepted.hash:
        raise Violation("terms", f"{accepted} is a yes to another text than version {version}")
