"""The client tells a problem: its words, what kind of problem it is, and perhaps a file that shows it."""

from aldia.domain import answers
from aldia.flows import casework
from aldia.flows.attach_file import checked
from aldia.flows.client_answers import own_words
from aldia.ports import Ports


def file_key(account_id: str, debt_id: str) -> str:
    """Where the file that shows a debt's problem lies."""
    return f"{account_id}/{debt_id}.problem"


def report_problem(
    ports: Ports, ids: tuple[str, str, str], *, text: str, kind: str = "", upload: tuple[str, bytes] | None = None
) -> None:
    """Silence at once, and news for the freelancer. `ids`: account, client, debt; `upload`: (name, bytes).

    Refused (fields `text`, `file`) before anything is kept. A second file takes the first one's place.
    """
    account_id, client_id, debt_id = ids
    words = own_words(text)
    name = checked(*upload) if upload else ""
    if upload:
        ports.files.put(file_key(account_id, debt_id), upload[1])
    casework.change(
        ports,
        account_id,
        client_id,
        lambda case, now: answers.dispute(case, debt_id, text=words, kind=kind, file_name=name, now=now),
    )
