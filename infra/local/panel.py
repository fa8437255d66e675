"""The panel under /_local/: the mailbox, the clock, the pretend bank and what went wrong. Only on one's own machine."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, abort, current_app, make_response, redirect, request

from aldia.i18n import formats
from aldia.pages.render import language, page, t
from aldia.ports import Query
from infra.local import panel_bank, panel_json, panel_sample
from infra.local.machine import Machine
from infra.local.moments import BadMoment, moment_of
from infra.local.received import as_received, links_of

ZONES = (
    "UTC", "Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Lima", "America/New_York",
    "America/Santiago", "America/Argentina/Buenos_Aires",
)  # fmt: skip
JUMPS = {"hour": "PT1H", "day": "P1D", "week": "P7D", "month": "P30D"}
MAILS_A_PAGE = 50
# A mail is a stranger's page: no script, nothing from elsewhere, and its links open in a tab of their own.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

panel = Blueprint("panel", __name__, url_prefix="/_local", template_folder="panel_templates")


def add_panel(app: Flask, machine: Machine) -> None:
    """Give the application its panel; only the local start does."""
    app.extensions["machine"] = machine
    for part in (panel, panel_json.routes, panel_bank.routes, panel_sample.routes):
        app.register_blueprint(part)
    last = app.after_request_funcs.setdefault(None, [])
    last.insert(0, _frames)  # the first in the list is the last to run: after the guard's headers


def _frames(response: Response) -> Response:
    """The page of a mail shows it in a frame; everything else stays as the guard has set it."""
    if request.endpoint == "panel.mail_html":
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    elif request.endpoint == "panel.mail":
        response.headers["Content-Security-Policy"] += "; frame-src 'self'"
    return response


def machine() -> Machine:
    """The machine that this application runs on."""
    found: Machine = current_app.extensions["machine"]
    return found


# -- the mailbox --------------------------------------------------------------------------------


@panel.get("/")
def mailbox() -> Response:
    """Every mail, the newest first; `q` finds a receiver or a subject."""
    wanted = request.args.get("q", "").strip().casefold()
    found = [mail for mail in _received() if wanted in _searched(mail)]
    found.reverse()
    number = max(request.args.get("page", 1, type=int), 1)
    start = (number - 1) * MAILS_A_PAGE
    shown = found[start : start + MAILS_A_PAGE]
    return _page(
        "mailbox", mails=shown, count=len(found), number=number, has_more=len(found) > start + len(shown), q=wanted
    )


@panel.get("/mail/<int:place>")
def mail(place: int) -> Response:
    """One mail as its receiver sees it; `part=text` shows the plain part."""
    found = _one(place)
    part = "text" if request.args.get("part") == "text" else "html"
    return _page("mail", mail=found, links=links_of(found), part=part)


@panel.get("/mail/<int:place>/html")
def mail_html(place: int) -> Response:
    """The mail's own page, for the frame."""
    opens_outside = _one(place)["html"].replace("<head>", '<head><base target="_blank">', 1)
    return make_response(opens_outside, {"Content-Type": "text/html; charset=utf-8"})


def _one(place: int) -> dict[str, Any]:
    found = machine().mailbox.one(place)
    if found is None:
        abort(404)
    return as_received(found, machine().ports.settings.mail_from)


def _received() -> list[dict[str, Any]]:
    return [as_received(mail, machine().ports.settings.mail_from) for mail in machine().mailbox.all()]


def _searched(mail: dict[str, Any]) -> str:
    return " ".join((*mail["to"], *mail["cc"], mail["from"], mail["subject"])).casefold()


# -- the clock ----------------------------------------------------------------------------------


@panel.get("/clock")
def clock() -> Response:
    """What time it is, here and there."""
    return _clock(_arrived())


@panel.post("/clock")
def jump() -> Response:
    """Go forward, with everything that happens on the way."""
    asked = request.form.get("to") or JUMPS.get(request.form.get("jump", ""), "")
    now = machine().clock.now()
    try:
        to = moment_of(asked, now, machine_zone())
    except BadMoment as wrong:
        return _clock([{"kind": "stop", "text": t(f"panel.{wrong.key}")}], 422)
    travel = machine().jobs.jump(to)
    return redirect(f"/_local/clock?runs={travel.runs}&letters={travel.letters}", 303)  # type: ignore[return-value]


def machine_zone() -> ZoneInfo:
    """The zone of a date typed without one: the reader chose it on the page, else UTC."""
    asked = request.form.get("zone", "UTC")
    return ZoneInfo(asked if asked in ZONES else "UTC")


def _arrived() -> list[dict[str, str]]:
    runs, letters = (request.args.get(name, type=int) for name in ("runs", "letters"))
    return [] if runs is None or letters is None else [{"text": t("panel.jumped", n=letters, runs=runs)}]


def _clock(notices: list[dict[str, str]], status: int = 200) -> Response:
    now = machine().clock.now()
    rows = [(formats.zone_name(ZoneInfo(zone), language()), now.astimezone(ZoneInfo(zone))) for zone in ZONES]
    typed = request.form.get("to", "")
    return _page("clock", status, now=now, rows=rows, jumps=tuple(JUMPS), zones=ZONES, typed=typed, notices=notices)


# -- what went wrong ----------------------------------------------------------------------------


@panel.get("/trouble")
def trouble() -> Response:
    """What the jobs could not do."""
    items = machine().ports.table.query(Query("J#trouble", limit=100)).items
    return _page("trouble", troubles=items, notices=_ran())


@panel.post("/jobs")
def run_jobs() -> Response:
    """Run the jobs now."""
    report = machine().jobs.run_once()
    return redirect(f"/_local/trouble?seen={report.seen}", 303)  # type: ignore[return-value]


def _ran() -> list[dict[str, str]]:
    seen = request.args.get("seen", type=int)
    return [] if seen is None else [{"text": t("panel.ran", n=seen)}]


def _page(name: str, status: int = 200, **values: object) -> Response:
    return page(f"panel/{name}.html", status, here=name, now_is=machine().clock.now(), **values)
