"""Somebody says that an address does not work: a mail server that told us by a mail to a person, not by an event."""

from aldia.domain import answers
from aldia.flows import casework
from aldia.ports import Conflict, Ports
from aldia.store import cases, keys


def dead_address(ports: Ports, address: str) -> int:
    """Silence every client that is written to there, in every account, as a bounce does; how many."""
    wanted, found = address.strip().casefold(), 0
    for item in ports.table.every("client"):
        account_id, client_id = keys.owner(item["pk"]), keys.client_of(item["pk"])
        found += _silenced(ports, account_id, client_id, wanted)
    return found


def _silenced(ports: Ports, account_id: str, client_id: str, wanted: str) -> bool:
    try:
        client = cases.load_by_id(ports, account_id, client_id).client
    except Conflict:  # deleted meanwhile
        return False
    if wanted not in {one.casefold() for one in (*client.emails, *client.copies)}:
        return False
    casework.change(ports, account_id, client_id, lambda case, now: answers.bounce(case, now=now))
    return True
