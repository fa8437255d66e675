"""Payment terms as a form: the usual ones by one choice, any others line by line."""

from datetime import date
from decimal import Decimal
from typing import Any

from aldia.domain.account import TermLine
from aldia.domain.errors import Refused
from aldia.domain.terms import instalments
from aldia.pages.debt_terms import percent
from aldia.pages.forms import Typed

KINDS = ("net", "half", "month_end", "own")
MODES = ("days", "months", "days_month_end", "month_end_days")
LINES = range(1, 7)
MOST_DAYS = 365
FAIR_SUM = 10_000  # every line has to come to something of a sum like this
START = date(2026, 1, 31)

NET_30 = (TermLine(("days+30",), rest=True),)
PRESETS: dict[str, tuple[TermLine, ...]] = {
    "half": (TermLine(("days+0",), share=Decimal(50)), TermLine(("days+30",), rest=True)),
    "month_end": (TermLine(("end_of_month", "days+10"), rest=True),),
}


def as_typed(terms: tuple[TermLine, ...]) -> dict[str, str]:
    """The form's fields for these terms."""
    for kind, preset in PRESETS.items():
        if terms == preset:
            return {"kind": kind, "net_days": "30"}
    if len(terms) == 1 and _mode(terms[0])[0] == "days" and terms[0].rest:
        return {"kind": "net", "net_days": _mode(terms[0])[1]}
    fields = {"kind": "own", "net_days": "30"}
    for place, line in enumerate(terms, 1):
        mode, days = _mode(line)
        share = f"{line.share.normalize():f}" if line.share is not None else ""
        fields |= {f"share_{place}": share, f"days_{place}": days, f"mode_{place}": mode}
    return fields


def _mode(line: TermLine) -> tuple[str, str]:
    """(how the date is counted, the number in it) of a line."""
    number = next((part.partition("+")[2] for part in line.after if "+" in part), "0")
    if line.after[:1] == ("end_of_month",):
        return "month_end_days", number
    if line.after[-1:] == ("end_of_month",):
        return "days_month_end", number
    return ("months" if line.after and line.after[0].startswith("months") else "days"), number


def rows(typed: Typed) -> list[dict[str, Any]]:
    """The lines to show: those in use, and one more to be filled in."""
    used = [place for place in LINES if typed.get(f"share_{place}").strip() or typed.get(f"days_{place}").strip()]
    count = min(max((*used, 1)) + 1, LINES[-1])
    names = ("share", "days", "mode")
    return [{"place": place, **{name: typed.get(f"{name}_{place}") for name in names}} for place in LINES[:count]]


def read(typed: Typed) -> tuple[TermLine, ...]:
    """The terms, checked; the sentences stand in `typed.errors`."""
    kind = typed.get("kind")
    if kind in PRESETS:
        return PRESETS[kind]
    if kind == "own":
        return _own(typed)
    days = typed.take("net_days", lambda text: _days(text, "net_days"), 30)
    return (TermLine((f"days+{days}",), rest=True),)


def _own(typed: Typed) -> tuple[TermLine, ...]:
    used = [place for place in LINES if typed.get(f"share_{place}").strip() or typed.get(f"days_{place}").strip()]
    lines = tuple(_line(typed, place, is_last=place == used[-1]) for place in used)
    if any(name.startswith(("share_", "days_")) for name in typed.errors):
        return NET_30
    try:
        instalments(amount_minor=FAIR_SUM, issued_on=START, terms=lines)
    except Refused as refused:
        typed.refuse(Refused(refused.key, field="share_1", **refused.facts))
        return NET_30
    return lines


def _line(typed: Typed, place: int, *, is_last: bool) -> TermLine:
    days = typed.take(f"days_{place}", lambda text: _days(text or "0", f"days_{place}"), 0)
    after = {
        "months": (f"months+{days}",),
        "days_month_end": (f"days+{days}", "end_of_month"),
        "month_end_days": ("end_of_month", f"days+{days}"),
    }.get(typed.get(f"mode_{place}"), (f"days+{days}",))
    text = typed.get(f"share_{place}").strip()
    if not text and is_last:
        return TermLine(after, rest=True)
    share = typed.take(f"share_{place}", lambda raw: _share(raw, f"share_{place}"), Decimal(1))
    return TermLine(after, share=share)


def _share(text: str, field: str) -> Decimal:
    share = percent(text, field=field, key="settings.share")
    if not 1 <= share <= 100:
        raise Refused("settings.share", field=field)
    return share


def _days(text: str, field: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3 and int(plain) <= MOST_DAYS):
        raise Refused("settings.days_number", field=field, most=MOST_DAYS)
    return int(plain)
