"""The laws of the end: when all is quiet nothing is lost, nothing is silent, and every cent is where it belongs."""

import json
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

from aldia.domain.ladder import step_of
from aldia.domain.ledger import law_of_money
from aldia.store import keys, letters
from aldia.store.letters import LetterRecord
from tests.simulator.machine import Violation
from tests.simulator.stage import Stage
from tests.simulator.watch import GONE


def at_the_end(stage: Stage) -> None:
    """Nothing is lost, nothing is silent, every cent is where it belongs."""
    for client_id in stage.clients:
        _letters_are_told(stage, client_id)
        _books_agree(stage, client_id)
    _mails_have_letters(stage)
    _mornings_ask_once(stage)
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
            step = step_of(key)
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


def _mornings_ask_once(stage: Stage) -> None:
    """The freelancer gets one mail a day about letters that wait, at most."""
    zone = ZoneInfo(stage.account().timezone)
    days = Counter(at.astimezone(zone).date() for at, mail in stage.mailbox.mails if "/v/" in mail.text)
    twice = [f"{day}" for day, times in days.items() if times > 1]
    if twice:
        raise Violation("morning", f"more than one mail asked on {twice}")


def _books_agree(stage: Stage, client_id: str) -> None:
    case = stage.case(client_id)
    for debt in case.debts:
        if not law_of_money(debt, case.local_day(stage.clock.at)):
            raise Violation("law of money", f"{debt.id}: {debt.entries}")
        beside = [item["sk"] for item in stage.table.partition(f"A#{stage.account_id}#D#{debt.id}", "L#")]
        if beside:
            raise Violation("two books", f"{debt.id} is sealed and has {beside} beside its ledger")


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
