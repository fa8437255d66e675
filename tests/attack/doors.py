"""Doors of mails that the sample has not sent: a proposal's answers, a morning's letters, and the terms."""

from datetime import date, datetime, timedelta

from aldia.domain import proposals
from aldia.domain.case import Case, Outcome
from aldia.domain.concessions import Wish
from aldia.domain.errors import Refused
from aldia.flows import ask_first, casework, publish_terms
from aldia.ports import Ports
from aldia.store import accounts, cases, lists, tokens


def doors(ports: Ports, account_id: str) -> tuple[str, ...]:
    """Paths that open, each with a token of its own. The account asks first from then on, and has terms."""
    account = accounts.load(ports, account_id)
    assert account
    account = publish_terms.publish(ports, account, words={"es": "Trabajo por encargo."}, firm=())
    account = ask_first.switch(ports, account, is_on=True)
    now = ports.clock.now()
    of_terms, of_reply, of_morning = (ports.ids.token() for _door in range(3))
    letters = tuple((one.case.client.id, one.name) for one in ask_first.board(ports, account, now).open)
    client_id, debt_id = _proposed(ports, account_id, (now + timedelta(days=200)).date())
    case = cases.load_by_id(ports, account_id, client_id)
    proposal = case.debt(debt_id).proposal
    assert letters
    assert proposal
    held = tokens.TermsLink(account_id, client_id, case.client.link_version, case.client.terms_links)
    ports.table.write(tokens.put_terms_link(of_terms, held, now))
    ports.table.write(
        tokens.put_reply_link(of_reply, tokens.ReplyLink(account_id, client_id, debt_id, proposal.at, now))
    )
    ports.table.write(tokens.put_morning_link(of_morning, tokens.MorningLink(account_id, letters, now)))
    return (f"/c/{of_terms}", f"/r/{of_reply}", f"/v/{of_morning}", "/comprobar")


def _proposed(ports: Ports, account_id: str, until: date) -> tuple[str, str]:
    """(client, debt) of the first open debt whose client may ask for so many days."""
    for item in lists.rows(ports, account_id, "OPEN").rows:
        client_id, debt_id = item["pk"].split("#")[3], item["sk"].removeprefix("D#")

        def ask(case: Case, now: datetime, debt_id: str = debt_id) -> Outcome:
            return proposals.ask(case, debt_id, wish=Wish(until=until), now=now)

        try:
            after = casework.change(ports, account_id, client_id, ask)
        except Refused:
            continue
        if after.case.debt(debt_id).proposal:
            return client_id, debt_id
    raise AssertionError("nobody may ask for more days")
