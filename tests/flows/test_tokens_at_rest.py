"""A token that was mailed stands nowhere but in that mail: not in the table, the freelancer's page or the export."""

import json
import re
from typing import Any

from boto3.dynamodb.types import Binary

from aldia.store import letters, packing
from aldia.store.keys import hashed
from tests.flows.test_delete_account import lived
from tests.flows.test_export_account import exported

TOKEN = re.compile(r"/(?:p|c|v|r|baja|entrar)/([A-Za-z0-9_-]{40,})")


def plain(value: Any) -> str:
    """A stored attribute as text, unpacked where it is packed."""
    if isinstance(value, (bytes, Binary)):
        return packing.unpack(bytes(value))
    return json.dumps(value, default=plain, ensure_ascii=False)


def stored(world):
    """Everything in the table as one text."""
    pages = world.dynamodb.get_paginator("scan").paginate(TableName=world.ports.table.name)
    items = [item for page in pages for item in page["Items"]]
    return "\n".join(plain(value) for item in items for held in item.values() for value in held.values())


def mailed(world):
    """Every token of every mail, its headers included."""
    return {found for mail in world.outbox.sent for found in TOKEN.findall(repr(mail))}


def test_no_token_that_was_mailed_stands_anywhere_in_the_table(world):
    ana, letter, browser = lived(world)
    tokens, held = mailed(world), stored(world)
    assert len(tokens) > 5
    assert [token for token in tokens if token in held] == []
    assert all(hashed(token) in held for token in TOKEN.findall(letter.text))  # what opens the page lies as its hash
    assert "/p/…/no-soy-yo" in held  # the letter is kept as it was read
    assert world.browser().get(world.link(letter)).status_code == 200  # and was sent with its link
    archive = exported(world, ana, browser)
    whole = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    assert [token for token in tokens if token in whole] == []


def test_a_letter_kept_before_is_shown_without_its_token(world):
    old = f"Entra aquí: https://aldia.example/p/{'a-_Z' * 11}/no-mas. Más: https://example.com/p/corto"
    assert letters.text({"text": packing.pack(old)}) == (
        "Entra aquí: https://aldia.example/p/…/no-mas. Más: https://example.com/p/corto"
    )
