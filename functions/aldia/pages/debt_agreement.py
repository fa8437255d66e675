"""A debt's agreement in writing, for the freelancer."""

from flask import Blueprint, Response, abort, g

from aldia.pages import guard
from aldia.pages.debt import found
from aldia.pages.ways import printed

screen = Blueprint("agreement", __name__)


@screen.get("/cobros/<client_id>/<debt_id>/acuerdo")
@guard.signed_in
def show(client_id: str, debt_id: str) -> Response:
    """The same page that the client has."""
    case, debt = found(client_id, debt_id)
    if not debt.agreements:
        abort(404)
    g.zone, g.has_inline_style = case.zone, True
    return printed(case, debt, back=f"/cobros/{client_id}/{debt_id}")
