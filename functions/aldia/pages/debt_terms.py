"""The part of the form that few need to touch: parts, discount, interest, taxes and the ladder."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from aldia.domain.account import Account
from aldia.domain.debt import Debt, Discount, Instalment, Interest, Step, Tier
from aldia.domain.errors import Refused
from aldia.domain.interest import table_names
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.domain.money import from_decimal
from aldia.domain.own_ladder import checked_ladder
from aldia.domain.parsing import parse_amount, parse_date
from aldia.domain.terms import instalments
from aldia.pages.forms import Typed

TIERS = ("", "_2", "_3")  # endings of the fields of each discount
PARTS = range(1, 7)
RATE_TYPES = ("nominal_annual", "monthly")
FARTHEST_STEP = 365


def fresh(account: Account) -> dict[str, str]:
    """What these fields start with."""
    rule = account.defaults.discount
    start = {"parts": "terms" if len(account.defaults.terms) > 1 else "one"}
    if rule:
        start |= {"discount": f"{rule.percent.normalize():f}", "discount_days": str(rule.days)}
        start |= {"discount_base": rule.base, "discount_partial": "on" if rule.partial == "proportional" else ""}
    start["interest"] = "usual" if account.defaults.interest else "none"
    base = base_ladder(account)
    return start | shown_ladder(base, on={rung.step for rung in base})


def shown_ladder(ladder: tuple[Step, ...], *, on: set[str]) -> dict[str, str]:
    """The steps as a form shows them: those in `on` are ticked."""
    days = {f"days_{rung.step}": str(abs(rung.days)) for rung in ladder}
    return {"own_ladder": "1"} | days | {f"step_{name}": "on" for name in on}


def with_terms(account: Account, typed: Typed, debt: Debt) -> Debt:
    """The debt with everything of this part; what is wrong stands in `typed.errors`."""
    debt = _with_sums(account, typed, debt)
    debt = _with_parts(account, typed, debt)
    return replace(
        debt,
        discount=_discount(account, typed, debt),
        interest=_interest(account, typed),
        ladder=ladder(account, typed, base_ladder(account), kept=account.defaults.ladder),
    )


def _minor(account: Account, typed: Typed, name: str, currency: str) -> int | None:
    text = typed.get(name).strip()
    if not text:
        return None

    def parse(raw: str) -> int:
        number = parse_amount(raw, currency, country=account.country, field=name, is_zero_ok=True)
        return from_decimal(number, currency)

    return typed.take(name, parse, 0)


def _with_sums(account: Account, typed: Typed, debt: Debt) -> Debt:
    net, tax, withheld = (_minor(account, typed, name, debt.currency) for name in ("net", "tax", "withheld"))
    return replace(debt, net_minor=net, tax_minor=tax, withheld_minor=withheld)


# -- parts --------------------------------------------------------------------------------------


def _with_parts(account: Account, typed: Typed, debt: Debt) -> Debt:
    """One payment, the account's usual parts, or the table's; a table says the due date itself."""
    rows = [
        place for place in PARTS if typed.get(f"part_on_{place}").strip() or typed.get(f"part_amount_{place}").strip()
    ]
    if rows and typed.get("parts") == "own":
        parts = sorted((_part(account, typed, place, debt.currency) for place in rows), key=lambda part: part.due_on)
        if any(f"part_{what}_{place}" in typed.errors for place in rows for what in ("on", "amount")):
            return debt
        numbered = tuple(replace(part, id=f"i{place}") for place, part in enumerate(parts, 1))
        return replace(debt, instalments=numbered, due_on=numbered[-1].due_on)
    if typed.get("parts") == "terms" and debt.amount_minor > 0 and not typed.errors:
        return _with_usual(account, typed, debt)
    return debt


def _with_usual(account: Account, typed: Typed, debt: Debt) -> Debt:
    try:
        usual = instalments(amount_minor=debt.amount_minor, issued_on=debt.issued_on, terms=account.defaults.terms)
    except Refused as refused:
        typed.refuse(Refused(refused.key, field="instalments", **refused.facts))
        return debt
    if typed.due_on != typed.usual_due and debt.due_on != usual[-1].due_on:
        typed.refuse(Refused("debts.due_not_usual", field="due_on"))
    return replace(debt, instalments=usual, due_on=usual[-1].due_on)


def _part(account: Account, typed: Typed, place: int, currency: str) -> Instalment:
    day, amount = f"part_on_{place}", f"part_amount_{place}"
    typed.need(day, "debts.part_day")
    typed.need(amount, "debts.part_amount")
    on = typed.take(day, lambda text: parse_date(text, account.country, field=day), date.max)
    return Instalment("", on, _minor(account, typed, amount, currency) or 0)


# -- discount -----------------------------------------------------------------------------------


def _discount(account: Account, typed: Typed, debt: Debt) -> Discount | None:
    tiers = [typed.take(f"discount{end}", partial(_tier, account, typed, debt, end), None) for end in TIERS]
    found = tuple(tier for tier in tiers if tier)
    if not found:
        return None
    base = "net" if typed.get("discount_base") == "net" and debt.net_minor else "total"
    by_part = "proportional" if typed.get("discount_partial") else "none"
    return Discount("tiers", found, base=base, partial=by_part)  # type: ignore[arg-type]


def _tier(account: Account, typed: Typed, debt: Debt, end: str, _text: str) -> Tier | None:
    value, until, days = (typed.get(f"{name}{end}").strip() for name in ("discount", "discount_until", "discount_days"))
    if not value:
        return None
    last_day = _last_day(account, debt, (until, days), end)
    if typed.get(f"discount_kind{end}") == "fixed":
        number = parse_amount(value, debt.currency, country=account.country, field=f"discount{end}")
        return Tier(last_day, fixed_minor=from_decimal(number, debt.currency))
    return Tier(last_day, percent=percent(value, field=f"discount{end}", key="debts.discount_percent"))


def _last_day(account: Account, debt: Debt, said: tuple[str, str], end: str) -> date:
    """The day that was typed, else so many days after the issue date."""
    until, days = said
    if until:
        return parse_date(until, account.country, field=f"discount_until{end}")
    if not (days.isascii() and days.isdigit() and len(days) <= 4):
        raise Refused("debts.discount_days", field=f"discount_days{end}")
    return debt.issued_on + timedelta(days=int(days))


def percent(text: str, *, field: str, key: str) -> Decimal:
    """A percentage as people type it: "2", "2,5", "2.5 %". Refused with that sentence."""
    plain = text.strip().rstrip("%").strip().replace(",", ".")
    if not (plain.isascii() and plain.replace(".", "", 1).isdigit() and len(plain) <= 6) or not Decimal(plain):
        raise Refused(key, field=field)
    return Decimal(plain)


# -- interest -----------------------------------------------------------------------------------


def _interest(account: Account, typed: Typed) -> Interest | None:
    chosen = typed.get("interest", "none")
    if chosen == "usual":
        return account.defaults.interest
    grace = (
        typed.take("interest_grace", lambda text: _days(text or "0", "interest_grace"), 0) if chosen != "none" else 0
    )
    if chosen.startswith("table:") and chosen[6:] in table_names():
        return Interest(table=chosen[6:], grace_days=grace)
    if chosen != "rate":
        return None
    rate = typed.take(
        "interest_rate", lambda text: percent(text, field="interest_rate", key="debts.interest_rate"), None
    )
    if rate is None or rate > 100:
        typed.refuse(Refused("debts.interest_rate", field="interest_rate"))
        return None
    rate_type = typed.get("interest_rate_type")
    is_known = rate_type in RATE_TYPES
    return Interest(rate=rate, rate_type=rate_type if is_known else "nominal_annual", grace_days=grace)  # type: ignore[arg-type]


def _days(text: str, field: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3 and int(plain) <= FARTHEST_STEP):
        raise Refused("debts.step_days", field=field)
    return int(plain)


# -- ladder -------------------------------------------------------------------------------------


def base_ladder(account: Account) -> tuple[Step, ...]:
    """What a new debt's letters start from."""
    return DEFAULT_LADDER if account.defaults.ladder is None else account.defaults.ladder


def whole_ladder(account: Account, base: tuple[Step, ...]) -> tuple[Step, ...]:
    """The account's steps as this debt has them, with those that it left out, in the ladder's order."""
    own = {rung.step: rung for rung in base}
    usual = base_ladder(account)
    return (*(own.get(rung.step, rung) for rung in usual), *(own[name] for name in own if name not in _names(usual)))


def _names(ladder: tuple[Step, ...]) -> set[str]:
    return {rung.step for rung in ladder}


def ladder(
    account: Account, typed: Typed, whole: tuple[Step, ...], *, kept: tuple[Step, ...] | None
) -> tuple[Step, ...] | None:
    """The steps of `whole` that were left on, on the days that were typed; `kept` when the form had none."""
    if not typed.get("own_ladder"):
        return kept
    chosen = tuple(_step(typed, rung) for rung in whole if typed.get(f"step_{rung.step}"))
    if chosen == base_ladder(account) or any(name.startswith("days_") for name in typed.errors):
        return account.defaults.ladder
    try:
        return checked_ladder(chosen)
    except Refused as refused:
        typed.refuse(refused, "own_ladder")
        return kept


def _step(typed: Typed, rung: Step) -> Step:
    name = f"days_{rung.step}"
    if not rung.days or name not in typed.values:
        return rung
    days = typed.take(name, lambda text: _days(text, name), abs(rung.days))
    return replace(rung, days=days if rung.days > 0 else -days)
