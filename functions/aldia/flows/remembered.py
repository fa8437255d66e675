"""What is kept of a client's story besides its debts: the news of it, and its letters."""

from aldia.domain.case import Letter, Notice
from aldia.ports import Ports, Query
from aldia.store import codec, keys, letters, rows

MOST = 500


def told(ports: Ports, account_id: str, client_id: str) -> tuple[list[Notice], list[Letter]]:
    """(news, letters) of the client, oldest first; the newest 500 of each."""
    pk, _ = keys.client(account_id, client_id)
    found = ports.table.query(Query(pk, begins_with="K#", backwards=True, limit=MOST)).items
    notices = rows.readable(ports, found, lambda item: codec.of(Notice, item))
    newest = letters.of_client(ports, account_id, client_id, limit=MOST)
    sent = [record.letter for record in rows.readable(ports, newest, letters.decoded)]
    return notices[::-1], sent[::-1]
