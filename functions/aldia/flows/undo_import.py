"""A whole import is taken back while no letter has gone: its debts into the bin, its invoices free to come again."""

from collections.abc import Sequence

from aldia.domain import imported
from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.flows.import_debts import MOST_BATCHES, Steps, plan_of
from aldia.imports.planning import Batch
from aldia.ports import Ports, Query, Write
from aldia.store import cases, imports
from aldia.store.imports import ImportRecord
from aldia.store.rows import is_readable

NOT_SENT = ("skipped", "failed")


def begin(ports: Ports, record: ImportRecord) -> ImportRecord:
    """Begin to take the set back. Refused when a letter about it has gone, or it is too long ago."""
    reason = why_not(ports, record, plan_of(ports, record))
    if reason:
        raise Refused(reason)
    after, write = imports.moved(record, state="undoing", done=0)
    ports.table.write(write)
    return after


def why_not(ports: Ports, record: ImportRecord, batches: Sequence[Batch]) -> str:
    """The sentence that says why a saved set, with its plan, cannot be taken back; empty when it can."""
    if record.state != "saved" or not batches:
        return "imports.undo_too_late"
    ids = {planned.debt.id for batch in batches for planned in batch.debts}
    return "imports.undo_letter_went" if _has_letter(ports, record, ids) else ""


def _has_letter(ports: Ports, record: ImportRecord, debt_ids: set[str]) -> bool:
    """Whether a letter since the set was confirmed is about one of its debts."""
    since = f"{record.confirmed_at:%Y-%m-%dT%H:%M:%S}"
    query = Query(f"A#{record.account_id}#LETTERS", between=(since, "~"), index="by_account")
    found = ports.table.query(query).items
    if not all(is_readable("LETTERS", item) for item in found):
        return True  # nobody knows whom that one was about
    return any(item["row"]["state"] not in NOT_SENT and not debt_ids.isdisjoint(item["row"]["debts"]) for item in found)


def undo_some(ports: Ports, account: Account, record: ImportRecord, *, most: int = MOST_BATCHES) -> ImportRecord:
    """Take back as much as fits one request. A debt to which something happened meanwhile stays, and is counted."""
    return Steps(ports, account, record).run("undoing", "undone", _take_back, most=most)


def _take_back(steps: Steps, batch: Batch, state: str) -> None:
    case = steps.case(batch)
    here = {debt.id for debt in case.debts} if case else set()
    ours = {planned.debt.id: planned for planned in batch.debts if planned.debt.id in here}
    now = steps.ports.clock.now()
    outcome, gone = imported.take_back(case, ours.keys(), now=now) if case else (None, ())
    record, move = steps.moved(
        state, removed=steps.record.removed + len(gone), kept=steps.record.kept + len(ours) - len(gone)
    )
    more: list[Write] = [
        imports.release_invoice(steps.account.id, key) for debt_id in gone for key in ours[debt_id].keys
    ]
    if case and outcome and gone:
        steps.held = cases.save(steps.ports, case, outcome, now=now, more=[*more, move])
    else:
        steps.ports.table.write(move)
    steps.record = record
