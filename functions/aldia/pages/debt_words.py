"""Terms, discounts and ladders in one sentence each, and what a discount costs."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aldia.domain.account import Account
from aldia.domain.debt import Debt, Step, Tier
from aldia.domain.discounts import annual_cost, limit, offer
from aldia.i18n import formats
from aldia.mail.terms_words import due_days
from aldia.pages.debt_terms import base_ladder
from aldia.pages.render import language, t

ALL = 100  # per cent


def terms_sentence(account: Account) -> str:
    """The account's terms: when a debt is due."""
    terms = account.defaults.terms
    if len(terms) > 1:
        return t("debts.terms_parts", n=len(terms), days=due_days(terms, t))
    return t("debts.terms_one", when=due_days(terms, t))


def discount_sentence(account: Account) -> str:
    """The account's usual discount."""
    rule = account.defaults.discount
    if rule is None:
        return t("debts.discount_none")
    return t("debts.discount_usual", percent=formats.percent(rule.percent, language()), days=rule.days)


def ladder_sentence(account: Account) -> str:
    """The account's ladder: how many letters, how many wait, how many tasks."""
    rungs = base_ladder(account)
    letters = [rung for rung in rungs if rung.channel == "email"]
    waiting = sum(rung.approve for rung in letters)
    return t("debts.ladder_usual", letters=len(letters), waiting=waiting, tasks=len(rungs) - len(letters))


@dataclass(frozen=True, slots=True)
class Cost:
    """What one discount means: until when, what the client pays then, and what it costs as a credit would."""

    last_day: date
    saved_minor: int
    payable_minor: int
    a_year: str  # per cent a year, written out; empty when it cannot be said
    is_high: bool


def costs(debt: Debt) -> list[Cost]:
    """The discounts of a debt that has just been typed, one by one."""
    if debt.discount is None:
        return []
    return [_cost(debt, tier) for tier in debt.discount.tiers]


def _cost(debt: Debt, tier: Tier) -> Cost:
    saved = offer(debt, balance_minor=debt.amount_minor, on=tier.last_day)
    share = Decimal(saved) * 100 / debt.amount_minor
    days, net_days = (tier.last_day - debt.issued_on).days, (debt.due_on - debt.issued_on).days
    a_year = ""
    if 0 <= days < net_days and share < ALL:
        simple, _compound = annual_cost(share, days, net_days)
        a_year = formats.percent(simple.quantize(Decimal(1)), language())
    return Cost(tier.last_day, saved, debt.amount_minor - saved, a_year, limit(share) == "warn")


def step_when(rung: Step) -> str:
    """When a step falls, in words: 7 días después del vencimiento."""
    count = abs(rung.days)
    days = t("step.same_day") if not rung.days else t(f"step.days_{'after' if rung.days > 0 else 'before'}", n=count)
    return f"{days} {t(f'step.anchor_{rung.anchor}')}"
