"""The account's own clients by the address of a page: what is another's is not there, what cannot be read is named."""

import re
from collections.abc import Sequence

from flask import Response, abort, g

from aldia.domain.case import Case
from aldia.mail.headers import one_line
from aldia.pages.render import page, ports, t
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


def broken_clients(account_id: str, ids: Sequence[str]) -> list[dict[str, str]]:
    """A notice of whom a page leaves out because the data cannot be read: somebody has to know."""
    names = troubles.names(ports(), account_id, ids)
    return [{"kind": "stop", "text": broken(names)}] if names else []


def broken(names: list[str]) -> str:
    """The sentence about clients whose data cannot be read."""
    return t("today.broken", clients=", ".join(one_line(name, at_most=60) for name in names))
