"""Is this letter real? A client types the reference that stands in it, and learns yes or no, and nothing else.

The empty form is a static page; only the answer is made here. The reference is sent in the form's body, so that no
address, history or log holds it.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from aldia.banking.reference import typed_reference
from aldia.domain.errors import Refused
from aldia.flows.check_reference import check_reference
from aldia.mail.links import Links
from aldia.pages import guard
from aldia.pages.render import page, ports, sentence

screen = Blueprint("check", __name__)


@screen.post("/comprobar")
def answer() -> Response:
    """Yes, no, or what is wrong with what was typed."""
    typed = request.form.get("reference", "")
    try:
        reference = typed_reference(typed)
    except Refused as refused:
        return _page(422, typed=typed, error=sentence(refused))
    try:
        is_real = check_reference(ports(), reference, network=guard.network())
    except Refused as refused:
        return _page(429, typed=typed, error=sentence(refused))
    return _page(200, typed="", checked=reference, is_real=is_real)


def _page(status: int, *, typed: str, error: str = "", checked: str = "", is_real: bool = False) -> Response:
    base = ports().settings.base_url
    return page(
        "pages/check.html",
        status,
        typed=typed,
        error=error,
        checked=checked,
        is_real=is_real,
        link_start=Links(base).client_page(""),
        host=urlsplit(base).netloc,
    )
