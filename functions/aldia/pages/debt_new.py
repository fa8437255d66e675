"""A new debt: the form, its dated plan with every letter, and saving it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, g, redirect, request

from aldia.domain import open_limit, opening
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.currencies import CURRENCIES
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.interest import table_names
from aldia.domain.open_limit import Passed
from aldia.domain.prevention import RiskNote
from aldia.domain.risk_notes import in_force
from aldia.flows import attach_file, open_debt
from aldia.pages import debt_form, debt_terms, debt_words, guard
from aldia.pages.country_names import country_choices
from aldia.pages.debt_ahead import Ahead, clock_names, outlook_within
from aldia.pages.forms import Typed, is_id
from aldia.pages.own import Unreadable
from aldia.pages.render import is_fragment_request, page, ports
from aldia.pages.spoilt import case_of
from aldia.store import lists

screen = Blueprint("new", __name__)

NAMES = 12  # clients offered while the name is typed


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen to the debt as it is typed."""

    ahead: list[Ahead]
    debt: Debt | None = None
    costs: list[debt_words.Cost] = field(default_factory=list)
    twins: tuple[str, ...] = ()  # numbers that this client has already
    clock: Mapping[str, Any] = field(default_factory=dict)  # how moments are written
    over: Passed | None = None  # the client's limit, with this debt
    risks: tuple[RiskNote, ...] = ()  # what the freelancer noted about the client
    client: str = ""


@screen.get("/cobros/nuevo")
@guard.signed_in
def new() -> Response:
    """The empty form; `?client=` names one that it is for."""
    wanted = request.args.get("client", "")[:40]
    case = case_of(g.account, wanted, told=Unreadable) if wanted else None
    stranger = open_debt.new_client(ports(), g.account, name="", email="")
    now = ports().clock.now()
    today = Case(g.account, stranger).local_day(now)
    typed = Typed(debt_form.fresh(ports(), g.account, today, client=case.client if case else None))
    return _form(typed, plan=Plan([], risks=in_force(case, now), client=case.client.name) if case else None)


@screen.get("/cobros/nuevo/clientes")
@guard.signed_in
def names() -> Response:
    """Clients whose name begins like what is typed, for the field's list of suggestions."""
    found = lists.clients_like(ports(), g.account.id, request.args.get("client", "").strip()[:120], limit=NAMES)
    return page("fragments/client_names.html", names=found)


@screen.post("/cobros/nuevo/plan")
@guard.signed_in
def plan() -> Response:
    """The dated plan of what is being typed; nothing is saved."""
    typed = Typed()
    has_moved = debt_form.follow_issue_date(g.account, typed)
    return _planned(typed, has_moved)


def _planned(typed: Typed, has_moved: bool) -> Response:
    found = plan_of(typed)
    if not is_fragment_request():
        return _form(typed, 422 if typed.errors else 200, plan=found)
    return page("fragments/plan.html", plan=found, typed=typed, errors=typed.errors, has_moved=has_moved, **found.clock)


@screen.post("/cobros/nuevo")
@guard.signed_in
def create() -> Response:
    """Save, or show the form again with what is wrong and what was typed."""
    typed = Typed()
    _keep_file(typed)
    if typed.get("do") == "plan":
        debt_form.follow_issue_date(g.account, typed)
        return _planned(typed, False)
    found = debt_form.read(ports(), g.account, typed)
    if found is None:
        return _form(typed, 422)
    client, debt = found
    if debt.file_name:
        attach_file.settle_draft(ports(), g.account.id, debt.id)
    try:
        case = open_debt.open_debt(ports(), g.account, client, debt).case
    except Refused as refused:
        typed.refuse(refused, "amount")
        return _form(typed, 422)
    said = "debt_opened_over" if open_limit.to_tell(case, ports().clock.now()) else "debt_opened"
    return redirect(f"/cobros/{client.id}/{debt.id}?said={said}", 303)  # type: ignore[return-value]


def _keep_file(typed: Typed) -> None:
    """Check the file at once and keep it beside the form, so that an error elsewhere does not lose it."""
    if typed.get("drop_file"):
        typed.values["kept_file"] = ""
        if is_id(typed.get("id")):
            attach_file.drop_draft(ports(), g.account.id, typed.id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return
    typed.values["id"] = debt_form.own_id(ports(), typed.get("id"))
    try:
        upload = (sent.filename, sent.stream.read())
        typed.values["kept_file"] = attach_file.keep_draft(ports(), g.account.id, typed.id, upload=upload)
        typed.values["drop_file"] = ""
    except Refused as refused:
        typed.refuse(refused, "file")


def plan_of(typed: Typed) -> Plan:
    """Everything to come, on a copy of the case that is never saved."""
    found = debt_form.read(ports(), g.account, typed)
    if found is None:
        return Plan([])
    client, debt = found
    now = ports().clock.now()
    stored = open_debt.case_for(ports(), g.account, client)
    try:
        case = opening.open_debt(open_debt.with_address(stored, client, now), debt, now=now).case
    except Refused as refused:
        typed.refuse(refused, "amount")
        return Plan([])
    twins = tuple(one.number for one in stored.debts if one.number and one.number == debt.number and one.id != debt.id)
    ahead = outlook_within(case, debt.id, now)
    return Plan(
        ahead,
        case.debt(debt.id),
        debt_words.costs(debt),
        twins,
        clock_names(case),
        over=open_limit.to_tell(case, now),
        risks=in_force(case, now),
        client=case.client.name,
    )


# -- the page -----------------------------------------------------------------------------------


def _form(typed: Typed, status: int = 200, *, plan: Plan | None = None) -> Response:
    return page(
        "pages/debt_new.html",
        status,
        typed=typed,
        errors=typed.errors,
        plan=plan,
        has_moved=False,
        words=_sentences(g.account),
        ladder=debt_terms.base_ladder(g.account),
        step_when=debt_words.step_when,
        opened=_opened(typed.errors),
        **choices(g.account),
        **(plan.clock if plan else {}),
    )


def _sentences(account: Account) -> Mapping[str, str]:
    """The account's defaults, one sentence each."""
    return {
        "terms": debt_words.terms_sentence(account),
        "discount": debt_words.discount_sentence(account),
        "ladder": debt_words.ladder_sentence(account),
    }


def choices(account: Account) -> dict[str, object]:
    """What the selects offer."""
    codes = dict.fromkeys([account.currency or "EUR", *CURRENCIES])
    return {
        "currencies": [(code, code) for code in codes],
        "countries": country_choices(),
        "tables": table_names(),
    }


SECTIONS = {
    "client": ("country", "language", "kind"),
    "parts": ("instalments", *(f"part_{what}_{place}" for place in debt_terms.PARTS for what in ("on", "amount"))),
    "discount": tuple(
        f"{name}{end}" for end in debt_terms.TIERS for name in ("discount", "discount_days", "discount_until")
    ),
    "tax": ("net", "tax", "withheld"),
    "interest": ("interest", "interest_rate", "interest_grace"),
}


def _opened(errors: Mapping[str, str]) -> set[str]:
    """The folded parts of the form in which something is wrong."""
    found = {section for section, names in SECTIONS.items() if any(name in errors for name in names)}
    is_ladder = any(name == "own_ladder" or name.startswith("days_") for name in errors)
    return found | ({"ladder"} if is_ladder else set())
