"""The account's own clients by the address of a page: what is another's is not there."""

import re

from flask import Response, abort, g

from aldia.domain.case import Case
from aldia.pages.render import page, ports, t
from aldia.pages.today_view import broken
from aldia.store import cases, keys, troubles

ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


class Unreadable(Exception):
    """The data of the account's own client (its id) cannot be read."""


def unreadable(problem: Unreadable) -> Response:
    """Says so, and whose they are: nothing is written to that client, and somebody can mend it."""
    named = troubles.names(ports(), g.account.id, [str(problem)])
    return page("pages/error.html", 500, title=t("error.ours_title"), text=broken(named))


def _usable(case: Case | None) -> Case | None:
    """The case itself; raises for a zone that there is not, which every page would stumble over."""
    return case if case and case.zone else None


def own_case(client_id: str) -> Case:
    """The client with its debts; 404 for everything else, all alike. Unreadable when its data cannot be read."""
    case, found = None, list[str]()
    if ID.fullmatch(client_id):
        with troubles.passed_over(found, client_id):
            case = _usable(cases.load(ports(), g.account, client_id))
    if found:
        troubles.note(ports(), [keys.client(g.account.id, client_id)])
        raise Unreadable(client_id)
    if case is None:
        abort(404)
    return case
