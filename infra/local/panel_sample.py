"""Sample data at a click: only into the empty account of whoever asks, with the progress on a page."""

import logging
import threading
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, g, redirect

from aldia.pages.guard import signed_in
from aldia.pages.render import page
from infra.local.machine import Machine
from infra.local.sample import NotEmpty, load

log = logging.getLogger(__name__)
routes = Blueprint("panel_sample", __name__, url_prefix="/_local")


@dataclass(slots=True)
class Progress:
    """How far the loading of one account's sample is."""

    done: int = 0
    total: int = 1
    is_running: bool = True
    failure: str = ""  # a key of panel.toml

    def tell(self, done: int, total: int) -> None:
        """Note how far it is."""
        self.done, self.total = done, total


_by_account: dict[str, Progress] = {}
_guard = threading.Lock()


@routes.post("/sample")
@signed_in
def ask() -> Response:
    """Load it, once; the page that follows shows how far it is."""
    with _guard:
        known = _by_account.get(g.account.id)
        if known is None or not known.is_running:
            _by_account[g.account.id] = progress = Progress()
            machine: Machine = current_app.extensions["machine"]
            threading.Thread(target=_load, args=(machine, g.account.id, progress), name="sample", daemon=True).start()
    return redirect("/_local/sample", 303)  # type: ignore[return-value]


@routes.get("/sample")
@signed_in
def show() -> Response:
    """How far it is."""
    progress = _by_account.get(g.account.id, Progress(is_running=False))
    machine: Machine = current_app.extensions["machine"]
    return page(
        "panel/sample.html",
        here="sample",
        now_is=machine.clock.now(),
        is_running=progress.is_running,
        done=progress.done,
        total=progress.total,
        failure=progress.failure,
    )


def _load(machine: Machine, account_id: str, progress: Progress) -> None:
    try:
        load(machine, account_id, tell=progress.tell)
    except NotEmpty:
        progress.failure = "sample_not_empty"
    except Exception:
        log.exception("sample_failed")
        progress.failure = "sample_failed"
    finally:
        progress.is_running = False
