"""The freelancer gives a client the terms to read: by a link to pass on, or by a short letter that counts as one.

Nothing of this goes by itself.
"""

from dataclasses import replace

from aldia.domain import decisions, working_terms
from aldia.domain.contact_rules import Stop, Wait
from aldia.domain.errors import Refused
from aldia.domain.tried_again import told
from aldia.flows import casework, send_letter
from aldia.flows.write_by_hand import moment
from aldia.mail.links import Links
from aldia.ports import AlreadyThere, CapReached, Conflict, Ports
from aldia.store import cases, letters
from aldia.store.letters import LetterRecord


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
    for attempt in range(casework.TRIES):
        try:
            _send(ports, account_id, client_id, key=key)
            return
        except AlreadyThere:
            return  # the same form, twice at once
        except CapReached:
            raise Refused("debt.write_trust", field="mail") from None
        except Conflict:
            if attempt == casework.TRIES - 1:
                raise
            ports.pause(attempt)


def _send(ports: Ports, account_id: str, client_id: str, *, key: str) -> None:
    case, now = cases.load_by_id(ports, account_id, client_id), ports.clock.now()
    letter = working_terms.shared(case, key=key, now=now)
    record = LetterRecord(letter, account_id, client_id, case.client.name, told=told(case, letter))
    if letters.load(ports, record.key):
        return  # the same form, sent again
    if case.account.published is None:
        raise Refused("working.own_first", field="mail")
    verdict = moment(case, now)
    if isinstance(verdict, Stop):
        raise Refused("working.own_mail_no", field="mail")
    if isinstance(verdict, Wait):
        raise Refused("debt.write_later", field="mail")
    message, doors, _letter = send_letter.prepare(ports, case, letter, now)
    outcome = decisions.log_contact(case, now=now)
    taken, claim = letters.claim(ports, record, message, now)
    after = replace(outcome, case=send_letter.known_now(outcome.case))
    cases.save(ports, case, after, now=now, more=(claim, *doors, *send_letter.counters(ports, case, now)))
    send_letter.hand_over(ports, taken, message)
