"""A task is done, or a call was made without one: it is noted, and a contact keeps the letters at a distance."""

from aldia.domain import decisions
from aldia.domain.outcomes import live_debt
from aldia.flows import casework
from aldia.ports import AlreadyThere, Delete, Ports, Put
from aldia.store import cases, handwork, tasks


def finish_task(
    ports: Ports,
    account_id: str,
    client_id: str,
    debt_id: str,
    *,
    key: str,
    step: str,
    text: str = "",
    was_contact: bool,
) -> None:
    """Take the step's task away, if there is one, and note what was done; the same `key` is noted once.

    `was_contact`: the client was spoken to, whatever the channel (domain 1.1). Refused when there is no such debt.
    """
    case = cases.load_by_id(ports, account_id, client_id)
    live_debt(case, debt_id)
    done = handwork.Done(debt_id, step, ports.clock.now(), text)
    writes: tuple[Put, Delete] = (handwork.put(case, done, key=key), tasks.done(account_id, client_id, debt_id, step))
    try:
        if was_contact and decisions.log_contact(case, now=done.at).case != case:
            casework.change(
                ports,
                account_id,
                client_id,
                lambda held, now: decisions.log_contact(held, now=now),
                more=lambda _case, _outcome: writes,
            )
        else:
            ports.table.write(*writes)
    except AlreadyThere:
        return
