"""Sample data: a story of half a year, lived through the real flows on an engine in memory, then copied over whole.

It is lived elsewhere so that the machine's own jobs, which know only today, do not meddle with a past day.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from aldia import bootstrap
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.quote import quote
from aldia.flows import casework, paying_online, run_jobs, start_payment
from aldia.flows.open_debt import open_debt
from aldia.ports import Ports
from aldia.store import accounts, cases, keys, lists
from infra.local.engine import Engine
from infra.local.machine import Machine
from infra.local.pretend_stripe import payments as at_stripe
from infra.local.sample_story import VERBS, Happening, Live, Story, story
from infra.local.state import LocalState, Mailbox
from infra.local.timeline import Timeline

Tell = Callable[[int, int], None]
RawItem = dict[str, dict[str, str]]  # as DynamoDB speaks: each value with its type
AT_ONCE = 50  # items in one transaction


class NotEmpty(Exception):
    """The account has clients already."""


def load(machine: Machine, account_id: str, *, tell: Tell = lambda _done, _total: None) -> None:
    """Tell the story for an account. `tell` hears how far it is. Raises NotEmpty; KeyError for no such account."""
    account = accounts.load(machine.ports, account_id)
    if account is None:
        raise KeyError(account_id)
    if lists.rows(machine.ports, account_id, "CLIENTS", limit=1).rows:
        raise NotEmpty
    now = machine.clock.now()
    told = story(account_id, now)
    total = len(told.happenings) + len(told.live)
    with Engine() as engine:
        past = Past(machine, engine.url, told.happenings[0].at)
        past.live_through(told, account, now, lambda done: tell(done, total))
        past.copy_into(machine, account_id)
    for place, one in enumerate(told.live, start=1):
        _happen_now(machine, account_id, one)
        tell(total - len(told.live) + place, total)


class Past:
    """A world of its own, in memory: the same flows, another table, a clock that is set by the story."""

    def __init__(self, machine: Machine, engine_url: str, begins_at: datetime) -> None:
        self._now = begins_at
        # One shard: fewer questions. No trust limits: the account has just been made, its story is half a year old.
        settings = replace(machine.ports.settings, dynamodb_endpoint=engine_url, wake_shards=1, trust_limits=False)
        bootstrap.make_table(settings)
        self._mailbox = Mailbox(LocalState(":memory:"), self)
        self._client = bootstrap.dynamodb(settings)
        self.ports: Ports = bootstrap.build(
            settings, clock=self, mailer=self._mailbox, payments=machine.ports.payments, files=machine.ports.files
        )

    def now(self) -> datetime:
        """The story's present."""
        return self._now

    def _move(self, moment: datetime) -> None:
        self._now = max(moment, self._now)

    def live_through(self, told: Story, account: Account, until: datetime, tell: Callable[[int], None]) -> None:
        """Let everything happen in its order, with the jobs running in between, up to `until`."""
        account = accounts.save(self.ports, replace(account, version=0))
        timeline = Timeline(self.ports, self._move, lambda: run_jobs.run(self.ports))
        for place, happening in enumerate(told.happenings):
            timeline.pass_to(happening.at)
            self._happen(account, happening)
            tell(place)
        timeline.pass_to(until)

    def _happen(self, account: Account, happening: Happening) -> None:
        if happening.debt:
            open_debt(self.ports, account, happening.client, happening.debt)
        if happening.change:
            casework.change(self.ports, account.id, happening.client.id, happening.change)

    def copy_into(self, machine: Machine, account_id: str) -> None:
        """Write the account's items and the links of its letters into the machine's table, and the mails beside them.

        Clients come last: what a crash leaves half done is invisible, and is written over the next time.
        """
        settings = machine.ports.settings
        to = bootstrap.dynamodb(settings)
        items = sorted(self._items(account_id), key=lambda item: item["kind"]["S"] == "client")
        ready = [_woken(item, machine.clock.now(), settings.wake_shards) for item in items]
        with machine.jobs.lock:
            for start in range(0, len(ready), AT_ONCE):
                writes = [
                    {"Put": {"TableName": settings.table, "Item": item}} for item in ready[start : start + AT_ONCE]
                ]
                to.transact_write_items(TransactItems=writes)
            for mail in self._mailbox.all():
                at = mail.pop("at")
                mail.pop("place")
                machine.state.run("INSERT INTO mail (at, message) VALUES (?, ?)", at, json.dumps(mail))

    def _items(self, account_id: str) -> Iterator[RawItem]:
        wanted = (f"A#{account_id}", "T#")
        for page in self._client.get_paginator("scan").paginate(TableName=self.ports.settings.table):
            yield from (item for item in page["Items"] if item["pk"]["S"].startswith(wanted) and not _is_account(item))


def _is_account(item: RawItem) -> bool:
    return item["kind"]["S"] == "account"  # the machine has its own, with its own version


def _woken(item: RawItem, now: datetime, shards: int) -> RawItem:
    """The item with its wake-up where the machine's jobs look for it."""
    if "wake_pk" not in item:
        return item
    at = max(keys.woken_at(item["wake_sk"]["S"]), now)
    wake = keys.wake(item["pk"]["S"], item["sk"]["S"], at, shards)
    return item | {name: {"S": value} for name, value in wake.items()}


# -- what happens at the pretend Stripe, now ----------------------------------------------------


def _happen_now(machine: Machine, account_id: str, live: Live) -> None:
    """The client pays online, through the real flow; then the voucher waits, or the money goes back."""
    case = cases.load_by_id(machine.ports, account_id, live.client_id)
    if live.kind == "voucher" and "oxxo" in paying_online.not_offered(case.account.country, "MXN"):
        voucher = VERBS[
            "voucher"
        ]  # a freelancer of another country cannot take it: it is on its way in the story alone
        casework.change(
            machine.ports, account_id, live.client_id, lambda held, now: voucher(held, live.debt_id, {}, now)
        )
        return
    session = _started(machine, case, live.debt_id)
    bank = machine.stripe.bank
    with machine.stripe.world.store.transaction():
        at_stripe.confirm(machine.stripe.world, session, "oxxo" if live.kind == "voucher" else "card")
    machine.jobs.run_once()
    if live.kind == "refund":
        bank.refund(session, amount=bank.card(session)["session"]["amount_total"] // 2)
    elif live.kind == "chargeback":
        bank.dispute(session)
    machine.jobs.run_once()


def _started(machine: Machine, case: Case, debt_id: str) -> str:
    """The session that the client is sent to."""
    shown = quote(case.debt(debt_id), at=machine.clock.now(), zone=case.zone).payable_minor
    wish = start_payment.Wish((debt_id,), shown, return_path="/", language=case.client.language)
    url = start_payment.start_payment(machine.ports, case.account.id, case.client.id, wish)
    return url.rpartition("/")[2]
