"""The freelancer answers a client's proposal from the mail, without signing in: a page with three answers, one POST."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request

from aldia.domain import proposals
from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.concessions import MOST_PARTS, Wish, wished_parts
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.parsing import parse_date, parse_whole
from aldia.flows import casework
from aldia.pages import guard, pay_view, ways_view
from aldia.pages.forms import Typed
from aldia.pages.own import Unreadable
from aldia.pages.render import language, page, ports, t
from aldia.pages.spoilt import case_of, made
from aldia.store import accounts, tokens

screen = Blueprint("replies", __name__)

DONE = ("yes", "other", "no")


@screen.get("/r/<token>")
def show(token: str) -> Response:
    """What is proposed and the three answers; what was answered just now."""
    said = request.args.get("said", "")
    link, case, debt = _opened(token, is_over_fine=said in DONE)
    if debt.proposal is None or debt.proposal.by != "client" or debt.proposal.at != link.asked_at:
        return _over(token, t(f"ways.reply_done_{said}"))
    return _shown(token, case, debt, Typed({}))


@screen.post("/r/<token>")
def answer(token: str) -> Response:
    """Yes, other terms, or no."""
    link, case, debt = _opened(token)
    guard.check_form(token)
    typed = Typed()
    done = typed.get("do") if typed.get("do") in DONE else "no_such"
    try:
        if done == "no_such":
            raise Refused("ways.reply_one", field="form")
        casework.change(ports(), link.account_id, link.client_id, lambda held, now: _ask(held, link, typed, now=now))
    except Refused as refused:
        typed.refuse(refused, "form")
        return _shown(token, case, debt, typed)
    return redirect(f"/r/{token}?said={done}&lang={language()}", 303)  # type: ignore[return-value]


def _ask(case: Case, link: tokens.ReplyLink, typed: Typed, *, now: datetime) -> Outcome:
    debt = next((debt for debt in case.debts if debt.id == link.debt_id), None)
    if debt is None or debt.proposal is None or debt.proposal.at != link.asked_at:
        raise Refused("answers.no_proposal", field="form")
    return answered(case, debt, typed, now=now)


def answered(case: Case, debt: Debt, typed: Typed, *, now: datetime) -> Outcome:
    """What the form's answer leads to; shared with the debt's own page."""
    do = typed.get("do")
    if do == "yes":
        return proposals.accept(case, debt.id, now=now)
    if do == "no":
        return proposals.decline(case, debt.id, now=now)
    return proposals.offer(case, debt.id, wish=_other(case, debt, typed, now=now), now=now)


def _other(case: Case, debt: Debt, typed: Typed, *, now: datetime) -> Wish:
    """A day, or a number of payments with the first one's day: one of the two."""
    names = ("until", "count", "first_on")
    until, count, first_on = (typed.get(name).strip() for name in names)
    if bool(until) == bool(count or first_on):
        raise Refused("ways.reply_one", field="until")
    country = case.account.country
    if until:
        return Wish(until=parse_date(until, country, field="until"))
    day = parse_date(first_on, country, field="first_on")
    whole = parse_whole(count, field="count", least=2, most=MOST_PARTS)
    return Wish(parts=wished_parts(case, debt, count=whole, first_on=day, now=now))


def facts(case: Case, debt: Debt) -> dict[str, Any]:
    """What the card with the three answers shows."""
    now = ports().clock.now()
    return {
        "case": case,
        "debt": debt,
        "title": pay_view.title_of(debt),
        "ways": ways_view.ways(case, debt, now),
        "left_minor": stand(debt, case.local_day(now)).payable_minor,
        "why": t(f"fence.why.{debt.proposal.why}") if debt.proposal and debt.proposal.why else "",
    }


def _opened(token: str, *, is_over_fine: bool = False) -> tuple[tokens.ReplyLink, Case, Debt]:
    """The question with its case; 404 for unknown, old and answered ones, all alike."""
    now = ports().clock.now()
    link = tokens.reply_link(ports(), token, now) if len(token) <= 100 else None
    account = accounts.load(ports(), link.account_id) if link else None
    case = case_of(account, link.client_id, told=Unreadable) if link and account else None
    debt = next((debt for debt in case.debts if link and debt.id == link.debt_id), None) if case else None
    if link is None or account is None or case is None or debt is None or _is_shut(account, link):
        abort(_over(token))
    is_asked = debt.proposal is not None and debt.proposal.at == link.asked_at and debt.deleted_at is None
    if not is_asked and not is_over_fine:
        abort(_over(token))
    g.zone, g.country, g.language = case.zone, account.country, account.language
    g.csrf = guard.form_token(token)
    return link, case, debt


def _is_shut(account: Account, link: tokens.ReplyLink) -> bool:
    """Closing every session closes the doors in older mails too."""
    return account.sessions_from is not None and link.made_at < account.sessions_from


def _over(_token: str, text: str = "") -> Response:
    """A page that tells nothing but that there is nothing to answer; or what was just done."""
    return page("pages/reply_over.html", 200 if text else 404, text=text)


def _shown(token: str, case: Case, debt: Debt, typed: Typed) -> Response:
    status = 422 if typed.errors else 200
    shown = made(case, lambda: facts(case, debt), Unreadable)
    return page("pages/reply.html", status, typed=typed, errors=typed.errors, action=f"/r/{token}", **shown)
