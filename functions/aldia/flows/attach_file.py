"""The invoice's file: checked, kept under the debt's own key, replaced or taken away."""

from dataclasses import replace

from aldia.domain import edits
from aldia.domain.outcomes import live_debt
from aldia.flows import casework
from aldia.flows.debt_files import checked, content, draft_key, invoice_key
from aldia.ports import Ports


def attach_file(ports: Ports, account_id: str, client_id: str, debt_id: str, *, upload: tuple[str, bytes]) -> None:
    """Keep (name, bytes) as the debt's file, in place of the one before."""
    name = checked(*upload)
    ports.files.put(invoice_key(account_id, debt_id), upload[1])
    _named(ports, (account_id, client_id, debt_id), name)


def take_away(ports: Ports, account_id: str, client_id: str, debt_id: str) -> None:
    """The debt has no file any more."""
    _named(ports, (account_id, client_id, debt_id), "")
    ports.files.delete(invoice_key(account_id, debt_id))


def _named(ports: Ports, ids: tuple[str, str, str], name: str) -> None:
    account_id, client_id, debt_id = ids
    casework.change(
        ports,
        account_id,
        client_id,
        lambda case, now: edits.edit(case, debt=replace(live_debt(case, debt_id), file_name=name), now=now),
    )


def keep_draft(ports: Ports, account_id: str, debt_id: str, *, upload: tuple[str, bytes]) -> str:
    """Keep a file for a form that is not complete yet, so that it need not be chosen again; its clean name."""
    name = checked(*upload)
    ports.files.put(draft_key(account_id, debt_id), upload[1])
    return name


def has_draft(ports: Ports, account_id: str, debt_id: str) -> bool:
    """Whether the form's file is still there."""
    return content(ports, draft_key(account_id, debt_id)) is not None


def settle_draft(ports: Ports, account_id: str, debt_id: str) -> None:
    """The form is saved: its file becomes the debt's."""
    kept = content(ports, draft_key(account_id, debt_id))
    if kept is not None:
        ports.files.put(invoice_key(account_id, debt_id), kept)
        ports.files.delete(draft_key(account_id, debt_id))


def drop_draft(ports: Ports, account_id: str, debt_id: str) -> None:
    """The form's file is not wanted after all."""
    ports.files.delete(draft_key(account_id, debt_id))
