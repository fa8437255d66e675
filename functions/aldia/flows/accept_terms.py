"""A client reads how the freelancer works and says yes: recorded once, with the version, the hash and the time."""

from datetime import datetime

from aldia.domain import working_terms
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_line
from aldia.domain.working_terms import TermsVersion
from aldia.flows import casework
from aldia.ports import Ports, Write
from aldia.store import working_terms as stored

LONGEST_NAME = 80


def accept(ports: Ports, ids: tuple[str, str], version: TermsVersion, *, by: str) -> Outcome:
    """`ids`: account, client. Refused without a name, or when another version is the newest by now."""
    name = parse_line(check_note(by, field="by", most=LONGEST_NAME), field="by", most=LONGEST_NAME)
    if not name:
        raise Refused("working.accept_name_missing", field="by")

    def ask(case: Case, now: datetime) -> Outcome:
        newest = case.account.published
        if newest is None or newest.hash != version.hash:
            raise Refused("working.newer", field="form")
        return working_terms.accept(case, version, by=name, now=now)

    def kept(_before: Case, outcome: Outcome) -> list[Write]:
        accepted = outcome.case.client.accepted
        return [stored.put_accepted(ids[0], ids[1], accepted)] if accepted else []

    return casework.change(ports, *ids, ask, more=kept)
