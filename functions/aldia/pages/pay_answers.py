"""The client's small answers, one POST each: a promise, a problem, "not me", what it prefers, its opinion, silence.

They stand on the blueprint of the client's page; importing this module puts them there.
"""

from datetime import datetime

from flask import Response, abort, g, redirect, request

from aldia.domain import answers
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.domain.opinions import opinion
from aldia.domain.parsing import parse_date
from aldia.domain.preferences import prefer
from aldia.domain.received import invoice_is_right
from aldia.flows import casework, client_answers, report_problem
from aldia.pages import guard, not_you, pay, pay_view
from aldia.pages.render import language, ports
from aldia.pages.spoilt import case_of
from aldia.store import accounts, tokens

screen = pay.screen


@screen.post("/p/<token>/promesa")
def promise(token: str) -> Response:
    """The client promises a date."""

    def ask(case: Case, now: datetime) -> Outcome:
        day = parse_date(request.form.get("on", ""), g.country, field="on")
        debt = pay.marked(case, request.form.get("debt", ""), "on")
        return answers.promise_next(case, debt.id, on=day, now=now, limits=answers.CLIENT_PAGE)

    return pay.answered(token, "promise", ask, "on")


@screen.post("/p/<token>/problema")
def problem(token: str) -> Response:
    """Something is wrong with the work or the invoice, in the client's own words, perhaps with a file."""
    link, case = pay.opened(token, strong=True)
    guard.check_form(token)
    sent = request.files.get("file")
    try:
        debt_id = pay.marked(case, request.form.get("debt", ""), "text").id
        report_problem.report_problem(
            ports(),
            (link.account_id, link.client_id, debt_id),
            text=request.form.get("text", ""),
            kind=request.form.get("kind", "")[:20],
            upload=(sent.filename, sent.stream.read()) if sent and sent.filename else None,
        )
    except Refused as refused:
        return pay.page_again(token, 422, errors=pay.named(refused, "text"), typed=request.form)
    return redirect(f"/p/{token}?said=problem&lang={language()}", 303)  # type: ignore[return-value]


@screen.get("/p/<token>/no-soy-yo")
@screen.get("/p/<token>/no-mas")
def answer_page(token: str) -> Response:
    """Where a letter's footer leads: the page, at that answer."""
    return pay.page_again(token, said="unsubscribe" if request.path.endswith("/no-mas") else "ask_not_me")


@screen.post("/p/<token>/no-soy-yo")
def not_me(token: str) -> Response:
    """The address is not the right one, or the debt is not known."""
    link, case = pay.opened(token, strong=True, by_anybody=True)
    guard.check_form(token)
    is_report = request.form.get("why") == "unknown"
    try:
        suggested = client_answers.person_named(request.form.get("right_name", ""), request.form.get("right_email", ""))
    except Refused as refused:
        errors = pay.named(refused, "stop")
        if case.client.wrong_person_at:
            return not_you.page_of(token, case, 422, by_owner=link.by_owner, errors=errors)
        return pay.page_again(token, 422, errors=errors, typed=request.form, said="ask_not_me")
    client_answers.not_me(ports(), link.account_id, link.client_id, is_report=is_report, suggested=suggested)
    return redirect(f"/p/{token}?said=not_me&lang={language()}", 303)  # type: ignore[return-value]


@screen.post("/p/<token>/soy-yo")
def is_me(token: str) -> Response:
    """ "Not me" was a slip: the page is there again."""
    link, _case = pay.opened(token, strong=True, by_anybody=True)
    guard.check_form(token)
    if link.by_owner:  # only whom the letters reach can say so
        abort(409)
    client_answers.is_me_after_all(ports(), link.account_id, link.client_id)
    return redirect(f"/p/{token}?said=is_me&lang={language()}", 303)  # type: ignore[return-value]


@screen.post("/p/<token>/preferencia")
def preference(token: str) -> Response:
    """The way to pay that stands first from now on."""
    return pay.answered(
        token,
        "preference",
        lambda case, now: prefer(case, way=request.form.get("prefers", "")[:20] or "none", now=now),
        "prefers",
    )


@screen.post("/p/<token>/recibida")
def found_right(token: str) -> Response:
    """The invoice arrived and is right."""

    def ask(case: Case, now: datetime) -> Outcome:
        return invoice_is_right(case, pay.marked(case, request.form.get("debt", "")).id, now=now)

    return pay.answered(token, "found_right", ask, "pay")


@screen.post("/p/<token>/opinion")
def tell_opinion(token: str) -> Response:
    """Whether the client felt treated well."""

    def ask(case: Case, now: datetime) -> Outcome:
        debt = pay.marked(case, request.form.get("debt", ""))
        return opinion(
            case, debt.id, about=request.form.get("about", "")[:20], score=request.form.get("score", "")[:20], now=now
        )

    return pay.answered(token, "opinion", ask, "pay")


@screen.post("/p/<token>/idioma")
def other_language(token: str) -> Response:
    """The page and the letters in the other language, from now on."""
    chosen = request.form.get("lang", "")[:5] or "none"
    link, _case = pay.opened(token, strong=True)
    guard.check_form(token)
    try:
        casework.change(
            ports(), link.account_id, link.client_id, lambda case, now: prefer(case, language=chosen, now=now)
        )
    except Refused as refused:
        return pay.page_again(token, 422, errors=pay.named(refused, "pay"))
    return redirect(f"/p/{token}?lang={chosen}", 303)  # type: ignore[return-value]


@screen.post("/p/<token>/no-mas")
def no_more(token: str) -> Response:
    """No more automatic letters; or, by who pressed so before, letters again."""
    if request.form.get("again") == "1":
        link, _case = pay.opened(token, strong=True)
        if link.by_owner:  # only whom the letters reach can say so
            abort(409)
        return pay.answered(token, "again", lambda case, now: answers.wants_them_again(case, now=now), "stop")
    return pay.answered(token, "stop", lambda case, now: answers.stop(case, now=now), "stop")


@screen.get("/baja/<token>")
def unsubscribe_page(token: str) -> Response:
    """The mail program's link, opened by a person: the page, at that answer."""
    return pay.page_again(token, said="unsubscribe")


@screen.post("/baja/<token>")
@guard.exempt
def unsubscribe(token: str) -> Response:
    """One click in a mail program (RFC 8058): it can only stop letters, and does however old the letter is.

    A link that opens no page any more looks dead here as well; nobody reads the answer.
    """
    link = tokens.link(ports(), token, ports().clock.now()) if len(token) <= 100 else None
    account = accounts.load(ports(), link.account_id) if link else None
    case = case_of(account, link.client_id) if link and account else None
    if link is None or case is None or link.link_version != case.client.link_version:
        abort(pay.expired(token))
    casework.change(ports(), link.account_id, link.client_id, lambda case, now: answers.stop(case, now=now))
    if not pay_view.is_alive(case, link, ports().clock.now()):
        abort(pay.expired(token))
    return Response("ok", mimetype="text/plain")
