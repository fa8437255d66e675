"""Holds a replay against the part of it that was written down by hand (docs/scenarios.md, "Expectations")."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

MAY_BE_LEFT_OUT = {
    "promise_noted", "promise_day", "promise_missed", "extension_noted", "plan_noted", "part_received",
    "payment_on_its_way", "voucher_expired", "dispute_noted", "dispute_resolved", "already_paid_noted",
    "payment_question", "payment_not_found", "stop_noted", "wrong_person_noted", "thanks", "instalment_due",
    "credit_returned", "instalment_missed",
}  # fmt: skip


def differences(expected, document):
    """One sentence for each thing that is not as it was written down."""
    found = []
    for kind in ("letters", "tasks"):
        if kind in expected:
            found += _listed(kind, expected[kind], document[kind])
    for kind in ("quotes", "skips"):
        for want in expected.get(kind, []):
            same_moment = [one for one in document[kind] if "at" not in want or is_same(want["at"], one["at"])]
            if not any(is_same(want, one) for one in document[kind]):
                found.append(f"{kind}: wanted {want}, got {same_moment}")
    for name, want in expected.get("debts", {}).items():
        if not is_same(want, document["debts"].get(name)):
            found.append(f"debt {name}: wanted {want}, got {document['debts'].get(name)}")
    return found


def _listed(kind, wanted, got):
    """Entry by entry; of the letters that a ladder does not hold only those whose names are written down count."""
    named = {entry["step"] for entry in wanted}
    got = [entry for entry in got if entry["step"] not in MAY_BE_LEFT_OUT or entry["step"] in named]
    pairs = [(want, have) for want, have in zip(wanted, got, strict=False) if not is_same(want, have)]
    if len(wanted) != len(got):
        pairs.append((f"{len(wanted)} entries", [f"{one['at']} {one['step']}" for one in got]))
    return [f"{kind}: wanted {want}, got {have}" for want, have in pairs]


def is_same(want, have):
    """An object in the fields that it names, a list entry by entry, instants and sums by their value."""
    if isinstance(want, dict):
        return isinstance(have, dict) and all(
            name in have and is_same(value, have[name]) for name, value in want.items()
        )
    if isinstance(want, list):
        return isinstance(have, list) and len(want) == len(have) and all(map(is_same, want, have))
    return want == have or (isinstance(want, str) and isinstance(have, str) and _value(want) == _value(have))


def _value(text):
    for read in (Decimal, datetime.fromisoformat):
        try:
            return read(text)
        except (InvalidOperation, ValueError):
            continue
    return text
