"""What would Al Día have sent? One debt's story told again, with its own choices or with others; nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import Blueprint, Response, g, request

from aldia.domain.case import Case
from aldia.domain.debt import Debt, Step
from aldia.domain.errors import Refused
from aldia.domain.facts import OPENED, Fact, facts
from aldia.domain.hindsight import Choice, retold
from aldia.domain.ladder import DEFAULT_LADDER, ladder_of
from aldia.domain.parsing import parse_date
from aldia.flows import remembered
from aldia.i18n import formats
from aldia.pages import guard
from aldia.pages.debt import found
from aldia.pages.debt_ahead import Ahead, clock_names, merged, reach, steps_of
from aldia.pages.debt_terms import base_ladder
from aldia.pages.forms import Typed
from aldia.pages.render import is_fragment_request, language, page, ports, t

screen = Blueprint("would", __name__)

LADDERS = ("own", "usual", "product")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story: something that was sent, appeared or was skipped, or something that happened."""

    at: datetime
    ahead: Ahead | None = None
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All lines: until now, and from now on if nobody does anything."""

    past: list[Line]
    future: list[Line]

    @property
    def letters(self) -> int:
        """How many letters would have gone by now."""
        return sum(line.ahead is not None and line.ahead.state == "next" for line in self.past)


@screen.get("/cobros/<client_id>/<debt_id>/habria-enviado")
@guard.signed_in
def show(client_id: str, debt_id: str) -> Response:
    """The dated list for the choices in the address; htmx gets the list alone."""
    case, debt = found(client_id, debt_id)
    g.zone = case.zone
    typed = Typed(request.args.to_dict())
    choice = _choice(case, debt, typed)
    template = "fragments/would.html" if is_fragment_request() else "pages/debt_would.html"
    return page(
        template,
        422 if typed.errors and not is_fragment_request() else 200,
        case=case,
        debt=debt,
        path=f"/cobros/{client_id}/{debt_id}",
        typed=typed,
        errors=typed.errors,
        ladders=[(name, t(f"would.ladder_{name}"), t(f"would.ladder_{name}_hint")) for name in _ladders(debt)],
        opened_on=case.local_day(debt.opened_at),
        story=_story(case, debt, choice) if choice else None,
        fact_words=fact_words,
        **clock_names(case),
    )


# -- the choices ---------------------------------------------------------------------------------


def _ladders(debt: Debt) -> dict[str, tuple[Step, ...]]:
    """The ladders that there are to choose from, each once."""
    known = {"own": ladder_of(debt), "usual": base_ladder(g.account), "product": DEFAULT_LADDER}
    return {name: known[name] for place, name in enumerate(LADDERS) if known[name] not in _before(known, place)}


def _before(known: dict[str, tuple[Step, ...]], place: int) -> list[tuple[Step, ...]]:
    return [known[name] for name in LADDERS[:place]]


def _choice(case: Case, debt: Debt, typed: Typed) -> Choice | None:
    """What was chosen; None when it cannot be, which is said beside the field."""
    opened_on = typed.take("desde", lambda text: _opening(case, debt, text), None)
    if typed.errors:
        return None
    ladders = _ladders(debt)
    chosen = ladders.get(typed.get("cartas"), ladders["own"])
    return Choice(debt.id, chosen, opened_on, approves=bool(typed.get("visto")))


def _opening(case: Case, debt: Debt, text: str) -> date | None:
    """A day between the invoice's and today; nothing: as it was."""
    if not text.strip():
        return None
    day = parse_date(text, case.account.country, field="desde")
    first = min(debt.issued_on, case.local_day(debt.opened_at))
    last = case.local_day(ports().clock.now())
    if not first <= day <= last:
        raise Refused(
            "would.day_outside",
            field="desde",
            first=formats.day(first, language()),
            last=formats.day(last, language()),
        )
    return day


# -- the story -----------------------------------------------------------------------------------


def _story(case: Case, debt: Debt, choice: Choice) -> Story:
    now = ports().clock.now()
    known = facts(case, *remembered.told(ports(), case.account.id, case.client.id))
    lines: list[Line] = []
    base_url = ports().settings.base_url
    for moment in retold(case, known, choice, until=reach(case, debt, now)):
        if moment.fact and moment.fact.debt_id in ("", debt.id):
            lines.append(Line(moment.at, fact=moment.fact))
        steps = steps_of(moment.before, moment.outcome, moment.at, debt_id=debt.id, base_url=base_url)
        lines += [Line(moment.at, ahead=step) for step in steps]
    lines = list(_shown(lines))
    return Story([line for line in lines if line.at <= now], [line for line in lines if line.at > now])


def _shown(lines: list[Line]) -> Iterator[Line]:
    """Steps that were only moved stand once; of an instalment that is paid there is nothing to say."""
    kept = iter(merged([line.ahead for line in lines if line.ahead]))
    steps = {(one.at, one.state, one.key, one.step): one for one in kept if one.reason != "paid"}
    for line in lines:
        if line.ahead is None:
            yield line
        elif one := steps.get((line.ahead.at, line.ahead.state, line.ahead.key, line.ahead.step)):
            yield replace(line, ahead=one)


def fact_words(fact: Fact, debt: Debt) -> str:
    """What happened, in words."""
    if fact.entry:
        words = t(f"debt.entry_{fact.kind}")
    elif fact.day:
        words = t(f"would.fact_{fact.kind}", day=formats.day(fact.day, language()))
    elif fact.kind == OPENED:
        words = t("debt.opened")
    else:
        words = t(f"would.fact_{fact.kind}")
    minor = debt.amount_minor if fact.kind == OPENED else fact.amount_minor
    return f"{words} · {formats.money(minor, debt.currency, language(), g.account.country)}" if minor else words
