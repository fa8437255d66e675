"""Debts: the list; a new one and a single one stand in modules of their own."""

from flask import Blueprint, Response, current_app, g, request

from aldia.pages import debt, debt_actions, debt_agreement, debt_new, debt_note, debt_would, debt_write, guard
from aldia.pages.debt_list import FILTERS, debt_list
from aldia.pages.own import broken_clients
from aldia.pages.render import came_back, is_fragment_request, page, ports

screen = Blueprint("debts", __name__)
for part in (debt_new, debt, debt_actions, debt_write, debt_note, debt_would, debt_agreement):
    screen.register_blueprint(part.screen)

LONGEST_SEARCH = 80
SAMPLE = "/_local/sample"


@screen.get("/cobros")
@guard.signed_in
def show() -> Response:
    """The list; htmx gets the rows alone."""
    wanted = request.args.get("ver", "")
    wanted = wanted if wanted in FILTERS else "open"
    words = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    asked = request.args.get("filas", ""), request.args.get("desde", "")[:300]
    found = debt_list(ports(), g.account, wanted=wanted, words=words, asked=asked)
    template = "fragments/debt_list.html" if is_fragment_request() else "pages/debts.html"
    return page(
        template,
        found=found,
        wanted=wanted,
        words=words,
        filters=FILTERS,
        sample=_sample(),
        is_part=is_fragment_request(),
        notices=[*came_back(), *broken_clients(g.account.id, found.broken)],
    )


def _sample() -> str:
    """Where sample data can be asked for; empty on AWS, where that route does not exist."""
    return SAMPLE if "panel_sample" in current_app.blueprints else ""
