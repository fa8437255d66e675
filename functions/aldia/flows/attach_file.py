"""The invoice's file: checked, kept under the debt's own key, replaced or taken away."""

from dataclasses import replace

from aldia.domain import edits
from aldia.domain.attachments import clean_name, kind_of
from aldia.domain.errors import Refused
from aldia.domain.outcomes import live_debt
from aldia.flows import casework
from aldia.flows.client_answers import file_key
from aldia.imports.xml_tree import name_of, parse_xml
from aldia.ports import Ports

PAGES = ("html", "svg")  # XML that a browser would run as a page


def checked(name: str, content: bytes) -> str:
    """The name to keep it under. Refused (field `file`) with what is wrong with it."""
    kind = kind_of(content)
    if kind == "xml" and name_of(parse_xml(content))[1].lower() in PAGES:
        raise Refused("debt.file_kind", field="file")
    return clean_name(name, kind)


def attach_file(ports: Ports, account_id: str, client_id: str, debt_id: str, *, upload: tuple[str, bytes]) -> None:
    """Keep (name, bytes) as the debt's file, in place of the one before."""
    name = checked(*upload)
    ports.files.put(file_key(account_id, debt_id), upload[1])
    _named(ports, (account_id, client_id, debt_id), name)


def take_away(ports: Ports, account_id: str, client_id: str, debt_id: str) -> None:
    """The debt has no file any more."""
    _named(ports, (account_id, client_id, debt_id), "")
    ports.files.delete(file_key(account_id, debt_id))


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
    ports.files.put(_draft(account_id, debt_id), upload[1])
    return name


def has_draft(ports: Ports, account_id: str, debt_id: str) -> bool:
    """Whether the form's file is still there."""
    return _content(ports, _draft(account_id, debt_id)) is not None


def settle_draft(ports: Ports, account_id: str, debt_id: str) -> None:
    """The form is saved: its file becomes the debt's."""
    content = _content(ports, _draft(account_id, debt_id))
    if content is not None:
        ports.files.put(file_key(account_id, debt_id), content)
        ports.files.delete(_draft(account_id, debt_id))


def drop_draft(ports: Ports, account_id: str, debt_id: str) -> None:
    """The form's file is not wanted after all."""
    ports.files.delete(_draft(account_id, debt_id))


def _draft(account_id: str, debt_id: str) -> str:
    return f"drafts/{account_id}/{debt_id}"


def _content(ports: Ports, key: str) -> bytes | None:
    try:
        return ports.files.get(key)
    except (FileNotFoundError, KeyError):
        return None
