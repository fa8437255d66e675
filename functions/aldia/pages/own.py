"""The account's own clients by the address of a page: what is another's is not there, what cannot be read is named."""

import re
from collections.abc import Sequence

from flask import Response, abort, g

from aldia.domain.case import Case
from aldia.mail.headers import one_line
from aldia.pages.render import page, ports, t
from aldia.pages.spoilt import Spoilt, case_of
from aldia.store import troubles

ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


class Unreadable(Spoilt):
    """The data of the account's own client cannot be read or shown."""


def unreadable(problem: Unreadable) -> Response:
    """Says so, whose they are, and how somebody can be written to who mends it."""
    g.language = problem.account.language
    named = troubles.names(ports(), problem.account.id, [problem.client_id])
    return page("pages/error.html", 500, title=t("error.ours_title"), text=broken(named), is_to_write=True)


def own_case(client_id: str) -> Case:
    """The client with its debts; 404 for everything else, all alike. Unreadable when its data cannot be read."""
    case = case_of(g.account, client_id, told=Unreadable) if ID.fullmatch(client_id) else None
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
