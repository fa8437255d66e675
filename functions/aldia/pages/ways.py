"""More days, payment in parts, and the yes to what the freelancer offers: the client's answers that change dates."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from aldia import assets
from aldia.domain import concessions, proposals
from aldia.domain.agreements import in_effect
from aldia.domain.case import Case, Outcome
from aldia.domain.concessions import Wish
from aldia.domain.dates import told
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.parsing import parse_date, parse_whole
from aldia.flows import payment_page
from aldia.pages import pay, pay_view, ways_view
from aldia.pages.render import page, ports

screen = Blueprint("ways", __name__)

Read = Callable[[Case, Debt, datetime], Wish]


@screen.post("/p/<token>/mas-dias")
def more_days(token: str) -> Response:
    """A day that is granted at once, or one that is proposed."""
    return _asked(token, _day_wished)


@screen.post("/p/<token>/en-partes")
def in_parts(token: str) -> Response:
    """A plan that is granted at once, or one that is proposed."""
    return _asked(token, _parts_wished)


def _asked(token: str, read: Read) -> Response:
    outcomes: list[Outcome] = []

    def ask(case: Case, now: datetime) -> Outcome:
        debt = pay.marked(case, request.form.get("debt", ""))
        outcomes.append(proposals.ask(case, debt.id, wish=read(case, debt, now), now=now))
        return outcomes[-1]

    def said() -> str:
        debt = pay.marked(outcomes[-1].case, request.form.get("debt", ""))
        return "proposed" if debt.proposal else "agreed"

    return pay.answered(token, said, ask, "pick", change=payment_page.change)


def _day_wished(case: Case, debt: Debt, now: datetime) -> Wish:
    """The button's day, which has to be one that is granted; else the day that was written."""
    picked = request.form.get("pick", "")
    if not picked:
        return Wish(until=parse_date(request.form.get("until", ""), _country(case), field="until"))
    return _chosen(debt, picked, {day.isoformat(): Wish(until=day) for day in concessions.day_choices(case, debt, now)})


def _parts_wished(case: Case, debt: Debt, now: datetime) -> Wish:
    """The button's plan, as it was shown; else so many payments from the day that was written."""
    picked = request.form.get("pick", "")
    if not picked:
        count = parse_whole(request.form.get("count", ""), field="count", least=2, most=concessions.MOST_PARTS)
        first_on = parse_date(request.form.get("first_on", ""), _country(case), field="first_on")
        return Wish(parts=concessions.wished_parts(case, debt, count=count, first_on=first_on, now=now))
    plans = concessions.part_choices(case, debt, now)
    return _chosen(debt, picked, {ways_view.key_of(parts): Wish(parts=parts) for parts in plans})


def _chosen(debt: Debt, picked: str, choices: dict[str, Wish]) -> Wish:
    """The wish behind a button. One that is agreed already was pressed twice; any other is not on offer any more."""
    held = proposals.agreed_wish(debt)
    if held:
        choices = choices | {held.until.isoformat() if held.until else ways_view.key_of(held.parts): held}
    if picked not in choices:
        raise Refused("ways.choice_is_over", field="pick")
    return choices[picked]


def _country(case: Case) -> str:
    return case.client.country or case.account.country


@screen.post("/p/<token>/acepto")
def take(token: str) -> Response:
    """Yes to what the freelancer offers, if it is still what was shown."""

    def ask(case: Case, now: datetime) -> Outcome:
        debt = pay.marked(case, request.form.get("debt", ""))
        held = in_effect(debt)
        if debt.proposal is None and held and held.by == "client":
            return Outcome(case)  # pressed twice
        if ways_view.ways(case, debt, now).offer_key != request.form.get("offer", "-"):
            raise Refused("ways.choice_is_over", field="pick")
        return proposals.take(case, debt.id, now=now)

    return pay.answered(token, lambda: "agreed", ask, "pick", change=payment_page.change)


@screen.get("/p/<token>/acuerdo/<mark>")
def agreement(token: str, mark: str) -> Response:
    """The agreement in writing, to print or keep."""
    _link, case = pay.opened(token)
    try:
        debt = pay.marked(case, mark)
    except Refused:
        abort(404)
    if not debt.agreements:
        abort(404)
    return printed(case, debt, back=f"/p/{token}")


def printed(case: Case, debt: Debt, *, back: str) -> Response:
    """The last agreement of a debt as a page of its own; the debt has one."""
    today = case.local_day(ports().clock.now())
    standing = stand(debt, today)
    extras = (
        ("interest", standing.interest_due_minor),
        ("compensation", standing.compensation_due_minor),
        ("discount", -standing.offer_minor),
    )
    return page(
        "pages/agreement.html",
        case=case,
        debt=debt,
        agreed=debt.agreements[-1],
        standing=standing,
        dates=told(debt, today) if len(standing.instalments) > 1 else (),
        extras=[(name, minor) for name, minor in extras if minor],
        title=pay_view.title_of(debt),
        pay_style=Markup(assets.pay_style()),  # noqa: S704  our own style sheet
        from_name=case.account.name,
        back=back,
    )
