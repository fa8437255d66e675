"""The freelancer gives a client the terms to read: by a link to pass on, or by a short letter that counts as one.

Nothing of this goes by itself.
"""

from datetime import datetime

from aldia.domain import working_terms
from aldia.domain.case import Case
from aldia.domain.contact_rules import Stop, Wait
from aldia.domain.errors import Refused
from aldia.flows import casework, send_letter
from aldia.flows.write_by_hand import ByHand, moment, send_once
from aldia.mail.links import Links
from aldia.ports import Ports
from aldia.store import cases


def make_link(ports: Ports, account_id: str, client_id: str) -> str:
    """A fresh link, absolute. Only its hash is kept: it is shown now and never again."""
    case, now = cases.load_by_id(ports, account_id, client_id), ports.clock.now()
    if case.account.published is None:
        raise Refused("working.own_first", field="form")
    token = ports.ids.token()
    ports.table.write(send_letter.terms_door(case, token, now))
    return Links(ports.settings.base_url).terms(token)


def withdraw(ports: Ports, account_id: str, client_id: str) -> None:
    """No link given to this client opens any more. What was accepted still holds."""
    casework.change(ports, account_id, client_id, lambda case, now: working_terms.withdraw(case, now=now))


def mail(ports: Ports, account_id: str, client_id: str, *, key: str) -> None:
    """Send the letter now, once for each `key` of a form. Raises Refused (field `mail`), Conflict."""
    by_hand = ByHand(lambda case, now: working_terms.shared(case, key=key, now=now), _may_begin, lambda *_: None)
    send_once(ports, account_id, client_id, by_hand, field="mail")


def _may_begin(case: Case, now: datetime) -> None:
    if case.account.published is None:
        raise Refused("working.own_first", field="mail")
    verdict = moment(case, now)
    if isinstance(verdict, Stop):
        raise Refused("working.own_mail_no", field="mail")
    if isinstance(verdict, Wait):
        raise Refused("debt.write_later", field="mail")
