"""The control: query, send, mark. What everybody writes first; it exists to show that the harness catches it."""

from dataclasses import replace
from zlib import crc32

from aldia.domain.reminders import decide
from aldia.flows import send_letter
from aldia.ports import Conflict, Ports
from aldia.store import accounts, cases, letters, wakeups
from aldia.store.letters import LetterRecord


def run(ports: Ports, *, share: int, of: int, limit: int) -> int:
    """Send what is due in this share of the clients; how many items were seen. No two workers share a client."""
    due = [key for key in wakeups.due(ports, ports.clock.now()) if key[1] == "CLIENT"]
    own = [key for key in due if crc32(key[0].encode()) % of == share][:limit]
    for pk, _sk in own:
        _remind(ports, *pk.split("#")[1::2])
    return len(own)


def _remind(ports: Ports, account_id: str, client_id: str) -> None:
    account = accounts.load(ports, account_id)
    case = cases.load(ports, account, client_id) if account else None
    if case is None:
        return
    now = ports.clock.now()
    outcome = decide(case, now)
    marks = []
    for letter in outcome.letters:
        message, more, _letter = send_letter.prepare(ports, case, letter, now)
        provider_id = ports.mailer.send(message)
        record = LetterRecord(letter, account_id, client_id, case.client.name)
        sent = replace(letters.sending(record, message, now), state="accepted", provider_id=provider_id)
        _taken, claim = letters.claim(ports, record, message, now)
        marks += [replace(claim, item=letters.item(sent)), *more]
    try:
        cases.save(ports, case, replace(outcome, letters=()), now=now, more=marks)
    except Conflict:
        return
