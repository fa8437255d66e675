"""The files that lie beside a debt: its invoice, and what the client showed with a problem or of a payment."""

from datetime import datetime

from aldia.domain.attachments import clean_name, kind_of
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.flows import casework
from aldia.imports.xml_tree import name_of, parse_xml
from aldia.ports import Ports

PAGES = ("html", "svg")  # XML that a browser would run as a page


def invoice_key(account_id: str, debt_id: str) -> str:
    """Where a debt's invoice lies."""
    return f"{account_id}/{debt_id}"


def problem_key(account_id: str, debt_id: str) -> str:
    """Where the file lies that shows a debt's problem; a later one takes its place."""
    return f"{account_id}/{debt_id}.problem"


def proof_key(account_id: str, debt_id: str) -> str:
    """Where the file lies that shows a payment of this debt; a later one takes its place."""
    return f"proofs/{account_id}/{debt_id}"


def draft_key(account_id: str, debt_id: str) -> str:
    """Where the file of a form lies that is not complete yet."""
    return f"drafts/{account_id}/{debt_id}"


def checked(name: str, content: bytes) -> str:
    """The name to keep it under. Refused (field `file`) with what is wrong with it."""
    kind = kind_of(content)
    if kind == "xml" and name_of(parse_xml(content))[1].lower() in PAGES:
        raise Refused("debt.file_kind", field="file")
    return clean_name(name, kind)


def showing(ports: Ports, key: str, upload: tuple[str, bytes] | None, ask: casework.Change) -> casework.Change:
    """`ask`, which keeps what the client showed once the domain has taken the answer and before that is saved.

    So a refused form replaces nothing, and the same words with another file replace the file. `upload`: (name, bytes),
    or None when nothing was shown.
    """

    def asked(case: Case, now: datetime) -> Outcome:
        outcome = ask(case, now)
        if upload:
            ports.files.put(key, upload[1])
        return outcome

    return asked


def content(ports: Ports, key: str) -> bytes | None:
    """The bytes that lie there, or None."""
    try:
        return ports.files.get(key)
    except (FileNotFoundError, KeyError):
        return None
