"""A confirmed import is saved in steps that may stop anywhere: killed between two of them or inside one, it goes on
where it stopped, and two that save the same set at once save it once.

Each step is one transaction: the client, some of its debts with their ledger lines, the hash of each invoice
(written only if no import has brought it), and the import's own counter, guarded by its version. So either all of
it is there and the counter has moved, or nothing is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from aldia.domain import imported
from aldia.domain.account import Account
from aldia.domain.attachments import clean_name
from aldia.domain.case import Case
from aldia.domain.new_readers import told_of
from aldia.flows.debt_files import invoice_key
from aldia.flows.import_files import Draft, Upload
from aldia.imports import planning
from aldia.imports.planning import Batch, Frame, PlannedDebt
from aldia.ports import Conflict, Ports, Write
from aldia.store import cases, imports
from aldia.store.imports import ImportRecord

TRIES = 5
MOST_BATCHES = 1000  # of one request, where time stands still
MOST_TIME = timedelta(seconds=6)  # a request has to end long before its gateway gives up


def confirm(ports: Ports, account: Account, draft: Draft) -> ImportRecord:
    """The set becomes what will be saved: from here on it is not changed. Conflict when another tab was first."""
    record, now = draft.record, ports.clock.now()
    frame = Frame(account, record.id, now, record.choices)
    batches = planning.plan(draft.lines, draft.people, frame, kinds=draft.kinds)
    parts = imports.stage(ports, record, "plan", _with_file_names(batches, draft))
    debts = [planned for batch in batches for planned in batch.debts]
    after, write = imports.moved(
        record,
        state="saving" if batches else "saved",
        parts=parts,
        confirmed_at=now,
        batches=len(batches),
        debts=len(debts),
        clients=len({batch.client.id for batch in batches}),
        waiting=sum(len(batch.debts) for batch in batches if not batch.client.emails),
    )
    ports.table.write(write)
    return after


def _with_file_names(batches: Sequence[Batch], draft: Draft) -> list[Batch]:
    def named(planned: PlannedDebt) -> PlannedDebt:
        if planned.file is None:
            return planned
        name = clean_name(draft.readings[planned.file].name, "xml")
        return replace(planned, debt=replace(planned.debt, file_name=name))

    return [replace(batch, debts=tuple(map(named, batch.debts))) for batch in batches]


def save_some(ports: Ports, account: Account, record: ImportRecord, *, most: int = MOST_BATCHES) -> ImportRecord:
    """Save as much of a confirmed set as fits one request; the record as it stands then."""
    return Steps(ports, account, record).run("saving", "saved", _save, most=most)


def plan_of(ports: Ports, record: ImportRecord) -> list[Batch]:
    """What was confirmed; empty when its file has gone."""
    return imports.staged(ports, record, "plan", list[Batch]) or []


@dataclass(slots=True)
class Steps:
    """One request's run over a set's batches; the client it works on is read once."""

    ports: Ports
    account: Account
    record: ImportRecord
    held: Case | None = None
    files: list[Upload] | None = field(default=None)

    def run(self, state: str, end: str, step: "Step", *, most: int) -> ImportRecord:
        """Do steps until the set is through, or the request's time is."""
        batches = plan_of(self.ports, self.record) if self.record.state == state else []
        started, tries = self.ports.clock.now(), 0
        for _ in range(most):
            if self.record.state != state or self.ports.clock.now() - started > MOST_TIME:
                break
            if self.record.done >= len(batches):  # its plan has gone: what is saved stays
                self._move(state=end)
                break
            try:
                step(self, batches[self.record.done], end if self.record.done == len(batches) - 1 else state)
                tries = 0
            except Conflict:
                tries += 1
                self._look_again(tries)
        return self.record

    def moved(self, state: str, **values: Any) -> tuple[ImportRecord, Write]:
        """The record one step further."""
        return imports.moved(self.record, state=state, done=self.record.done + 1, **values)

    def case(self, batch: Batch) -> Case | None:
        """The client as the step before has left it; else as it is stored, None when it is a new one."""
        if self.held is None or self.held.client.id != batch.client.id:
            is_new = batch.is_new and self.record.state == "saving"
            self.held = None if is_new else cases.load(self.ports, self.account, batch.client.id)
        return self.held

    def file(self, place: int) -> bytes:
        """The bytes of one of the set's files."""
        if self.files is None:
            self.files = imports.staged(self.ports, self.record, "files", list[Upload]) or []
        return self.files[place][1] if place < len(self.files) else b""

    def _move(self, **values: Any) -> None:
        self.record, write = imports.moved(self.record, **values)
        self.ports.table.write(write)

    def _look_again(self, tries: int) -> None:
        """Somebody else wrote: read everything again. Conflict after five times without a step done."""
        if tries >= TRIES:
            raise Conflict("the import is busy")
        self.ports.pause(tries)
        self.held = None
        found = imports.load(self.ports, self.account.id, self.record.id)
        if found is None:
            raise Conflict("the import is gone")
        self.record = found


Step = Callable[[Steps, Batch, str], None]


def _save(steps: Steps, batch: Batch, state: str) -> None:
    """Save one batch. What is new is written at once, and looked up only when it turns out to be there."""
    is_new = batch.is_new and (steps.held is None or steps.held.client.id != batch.client.id)
    try:
        _write(steps, batch.debts if is_new else _not_here(steps, batch), batch, state)
    except Conflict:
        if not is_new:
            raise
        steps.held = cases.load(steps.ports, steps.account, batch.client.id)
        _write(steps, _not_here(steps, batch), batch, state)


def _not_here(steps: Steps, batch: Batch) -> tuple[PlannedDebt, ...]:
    """The batch's debts that no import has brought since it was looked at."""
    row_keys = (key for planned in batch.debts for key in planned.keys)
    here = imports.known_invoices(steps.ports, steps.account.id, row_keys)
    return tuple(planned for planned in batch.debts if not any(key in here for key in planned.keys))


def _write(steps: Steps, fresh: tuple[PlannedDebt, ...], batch: Batch, state: str) -> None:
    """One transaction: the client, these of the batch's debts, their invoices' hashes, the import's counter."""
    ports, account = steps.ports, steps.account
    record, move = steps.moved(
        state, saved=steps.record.saved + len(fresh), known=steps.record.known + len(batch.debts) - len(fresh)
    )
    if not fresh:
        ports.table.write(move)
        steps.record = record
        return
    for planned in fresh:
        if planned.file is not None:
            ports.files.put(invoice_key(account.id, planned.debt.id), steps.file(planned.file))
    now = ports.clock.now()
    before = steps.case(batch) or Case(account, batch.client, (), ports.holidays)
    told = told_of(before, imported.with_identity(before.client, batch.client), now)
    outcome = imported.bring(told, [planned.debt for planned in fresh], now=now, is_last=batch.is_last)
    claims = [
        imports.claim_invoice(account.id, key, (batch.client.id, planned.debt.id))
        for planned in fresh
        for key in planned.keys
    ]
    steps.held = cases.save(ports, before, outcome, now=now, more=[*claims, move])
    steps.record = record
