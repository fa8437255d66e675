"""How a freelancer works with payments, as one client reads it: GET changes nothing, one click accepts."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request
from markupsafe import Markup

from aldia import assets
from aldia.domain import answers
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.errors import Refused
from aldia.domain.outcomes import may_be_answered
from aldia.domain.phrases import phrase_for
from aldia.domain.working_terms import TermsVersion
from aldia.flows import accept_terms, casework, client_answers
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.render import language, page, ports, t
from aldia.pages.spoilt import case_of
from aldia.store import accounts, tokens, working_terms

screen = Blueprint("terms", __name__)

ASIDE = {"no-soy-yo": "not_me", "no-mas": "stop"}


def opened(token: str, *, strong: bool = False) -> tuple[tokens.TermsLink, Case, TermsVersion]:
    """The link, whose it is, and the version to read; 404 for unknown, old and withdrawn links, all alike."""
    now = ports().clock.now()
    link = tokens.terms_link(ports(), token, now) if len(token) <= 100 else None
    account = accounts.profile(ports(), link.account_id) if link else None
    case = case_of(account, link.client_id, strong=strong) if link and account else None
    number = _number(case) if link and case and _is_alive(case, link) else 0
    version = working_terms.load(ports(), link.account_id, number) if link and number else None
    if link is None or case is None or version is None:
        abort(page("pages/terms_over.html", 404))
    g.zone, g.country, g.has_inline_style = case.zone, case.client.country or case.account.country, True
    g.language, g.csrf = case.client.language, guard.form_token(token)
    return link, case, version


def _is_alive(case: Case, link: tokens.TermsLink) -> bool:
    client = case.client
    held = (client.link_version, client.terms_links)
    return (link.link_version, link.terms_links) == held and client.wrong_person_at is None


def _number(case: Case) -> int:
    """The newest version, or the one that this client accepted when it asks for that; 0: none."""
    newest, accepted = case.account.published, case.client.accepted
    if accepted and request.method == "GET" and request.args.get("version") == str(accepted.number):
        return accepted.number
    return newest.number if newest else 0


@screen.get("/c/<token>")
@screen.get("/c/<token>/no-soy-yo")
@screen.get("/c/<token>/no-mas")
def show(token: str) -> Response:
    """The text; where a letter's footer leads, with that answer open."""
    _link, case, version = opened(token)
    return _shown(token, case, version, Typed({"by": greeted(case.client)}))


@screen.post("/c/<token>")
def accept(token: str) -> Response:
    """The client's yes to the version that it read."""
    link, case, version = opened(token, strong=True)
    guard.check_form(token)
    typed = Typed()
    try:
        if typed.get("number") != str(version.number):
            raise Refused("working.newer", field="form")
        accept_terms.accept(ports(), (link.account_id, link.client_id), version, by=typed.get("by"))
    except Refused as refused:
        typed.refuse(refused, "form")
        return _shown(token, case, version, typed)
    return redirect(f"/c/{token}?said=accepted&lang={language()}", 303)  # type: ignore[return-value]


@screen.post("/c/<token>/no-soy-yo")
def not_me(token: str) -> Response:
    """The terms came to somebody else."""
    link, case, _version = opened(token, strong=True)
    guard.check_form(token)
    client_answers.not_me(ports(), link.account_id, link.client_id, is_report=False)
    return _done(case, "not_me")


@screen.post("/c/<token>/no-mas")
def no_more(token: str) -> Response:
    """No automatic letters."""
    link, case, _version = opened(token, strong=True)
    guard.check_form(token)
    casework.change(ports(), link.account_id, link.client_id, _stop)
    return _done(case, "stop")


def _stop(case: Case, now: datetime) -> Any:
    return answers.stop(case, now=now)


def greeted(client: Client) -> str:
    """Who probably reads: the one person who gets the letters, else the client."""
    named = [contact.name for contact in client.contacts if contact.mail == "to" and contact.email]
    return named[0] if len(named) == 1 and named[0].strip() else client.name


def _shown(token: str, case: Case, version: TermsVersion, typed: Typed) -> Response:
    accepted, newest = case.client.accepted, case.account.published
    return page(
        "pages/terms.html",
        422 if typed.errors else 200,
        token=token,
        case=case,
        phrase=phrase_for(case.client.phrase, case.account.phrase),
        version=version,
        sections=version.texts[language()],
        accepted=accepted,
        is_accepted=bool(accepted and accepted.number >= version.number),
        is_mailed=may_be_answered(case.client),
        is_newest=bool(newest and newest.number == version.number),
        typed=typed,
        errors=typed.errors,
        said=request.args.get("said", ""),
        aside=ASIDE.get(request.path.rpartition("/")[2], ""),
        **_frame(case),
    )


def _done(case: Case, what: str) -> Response:
    return page("pages/terms_done.html", text=t(f"working.done_{what}"), **_frame(case))


def _frame(case: Case) -> dict[str, Any]:
    """What the shell of the client's pages needs."""
    return {"from_name": case.account.name, "pay_style": Markup(assets.pay_style())}  # noqa: S704  our own style sheet
