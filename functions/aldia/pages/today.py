"""Today: what waits for the freelancer, what happened, what went out and what comes next."""

import re

from flask import Blueprint, Response, abort, current_app, g, redirect, request

from aldia.domain.case import Case
from aldia.flows import put_aside
from aldia.pages import guard, today_needs, today_view
from aldia.pages.own import own_case
from aldia.pages.render import came_back, is_fragment_request, page, ports, t

screen = Blueprint("today", __name__)

SAMPLE = "panel_sample.ask"  # where sample data can be asked for; on AWS there is no such route
KEY = re.compile(r"([A-Za-z0-9_-]{1,40})\.([A-Za-z0-9_-]{0,40})\.([a-z0-9_]{1,40})", re.ASCII)


@screen.get("/hoy")
@guard.signed_in
def show() -> Response:
    """The page; htmx gets its inside alone, so that coming back to the tab shows what is new."""
    template = "fragments/today.html" if is_fragment_request() else "pages/today.html"
    now = ports().clock.now()
    cards = today_needs.cards(ports(), g.account, now)
    return page(
        template,
        cards=cards,
        waiting=len(cards),
        view=today_view.view(ports(), g.account, now),
        banners=today_view.banners(ports(), g.account, now),
        sample="/_local/sample" if SAMPLE in current_app.view_functions else "",
        notices=_notices(),
    )


def _notices() -> list[dict[str, str]]:
    """What the last action did; what was put aside can be brought back."""
    told = came_back()
    key = request.args.get("de", "")
    if request.args.get("said") != "task_aside" or not KEY.fullmatch(key):
        return told
    return [note | {"undo": f"/hoy/traer/{key}"} for note in told]


@screen.post("/hoy/quitar/<key>")
@guard.signed_in
def aside(key: str) -> Response:
    """Take something from what waits."""
    case, debt_id, kind = _found(key)
    put_aside.put_aside(ports(), case, debt_id, kind)
    if is_fragment_request():
        return _needs([{"text": t("said.task_aside"), "undo": f"/hoy/traer/{key}"}])
    return redirect(f"/hoy?said=task_aside&de={key}", 303)  # type: ignore[return-value]


@screen.post("/hoy/traer/<key>")
@guard.signed_in
def back(key: str) -> Response:
    """Bring it back."""
    case, debt_id, kind = _found(key)
    put_aside.bring_back(ports(), case, debt_id, kind)
    return redirect("/hoy?said=task_back", 303)  # type: ignore[return-value]


def _found(key: str) -> tuple[Case, str, str]:
    """The account's own case with the debt and the kind that a key names; 404 for everything else."""
    parts = KEY.fullmatch(key)
    case = own_case(parts[1]) if parts else None
    if parts is None or case is None or not put_aside.may_put_aside(case, parts[2], parts[3]):
        abort(404)
    return case, parts[2], parts[3]


def _needs(notices: list[dict[str, str]]) -> Response:
    """What waits, alone, with the sentence about what was just done."""
    cards = today_needs.cards(ports(), g.account, ports().clock.now())
    return page("fragments/today_needs.html", cards=cards, notices=notices, oob=True)
