"""The client's page: what is owed and why, and pay; the other answers stand in `pay_answers`. GET changes nothing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, g, redirect, request
from markupsafe import Markup

from aldia import assets
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt
from aldia.domain.disputes import kinds_in
from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal
from aldia.domain.parsing import parse_amount
from aldia.domain.phrases import phrase_for
from aldia.domain.promises import CLIENT_PAGE
from aldia.domain.reply_clock import reply_by
from aldia.flows import casework, client_answers, debt_files, paying_online, start_payment
from aldia.pages import guard, not_you, pay_view
from aldia.pages.forms import Typed
from aldia.pages.pay_view import PayView
from aldia.pages.render import language, page, ports, t
from aldia.pages.spoilt import case_of, made
from aldia.ports import PaymentRefused, PaymentUnknown, Ports
from aldia.store import accounts, tokens

screen = Blueprint("pay", __name__)

FIELDS = (
    "part", "on", "text", "file", "right_name", "right_email", "prefers", "until", "count", "first_on", "pick",
)  # fmt: skip
Answer = Callable[[Case, datetime], Outcome]
Change = Callable[[Ports, str, str, Answer], Outcome]


def opened(token: str, *, strong: bool = False, by_anybody: bool = False) -> tuple[tokens.PayLink, Case]:
    """The page's link and case; 404 for unknown, old and withdrawn links, all alike.

    Where somebody said "not me" nothing is shown or done but what is there for them (`by_anybody`).
    """
    now = ports().clock.now()
    link = tokens.link(ports(), token, now) if len(token) <= 100 else None
    account = accounts.profile(ports(), link.account_id) if link else None
    case = case_of(account, link.client_id, strong=strong) if link and account else None
    if link is None or case is None or not pay_view.is_alive(case, link, now):
        abort(expired(token))
    g.zone, g.country, g.has_inline_style = case.zone, case.client.country or case.account.country, True
    g.language = request.args.get("lang") or case.client.language
    g.csrf = guard.form_token(token)
    if case.client.wrong_person_at and not by_anybody:
        abort(not_you.page_of(token, case, 200 if request.method in guard.SAFE else 409, by_owner=link.by_owner))
    return link, case


def expired(token: str) -> Response:
    """A page that tells nothing, and offers a fresh link to the address on file."""
    g.csrf = guard.form_token(token)
    return page("pages/expired.html", 404, token=token, is_asked=False)


def page_again(token: str, status: int = 200, **more: Any) -> Response:
    """The page as it stands now, with what has to be said about the last try."""
    link, case = opened(token, strong=status != 200)
    return shown(token, view_of(link, case), status, **more)


def view_of(link: tokens.PayLink, case: Case) -> PayView:
    """What the page shows of this case."""
    may_pay = paying_online.may_pay_online(ports(), case.account)
    return made(case, lambda: pay_view.view(case, link, ports().clock.now(), may_pay_online=may_pay))


def shown(token: str, view: PayView, status: int = 200, **more: Any) -> Response:
    """The page of these values."""
    values = {"errors": {}, "typed": {}, "said": request.args.get("said", ""), "rose": None} | more
    today = view.case.local_day(ports().clock.now())
    make = partial(
        page,
        "pages/pay.html",
        status,
        view=view,
        token=token,
        pay_style=Markup(assets.pay_style()),  # noqa: S704  our own style sheet
        from_name=view.case.account.name,
        phrase=phrase_for(view.case.client.phrase, view.case.account.phrase),
        other_language_action=f"/p/{token}",
        today=today,
        last_promise=today + timedelta(days=CLIENT_PAGE.longest_days or 0),
        problem_kinds=kinds_in(view.case.client.country or view.case.account.country),
        reply_by=partial(reply_by, view.case),
        **values,
    )
    return made(view.case, make)


@screen.get("/p/<token>")
def show(token: str) -> Response:
    """The page, whole in one response."""
    return page_again(token)


@screen.post("/p/<token>/pagar")
def pay(token: str) -> Response:
    """Freeze the price and go to the payment page."""
    link, case = opened(token, strong=True)
    guard.check_form(token)
    marks = request.form.getlist("debt")
    try:
        wish = start_payment.Wish(
            debt_ids=tuple(marked(case, mark, "part").id for mark in marks[: start_payment.MOST_DEBTS + 1]),
            shown_minor=_whole(request.form.get("shown", "")),
            part_minor=_part(case, marks),
            up_to=_day(request.form.get("up_to", "")),
            return_path=f"/p/{token}",
            language=language(),
        )
        return redirect(start_payment.start_payment(ports(), link.account_id, link.client_id, wish), 303)  # type: ignore[return-value]
    except start_payment.PriceRose as rose:
        return page_again(token, 409, rose=rose.now_minor)
    except PaymentUnknown:
        return page_again(token, 503, errors={"pay": t("pay.provider_silent")})
    except PaymentRefused:
        return page_again(token, 422, errors={"pay": t("pay.provider_refused")})
    except Refused as refused:
        return page_again(token, 422, errors=named(refused, "pay"), typed=request.form)


def named(refused: Refused, area: str) -> dict[str, str]:
    """The refusal as a sentence, under its field when the page has one."""
    form = Typed()
    form.refuse(Refused(refused.key, field=refused.field if refused.field in FIELDS else area, **refused.facts))
    return form.errors


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _part(case: Case, marks: list[str]) -> int | None:
    typed = request.form.get("part", "").strip()
    if not typed:
        if "is_part" in request.form:
            raise Refused("pay.part_missing", field="part")
        return None
    currency = marked(case, marks[0] if marks else "").currency
    return from_decimal(parse_amount(typed, currency, country=g.country, field="part"), currency)


def marked(case: Case, mark: str, field: str = "") -> Debt:
    """The debt that a form or an address of the page is about; Refused when it is not there, or in the bin.

    `field`: beside which it is said that none was chosen.
    """
    if not mark and field:
        raise Refused("pay.which_missing", field=field)
    found = [debt for debt in case.debts if debt.deleted_at is None and pay_view.mark_of(debt) == mark]
    if not found:
        raise Refused("answers.unknown_debt")
    return found[0]


@screen.get("/p/<token>/gracias")
def came_back(token: str) -> Response:
    """Back from the payment page: reads what is known, and never says more."""
    link, case = opened(token, strong=True)
    return shown(token, view_of(link, case), said="returned")


def answered(
    token: str, said: str | Callable[[], str], ask: Answer, area: str, *, change: Change = casework.change
) -> Response:
    """One answer of the client: silence at once, a letter that confirms it, and the page again, saying `said`."""
    link, _case = opened(token, strong=True)
    guard.check_form(token)
    try:
        change(ports(), link.account_id, link.client_id, ask)
    except Refused as refused:
        return page_again(token, 422, errors=named(refused, area), typed=request.form)
    sign = said if isinstance(said, str) else said()
    return redirect(f"/p/{token}?said={sign}&lang={language()}", 303)  # type: ignore[return-value]


@screen.get("/p/<token>/recibo/<mark>")
def receipt(token: str, mark: str) -> Response:
    """What was paid for one debt, to print or keep."""
    link, case = opened(token)
    view = view_of(link, case)
    found = [one for one in (*view.debts, *view.settled) if one.mark == mark and one.received]
    if not found:
        abort(404)
    style = Markup(assets.pay_style())  # noqa: S704
    return page(
        "pages/receipt.html",
        one=found[0],
        case=case,
        pay_style=style,
        from_name=case.account.name,
        zone=ZoneInfo(str(case.zone)),
        token=token,
    )


@screen.get("/p/<token>/archivo/<mark>")
def invoice_file(token: str, mark: str) -> Response:
    """The invoice's file, always as a download."""
    _link, case = opened(token)
    try:
        debt = marked(case, mark)
    except Refused:
        abort(404)
    return as_download(case, debt)


def as_download(case: Case, debt: Debt) -> Response:
    """The invoice's file; 404 when the debt has none."""
    return saved(debt_files.invoice_key(case.account.id, debt.id), debt.file_name)


def saved(key: str, name: str) -> Response:
    """A kept file, always saved and never shown by the browser; 404 when there is none. `name` is empty then."""
    try:
        content = ports().files.get(key) if name else None
    except (FileNotFoundError, KeyError):
        content = None
    if content is None:
        abort(404)
    answer = Response(content, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@screen.post("/enlace")
def fresh_link() -> Response:
    """Mail a fresh link to the address on file, if there is one; the answer is always the same."""
    token = request.form.get("token", "")[:100]
    guard.check_form(token)
    client_answers.mail_fresh_link(ports(), token)
    g.csrf = guard.form_token(token)
    return page("pages/expired.html", 200, token=token, is_asked=True)
