"""What the variables of the freelancer's own words stand for in one letter."""

from collections.abc import Mapping
from typing import cast

from aldia.domain.own_texts import Words, filled, meant
from aldia.mail.headers import paragraphs
from aldia.mail.parts import Part

Values = Mapping[str, object]

AMOUNTS = {
    **dict.fromkeys(("promise_noted", "promise_day", "promise_missed"), "promise.amount"),
    "plan_noted": "plan.total",
    **dict.fromkeys(
        ("thanks", "part_received", "payment_on_its_way", "credit_returned", "payment_corrected"), "received"
    ),
}
"""Where the sum lies that a letter is about; else it is what the letter asks for."""
DATES = {
    **dict.fromkeys(("promise_noted", "promise_day", "promise_missed"), "promise.on"),
    "extension_noted": "extended_to",
    "plan_noted": "plan.first_day",
    **dict.fromkeys(("proposal_noted", "terms_offered"), "reply_by"),
    "terms_accepted": "terms.on",
    **dict.fromkeys(("formal_letter", "last_notice"), "deadline"),
}
"""Where the date lies that a letter is about, besides the due date."""


def own_values(words: Words, template: str, values: Values) -> dict[str, str]:
    """`edited` and `closing` for a template, filled in. Words with a variable that is empty in this letter give way to
    ours, so that no sentence has a hole."""
    held = _held(template, values)
    return {"edited": _worded(words.opening, held), "closing": _worded(words.closing, held)}


def _worded(text: str, held: Mapping[str, str]) -> str:
    return paragraphs(filled(text, held)) if all(held[one] for one in meant(text)) else ""


def _held(template: str, values: Values) -> dict[str, str]:
    """Each variable's value by its meaning; empty where the letter has no such thing."""
    parts = cast(list[Part], values["parts"])
    first = min(parts, key=lambda part: part.due_on, default=None)
    named = {"name": "name", "label": "about_label", "client": "client", "me": "sender"}
    return {name: str(values[key]) for name, key in named.items()} | {
        "amount": _found(values, AMOUNTS.get(template, "total")),
        "due": first.due if first else "",
        "when": first.when_is if first else "",
        "days": str(abs(first.days_overdue)) if first else "",
        "date": _found(values, DATES[template]) if template in DATES else "",
        "payments": _found(values, "plan.payments"),
    }


def _found(values: Values, path: str) -> str:
    """The value at a path such as `promise.on`; empty when there is none."""
    found: object = values
    for name in path.split("."):
        found = found.get(name, "") if isinstance(found, Mapping) else ""
    return str(found)
