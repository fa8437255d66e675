"""What the editor of a letter's words calls things: when the letter goes, what stays, what its variables stand for."""

from typing import Any

from aldia.domain.editable import FIRM, TO_STRANGERS, Group, variables_of
from aldia.domain.own_texts import VARIABLES
from aldia.i18n import catalog
from aldia.pages.render import language, t

EXAMPLE = "overdue_1"  # whose first words an own step starts from
OWN = "own"


def starting(step: str, spoken: str) -> str:
    """The product's words, with variables, to start from."""
    return _first(spoken, f"texts.start_{step}", f"texts.start_{EXAMPLE}")


def when(step: str) -> str:
    """On what occasion the letter goes."""
    return _first(language(), f"texts.when_{step}", f"texts.when_{OWN}")


def names(step: str, spoken: str, group: Group) -> dict[str, Any]:
    """For the page: when the letter goes, what nobody edits, how it ends with us, what may stand in braces."""
    known = variables_of(step)
    variables = [(name, _meaning(step, meant)) for name, meant in VARIABLES[spoken].items() if meant in known]
    ours = f"texts.end_{step}"
    ends = t("texts.closing_none")
    if catalog.has(spoken, ours):
        ends = t("texts.closing_hint", ours=catalog.text(spoken, ours))
    return {"when": when(step), "stays": _stays(step, group), "variables": variables, "ends": ends}


def _stays(step: str, group: Group) -> str:
    """What of the letter is not the freelancer's to edit, and why."""
    if step in FIRM:
        return t("texts.stays_firm")
    if step in TO_STRANGERS:
        return t("texts.stays_stranger")
    return t("texts.stays_reminders" if group == OWN else f"texts.stays_{group}")


def _meaning(step: str, meant: str) -> str:
    """What a variable stands for in that letter."""
    own = {"amount": f"texts.amount_of_{step}", "date": f"texts.date_of_{step}"}
    return _first(language(), own.get(meant, ""), f"texts.var_{meant}")


def _first(spoken: str, own: str, usual: str) -> str:
    """The letter's own sentence, else the usual one."""
    return catalog.text(spoken, own if catalog.has(spoken, own) else usual)
