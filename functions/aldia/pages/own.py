"""The account's own clients by the address of a page: what is another's is not there."""

import re

from flask import abort, g

from aldia.domain.case import Case
from aldia.pages.render import ports
from aldia.store import cases

ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


def own_case(client_id: str) -> Case:
    """The client with its debts; 404 for everything else, all alike."""
    case = cases.load(ports(), g.account, client_id) if ID.fullmatch(client_id) else None
    if case is None:
        abort(404)
    return case
