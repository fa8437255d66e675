"""Mails as their receivers see them."""

import re
from html import unescape
from typing import Any

FIELDS = ("to", "cc", "from", "reply_to", "subject", "text", "html", "links", "headers", "at")
_IN_TEXT = re.compile(r"https?://[^\s<>\"']+")
_IN_HTML = re.compile(r"""href\s*=\s*["'](https?://[^"']+)["']""", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?)]»”"


def as_received(kept: dict[str, Any], sender: str) -> dict[str, Any]:
    """A mail of the mailbox with the sender's whole address, as the provider would write it."""
    return kept | {"from": f"{kept['from']} <{sender}>"}


def links_of(mail: dict[str, Any]) -> list[str]:
    """Every address in the mail, in the order of its text, each once."""
    in_text = (found.rstrip(_AFTER_A_LINK) for found in _IN_TEXT.findall(mail["text"]))
    in_html = (unescape(found) for found in _IN_HTML.findall(mail["html"]))
    return list(dict.fromkeys((*in_text, *in_html)))


def as_json(mail: dict[str, Any]) -> dict[str, Any]:
    """What programs get."""
    return {"id": mail["place"]} | {name: links_of(mail) if name == "links" else mail[name] for name in FIELDS}
