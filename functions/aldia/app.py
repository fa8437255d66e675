"""The web application: one blueprint per screen, made from the ports."""

from functools import partial
from typing import Any

from flask import Flask, Response, g, request

from aldia.domain.errors import Refused
from aldia.pages import guard, render
from aldia.ports import Conflict, Ports

MOST_BYTES = 5 * 1024 * 1024  # a file of 4 MB and its form


def create_app(ports: Ports, *, for_clients_only: bool = False) -> Flask:
    """Build the application; nothing is read or written until a request comes.

    `for_clients_only`: the pages behind a letter's link and Stripe's door, whose imports take half the time.
    """
    app = Flask("aldia", template_folder=str(render.TEMPLATES), static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_BYTES)
    app.extensions["aldia"] = ports
    render.set_up(app)
    guard.set_up(app)
    _for_clients(app)
    if not for_clients_only:
        _for_freelancers(app)
    _errors(app)
    return app


def _for_clients(app: Flask) -> None:
    from aldia.pages import check, hooks, pay_answers, pay_claim, pay_transfer, spoilt, ways, working_terms

    for module in (pay_answers, pay_claim, pay_transfer, ways, working_terms, check, hooks):
        app.register_blueprint(module.screen)
    app.register_error_handler(spoilt.Spoilt, spoilt.answer)


def _for_freelancers(app: Flask) -> None:
    from aldia.pages import (
        approvals,
        bank,
        client_risk,
        client_terms,
        client_texts,
        clients,
        debts,
        fence_form,
        imports,
        own,
        replies,
        restored,
        settings,
        sign_in,
        today,
    )

    to_client = (clients, client_risk, client_terms, client_texts, fence_form)
    for module in (sign_in, today, debts, bank, *to_client, imports, settings, replies, restored, approvals):
        app.register_blueprint(module.screen)
    app.register_error_handler(own.Unreadable, own.unreadable)


def _log(app: Flask, error: Any) -> None:
    """What broke, by its route: the address itself may hold a secret, such as a client's token."""
    route = request.url_rule.rule if request.url_rule else "no route"
    app.logger.error("%s %s broke", request.method, route, exc_info=error)


def _errors(app: Flask) -> None:
    app.log_exception = partial(_log, app)  # type: ignore[method-assign]

    def shown(status: int, key: str) -> Response:
        g.has_inline_style = False  # this page has the common style, wherever it is shown
        return render.page(
            "pages/error.html", status, title=render.t(f"error.{key}_title"), text=render.t(f"error.{key}")
        )

    for status, key in (
        (400, "bad_request"),
        (403, "forbidden"),
        (404, "not_found"),
        (405, "not_found"),
        (413, "too_large"),
    ):
        app.register_error_handler(status, lambda _error, status=status, key=key: shown(status, key))
    app.register_error_handler(500, lambda _error: shown(500, "ours"))
    app.register_error_handler(Conflict, lambda _error: shown(409, "conflict"))
    app.register_error_handler(
        Refused, lambda error: render.page("pages/error.html", 422, title="", text=render.sentence(error))
    )
