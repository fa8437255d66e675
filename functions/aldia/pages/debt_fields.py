"""The fields of the forms on a debt's page, read: each reader gives the facts that the domain's answer takes."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import g

from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.firm_letters import click_for
from aldia.domain.kind_words import kind_words
from aldia.domain.labels import check_concept, check_number
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_date, parse_line
from aldia.pages import debt_form, debt_terms
from aldia.pages.forms import Typed, form_key

Facts = dict[str, Any]
LONGEST_WORDS = 500


def sum_of(typed: Typed, debt: Debt, name: str = "amount", *, is_zero_ok: bool = False) -> int | None:
    """A sum in the debt's currency; None when nothing was typed. Zero where it may be: nothing is left to pay."""
    if not typed.get(name).strip():
        return None
    country = g.account.country

    def read(text: str) -> int:
        return debt_form.minor(text, debt.currency, country, field=name, is_zero_ok=is_zero_ok)

    return typed.take(name, read, 0)


def needed_sum(typed: Typed, debt: Debt) -> int:
    """A sum that must be there; 0 with a sentence when it is not."""
    typed.need("amount", "debts.amount_missing")
    return sum_of(typed, debt) or 0


def day_of(typed: Typed, name: str) -> date | None:
    """A day of the client; None when nothing was typed."""
    if not typed.get(name).strip():
        return None
    return typed.take(name, lambda text: parse_date(text, g.account.country, field=name), None)


def needed_day(typed: Typed, name: str) -> date | None:
    """A day that must be there; None with a sentence when it is not."""
    typed.need(name, "debt.day_missing")
    return day_of(typed, name)


def words_of(typed: Typed, name: str, most: int = LONGEST_WORDS) -> str:
    """Plain and kind text of at most that many signs: the client reads it."""
    return typed.take(name, lambda text: kind_words(check_note(text, field=name, most=most), field=name), "")


def note_of(typed: Typed) -> str:
    """What the client reads beside the debt, in letters and on the page."""
    return typed.take("note", lambda text: kind_words(check_note(text), field="note", sort="line"), "")


def extension(typed: Typed, _debt: Debt) -> Facts:
    """Another last day."""
    return {"until": needed_day(typed, "until")}


def pause(typed: Typed, _debt: Debt) -> Facts:
    """Silence, perhaps to a day, perhaps with a reason."""
    return {
        "until": day_of(typed, "until"),
        "reason": typed.take("reason", lambda x: parse_line(x, field="reason"), ""),
    }


def amount(typed: Typed, debt: Debt) -> Facts:
    """What is owed from now on."""
    return {"amount_minor": needed_sum(typed, debt), "key": f"amount.{form_key(typed)}"}


def due(typed: Typed, _debt: Debt) -> Facts:
    """When it is due from now on."""
    return {"due_on": needed_day(typed, "due_on")}


def give_up(name: str) -> Callable[[Typed, Debt], Facts]:
    """A part, or everything when nothing was typed, under the key of that deed."""

    def read(typed: Typed, debt: Debt) -> Facts:
        return {"amount_minor": sum_of(typed, debt), "key": f"{name}.{form_key(typed)}"}

    return read


def refund(typed: Typed, debt: Debt) -> Facts:
    """What went back."""
    return {"amount_minor": needed_sum(typed, debt), "key": f"back.{form_key(typed)}"}


def resolution(typed: Typed, debt: Debt) -> Facts:
    """How a problem ends: perhaps another sum, another day, a few words."""
    facts: Facts = {"amount_minor": sum_of(typed, debt, is_zero_ok=True), "due_on": day_of(typed, "due_on")}
    return facts | {"resolution": words_of(typed, "resolution"), "key": f"resolved.{form_key(typed)}"}


def review(typed: Typed, _debt: Debt) -> Facts:
    """What becomes of it after money went back."""
    outcome = typed.get("outcome")
    if outcome not in ("reopen", "waive", "write_off"):
        typed.refuse(Refused("debt.choose_outcome", field="outcome"))
    return {"outcome": outcome}


def step(typed: Typed, _debt: Debt) -> Facts:
    """The letter that gets a click, by the key with which it was shown."""
    return {"step": click_for(typed.get("step")[:60])}


def question(typed: Typed, _debt: Debt) -> Facts:
    """What the freelancer asks about a payment."""
    typed.need("words", "claim.words_missing")
    return {"words": words_of(typed, "words")}


def credit_to(typed: Typed, _debt: Debt) -> Facts:
    """The debt that takes what came over."""
    return {"to": typed.get("to")[:40], "key": f"credit.{form_key(typed)}"}


def credit_back(typed: Typed, _debt: Debt) -> Facts:
    """What came over went back to the client."""
    return {"key": f"credit.{form_key(typed)}"}


def edit(typed: Typed, _debt: Debt) -> Facts:
    """Number, concept and note; one of the first two must be there."""
    number = typed.take("number", check_number, "")
    concept = typed.take("concept", check_concept, "")
    if not number and not concept:
        typed.refuse(Refused("debts.number_or_concept", field="number"))
    return {"number": number, "concept": concept, "note": note_of(typed)}


def ladder(typed: Typed, debt: Debt) -> Facts:
    """The letters of this debt alone."""
    base = debt_terms.base_ladder(g.account) if debt.ladder is None else debt.ladder
    whole = debt_terms.whole_ladder(g.account, base)
    return {"ladder": debt_terms.ladder(g.account, typed, whole, kept=debt.ladder)}


def reply(typed: Typed, _debt: Debt) -> Facts:
    """The form as it is: its answer depends on the debt of that moment."""
    return {"typed": typed}


def own_words(text: str) -> str:
    """What the freelancer notes for itself; nobody else reads it."""
    return " ".join(parse_line(line, field="text", most=LONGEST_WORDS) for line in text.splitlines()).strip()
