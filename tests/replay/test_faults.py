"""What a scenario may not say, and where the line about it points."""

import pytest

from aldia.replay.faults import Faults
from aldia.replay.scenario import read_scenario

AT = "2026-06-20T12:00:00-06:00"


def faults_of(document):
    faults = Faults()
    scenario = read_scenario(document, faults)
    assert (scenario is None) == bool(faults.lines)
    return faults.lines


def put(document, path, value):
    """Set, or with `...` take away, what a path such as `debts.0.amount` names."""
    *way, last = [int(name) if name.isdigit() else name for name in path.split(".")]
    for name in way:
        document = document[name]
    if value is ...:
        del document[last]
    elif isinstance(document, list) and last == len(document):
        document.append(value)
    else:
        document[last] = value


TIERS = {"kind": "tiers", "tiers": [{"percent": "2", "last_day": "2026-06-11"}]}

CASES = [
    ("format", 2, "format"),
    ("format", ..., "format"),
    ("nonsense", 1, "nonsense"),
    ("account", ..., "account"),
    ("account.name", ..., "account.name"),
    ("account.name", "Ana\nBcc: x@example.com", "account.name"),
    ("account.country", "Mexico", "account.country"),
    ("account.country", "FR", "account.timezone"),
    ("account.timezone", "Mars/Olympus", "account.timezone"),
    ("account.timezone", "../etc/passwd", "account.timezone"),
    ("account.language", "de", "account.language"),
    ("account.send_at", "08:59", "account.send_at"),
    ("account.send_at", "18:00", "account.send_at"),
    ("account.contact_rules", True, "account.contact_rules"),
    ("account.closed_days", ["2026-02-30"], "account.closed_days"),
    ("account.tolerance_amount", "-1", "account.tolerance_amount"),
    ("account.ladder", [{"step": "a", "anchor": "last", "days": 1}], "account.ladder[0].anchor"),
    ("account.ladder", [{"step": "a", "anchor": "due", "days": "1"}], "account.ladder[0].days"),
    ("account.ladder", [{"step": "a", "anchor": "due", "days": True}], "account.ladder[0].days"),
    ("account.ladder", [{"step": "a", "anchor": "due", "days": 1, "times": 2}], "account.ladder[0].repeat_every"),
    ("account.ladder", [{"step": "a", "anchor": "due", "days": 1, "repeat_every": 2}], "account.ladder[0].times"),
    ("account.ladder", [{"step": "a", "anchor": "due", "days": 1}] * 2, "account.ladder[1].step"),
    ("account.ladder", [{"step": "thanks", "anchor": "due", "days": 1}], "account.ladder[0].step"),
    ("account.ladder", [{"step": "a/b", "anchor": "due", "days": 1}], "account.ladder[0].step"),
    ("account.ladder", "default", "account.ladder"),
    ("clients", ..., "clients"),
    ("clients.0.id", ..., "clients[0].id"),
    ("clients.0.phone", "123", "clients[0].phone"),
    ("clients.0.email", "bruno", "clients[0].email"),
    ("clients.0.country", "FR", "clients[0].timezone"),
    ("clients.0.kind", "robot", "clients[0].kind"),
    ("clients.1", {"id": "bruno", "name": "Otro"}, "clients[1].id"),
    ("debts", ..., "debts"),
    ("debts.0.client", "nobody", "debts[0].client"),
    ("debts.0.due_on", "2026-05-31", "debts[0].due_on"),
    ("debts.0.due_on", "2026-7-1", "debts[0].due_on"),
    ("debts.0.issued_on", ..., "debts[0].issued_on"),
    ("debts.0.currency", "XXQ", "debts[0].currency"),
    ("debts.0.amount", "0.00", "debts[0].amount"),
    ("debts.0.amount", "-5.00", "debts[0].amount"),
    ("debts.0.amount", "1000.001", "debts[0].amount"),
    ("debts.0.amount", "1000.000", "debts[0].amount"),
    ("debts.0.amount", "1,000.00", "debts[0].amount"),
    ("debts.0.amount", 1000, "debts[0].amount"),
    ("debts.0.net", "900.00", "debts[0].net"),
    ("debts.0.opened_at", "2026-06-01T10:00:00", "debts[0].opened_at"),
    ("debts.0.discount", {"kind": "gift"}, "debts[0].discount.kind"),
    ("debts.0.discount", {"kind": "tiers", "tiers": []}, "debts[0].discount.tiers"),
    ("debts.0.discount", TIERS | {"percent": "2"}, "debts[0].discount.percent"),
    ("debts.0.discount", TIERS | {"base": "net"}, "debts[0].discount.base"),
    ("debts.0.discount", {"kind": "linear", "percent": "100"}, "debts[0].discount.percent"),
    ("debts.0.discount", {"kind": "apr", "percent": "0"}, "debts[0].discount.percent"),
    ("debts.0.discount.tiers.0.percent", "100", "debts[0].discount.tiers[0].percent"),
    ("debts.0.discount.tiers.0.percent", 2, "debts[0].discount.tiers[0].percent"),
    ("debts.0.discount.tiers.0.last_day", "2026-07-02", "debts[0].discount.tiers[0].last_day"),
    ("debts.0.discount.tiers.0.last_day", "2026-05-31", "debts[0].discount.tiers[0].last_day"),
    ("debts.0.discount.tiers.0", {"percent": "2", "days": 31}, "debts[0].discount.tiers[0].days"),
    ("debts.0.discount.tiers.0", {"fixed": "1000.00", "days": 3}, "debts[0].discount.tiers[0].fixed"),
    ("debts.0.discount.tiers.0", {"percent": "2"}, "debts[0].discount.tiers[0]"),
    ("debts.0.discount.tiers.0", {"percent": "2", "fixed": "1.00", "days": 3}, "debts[0].discount.tiers[0]"),
    ("debts.0.interest", {}, "debts[0].interest"),
    ("debts.0.interest", {"rate": "8", "table": "ES"}, "debts[0].interest"),
    ("debts.0.interest", {"table": "ZZ"}, "debts[0].interest.table"),
    ("debts.0.interest", {"rate": "8", "day_count": "act/364"}, "debts[0].interest.day_count"),
    ("debts.0.instalments", [{"due_on": "2026-07-01", "amount": "999.00"}], "debts[0].instalments"),
    ("debts.0.instalments", [{"due_on": "2026-06-30", "amount": "1000.00"}], "debts[0].instalments"),
    ("debts.0.instalments", [{"due_on": "2026-07-01", "amount": "0.00"}], "debts[0].instalments[0].amount"),
    ("debts.0.instalments", [], "debts[0].instalments"),
    ("debts.0.number", "=?UTF-8?Q?=0D=0A?=", "debts[0].number"),
    ("debts.0.terms", [{"share": "60", "after": ["days+0"]}], "debts[0].terms"),
    ("debts.0.terms", [{"share": "60", "after": ["days+0"]}, {"share": "50", "after": []}], "debts[0].terms"),
    ("debts.0.terms", [{"rest": True, "after": ["weeks+1"]}], "debts[0].terms"),
    ("debts.0.terms", [{"rest": True, "share": "5", "after": []}], "debts[0].terms[0]"),
    ("debts.0.terms", [{"rest": False, "after": []}], "debts[0].terms[0].rest"),
    ("events.0", {"at": AT, "type": "telepathy", "debt": "f1"}, "events[0].type"),
    ("events.0", {"at": "2026-06-20", "type": "quote", "debt": "f1"}, "events[0].at"),
    ("events.0", {"at": AT, "type": "quote"}, "events[0].debt"),
    ("events.0", {"at": AT, "type": "quote", "debt": "f2"}, "events[0].debt"),
    ("events.0", {"at": AT, "type": "quote", "debt": "f1", "amount": "1.00"}, "events[0].amount"),
    ("events.0", {"at": "2026-05-31T12:00:00-06:00", "type": "quote", "debt": "f1"}, "events[0].at"),
    ("events.0", {"at": AT, "type": "payment", "debt": "f1", "amount": "1", "method": "gold"}, "events[0].method"),
    ("events.0", {"at": AT, "type": "payment", "debt": "f1", "method": "cash"}, "events[0].amount"),
    ("events.0", {"at": AT, "type": "stop", "client": "carla"}, "events[0].client"),
    ("events.0", {"at": AT, "type": "pause"}, "events[0]"),
    ("events.0", {"at": AT, "type": "pause", "debt": "f1", "client": "bruno"}, "events[0]"),
    ("events.0", {"at": AT, "type": "approve", "debt": "f1", "step": "overdue_9"}, "events[0].step"),
    ("events.0", {"at": AT, "type": "checkout_result", "id": "k1", "result": "paid"}, "events[0].id"),
    ("events.0", {"at": AT, "type": "plan", "debt": "f1", "count": 0, "first_on": "2026-07-01", "every": "month"},
     "events[0].count"),
    ("outages", [{"from": AT, "until": AT}], "outages[0].until"),
    ("run", ..., "run.until"),
    ("run.every_minutes", 0, "run.every_minutes"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "where"), CASES, ids=lambda value: str(value)[:60])
def test_a_fault_is_named_by_its_path(story, path, value, where):
    if ".tiers.0" in path:
        story["debts"][0]["discount"] = {"kind": "tiers", "tiers": [{"percent": "2", "last_day": "2026-06-11"}]}
    put(story, path, value)
    lines = faults_of(story)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{where}: "), lines


def test_the_story_itself_has_no_fault(story):
    assert faults_of(story) == []


def test_every_fault_is_named_not_only_the_first(story):
    story["account"]["language"] = "de"
    story["debts"][0] |= {"amount": "1.234", "due_on": "soon"}
    story["events"] = [{"type": "quote", "debt": "f1"}]
    del story["run"]["until"]
    named = [line.partition(":")[0] for line in faults_of(story)]
    assert named[:3] == ["account.language", "debts[0].due_on", "debts[0].amount"]
    assert named[3:] == ["events[0].at", "run.until"]


@pytest.mark.parametrize("document", [None, [], "story", 7])
def test_a_document_that_is_no_object_is_a_fault(document):
    assert faults_of(document)[0].startswith("document: ")


def test_instalments_and_terms_do_not_go_together(story):
    story["debts"][0]["instalments"] = [{"due_on": "2026-07-01", "amount": "1000.00"}]
    story["debts"][0]["terms"] = [{"rest": True, "after": ["days+30"]}]
    assert [line.partition(":")[0] for line in faults_of(story)] == ["debts[0].terms"]


def test_a_checkout_is_named_once_and_belongs_to_one_debt(story):
    begun = {"at": AT, "type": "checkout", "debt": "f1", "id": "k1", "method": "card"}
    story["debts"].append(story["debts"][0] | {"id": "f2"})
    other = {"at": AT, "type": "checkout_result", "debt": "f2", "id": "k1", "result": "paid"}
    story["events"] = [begun, begun, other]
    assert [line.partition(":")[0] for line in faults_of(story)] == ["events[1].id", "events[2].debt"]


def test_a_result_written_before_its_checkout_but_later_in_time_is_right(story):
    result = {"at": "2026-06-21T12:00:00-06:00", "type": "checkout_result", "id": "k1", "result": "paid"}
    story["events"] = [result, {"at": AT, "type": "checkout", "debt": "f1", "id": "k1", "method": "card"}]
    assert faults_of(story) == []


def test_discounts_above_the_limit_of_the_app_may_be_told(story):
    story["debts"][0]["discount"] = {"kind": "tiers", "tiers": [{"percent": "60", "days": 3}]}
    assert faults_of(story) == []
