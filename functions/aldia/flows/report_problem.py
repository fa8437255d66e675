"""The client tells a problem: its words, what kind of problem it is, and perhaps a file that shows it."""

from datetime import datetime

from aldia.domain import answers
from aldia.domain.case import Case, Outcome
from aldia.flows import casework
from aldia.flows.client_answers import own_words
from aldia.flows.debt_files import checked, problem_key, showing
from aldia.ports import Ports


def report_problem(
    ports: Ports, ids: tuple[str, str, str], *, text: str, kind: str = "", upload: tuple[str, bytes] | None = None
) -> None:
    """Silence at once, and news for the freelancer. `ids`: account, client, debt; `upload`: (name, bytes).

    Refused (fields `text`, `file`) before anything is kept.
    """
    account_id, client_id, debt_id = ids
    words = own_words(text)
    name = checked(*upload) if upload else ""

    def ask(case: Case, now: datetime) -> Outcome:
        return answers.dispute(case, debt_id, text=words, kind=kind, file_name=name, now=now)

    casework.change(ports, account_id, client_id, showing(ports, problem_key(account_id, debt_id), upload, ask))
