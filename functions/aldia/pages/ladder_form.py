"""A ladder as a form: a switch and a number of days for each of the product's steps, a few lines for own ones."""

from dataclasses import replace
from typing import Any

from aldia.domain.debt import Step
from aldia.domain.errors import Refused
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.domain.own_ladder import FARTHEST, FIXED, KNOWN_NAMES, LONGEST_NAME, MOST_OWN, NOT_IN_NAMES, is_own
from aldia.domain.parsing import parse_line
from aldia.pages.forms import Typed

RUNGS = tuple((step, step.step not in FIXED or step.step == "discount_ending") for step in DEFAULT_LADDER)
WHENS = {
    "due_after": ("due", 1),
    "due_before": ("due", -1),
    "issued_after": ("issued", 1),
    "discount_before": ("discount", -1),
    "last_after": ("last", 1),
}
OWN = range(1, MOST_OWN + 1)
OWN_FIELDS = ("name", "days", "when", "channel", "approve", "every", "times")
MOST_TIMES = 12


def as_typed(ladder: tuple[Step, ...] | None) -> dict[str, str]:
    """The form's fields for a ladder."""
    steps = DEFAULT_LADDER if ladder is None else ladder
    used = {step.step: step for step in steps}
    fields: dict[str, str] = {}
    for rung in DEFAULT_LADDER:
        held = used.get(rung.step)
        fields[f"days_{rung.step}"] = str(abs((held or rung).days))
        if held:
            fields[f"on_{rung.step}"] = "on"
    for place, step in zip(OWN, filter(is_own, steps), strict=False):
        fields |= {f"own{place}_{name}": value for name, value in _own_typed(step).items()}
    return fields


def _own_typed(step: Step) -> dict[str, str]:
    side = 1 if step.days > 0 or step.anchor in ("issued", "last") else -1
    when = next((name for name, known in WHENS.items() if known == (step.anchor, side)), "due_after")
    return {
        "name": step.step,
        "days": str(abs(step.days)),
        "when": when,
        "channel": step.channel,
        "approve": "on" if step.approve else "",
        "every": str(step.repeat_every) if step.repeat_every else "",
        "times": str(step.times) if step.times > 1 else "",
    }


def own_rows(typed: Typed) -> list[dict[str, Any]]:
    """The own steps to show: those in use, and one more to be filled in."""
    used = [place for place in OWN if typed.get(f"own{place}_name").strip()]
    count = min(max((*used, 0)) + 1, MOST_OWN)
    return [{"place": place, **{name: typed.get(f"own{place}_{name}") for name in OWN_FIELDS}} for place in OWN[:count]]


def read(typed: Typed) -> tuple[Step, ...]:
    """The steps that were left on and the own ones; the sentences stand in `typed.errors`."""
    steps = [_moved(typed, rung) for rung in DEFAULT_LADDER if typed.get(f"on_{rung.step}")]
    steps += [_own(typed, place) for place in OWN if typed.get(f"own{place}_name").strip()]
    return tuple(steps)


def field_of(typed: Typed, field: str) -> str:
    """The form's field for the domain's: own steps are named by what was typed."""
    what, _, name = field.partition("_")
    for place in OWN:
        if name and _folded(typed.get(f"own{place}_name")) == name.casefold() and name not in KNOWN_NAMES:
            return f"own{place}_{what}"
    return field


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _moved(typed: Typed, rung: Step) -> Step:
    field = f"days_{rung.step}"
    if field not in typed.values or not any(step == rung and may for step, may in RUNGS):
        return rung
    days = typed.take(field, lambda text: _number(text, field, FARTHEST), abs(rung.days))
    return replace(rung, days=-days if rung.days < 0 else days)


def _own(typed: Typed, place: int) -> Step:
    def number(name: str, most: int, default: str) -> int:
        field = f"own{place}_{name}"
        return typed.take(field, lambda text: _number(text or default, field, most), 1)

    anchor, side = WHENS.get(typed.get(f"own{place}_when"), WHENS["due_after"])
    name = typed.take(f"own{place}_name", lambda text: _name(text, f"own{place}_name"), "x")
    every, times = number("every", FARTHEST, "0"), number("times", MOST_TIMES, "1")
    is_task = typed.get(f"own{place}_channel") == "task"
    return Step(
        name,
        anchor,  # type: ignore[arg-type]
        side * number("days", FARTHEST, ""),
        repeat_every=every or None if times > 1 else None,
        times=max(times, 1),
        approve=bool(typed.get(f"own{place}_approve")) and not is_task,
        channel="task" if is_task else "email",
    )


def _name(text: str, field: str) -> str:
    name = parse_line(text, field=field, most=LONGEST_NAME)
    if set(name) & NOT_IN_NAMES:
        raise Refused("settings.step_name", field=field)
    if name.casefold() in KNOWN_NAMES:
        raise Refused("settings.ladder_same_name", field=field, name=name)
    return name


def _number(text: str, field: str, most: int) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3 and int(plain) <= most):
        raise Refused("settings.days_number", field=field, most=most)
    return int(plain)
