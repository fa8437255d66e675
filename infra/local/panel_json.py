"""The panel for programs: mail, clock and jobs as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from infra.local.machine import Machine
from infra.local.moments import BadMoment, checked, duration_of, instant_of
from infra.local.received import as_json, as_received

routes = Blueprint("panel_json", __name__, url_prefix="/_local")

SENTENCES = {
    "bad_wish": 'Send a JSON object with either "advance" (such as "P7D") or "to" (an instant with its offset).',
    "bad_duration": '"advance" is an ISO 8601 duration of weeks, days, hours, minutes, seconds: "P7D" or "PT2H".',
    "bad_instant": '"to" is an ISO 8601 instant with its offset, such as "2026-12-01T09:00:00+01:00".',
    "not_back": "The clock never goes back: that instant is past.",
    "too_far": "That is too far: at most ten years at a time.",
}


def _machine() -> Machine:
    found: Machine = current_app.extensions["machine"]
    return found


@routes.get("/mail.json")
def mail() -> Response:
    """The mails, newest last. `after`: only those with a higher id."""
    sender = _machine().ports.settings.mail_from
    kept = _machine().mailbox.all(after=request.args.get("after", 0, type=int))
    return jsonify([as_json(as_received(one, sender)) for one in kept])


@routes.get("/clock.json")
def clock() -> Response:
    """Now."""
    return jsonify(now=_machine().clock.now().isoformat())


@routes.post("/clock.json")
def jump() -> tuple[Response, int]:
    """Go forward, running the jobs on the way; 400 with one sentence for what cannot be."""
    now = _machine().clock.now()
    try:
        to = target(request.get_json(silent=True, force=True), now)
    except BadMoment as wrong:
        return jsonify(error=SENTENCES[wrong.key]), 400
    travel = _machine().jobs.jump(to)
    return jsonify(now=travel.now.isoformat(), runs=travel.runs, letters=travel.letters), 200


def target(wish: Any, now: datetime) -> datetime:
    """Where a wish leads. BadMoment when it asks for nothing, or for what cannot be."""
    if not isinstance(wish, Mapping) or len(wish) != 1 or not wish.keys() <= {"advance", "to"}:
        raise BadMoment("bad_wish")
    [(kind, text)] = wish.items()
    if not isinstance(text, str):
        raise BadMoment("bad_duration" if kind == "advance" else "bad_instant")
    return checked(now + duration_of(text) if kind == "advance" else instant_of(text), now)


@routes.post("/jobs.json")
def jobs() -> Response:
    """Run what is due, once."""
    report = _machine().jobs.run_once()
    return jsonify(seen=report.seen, letters=report.letters, troubles=report.troubles)
