"""Stories told day by day, checked to the cent: prices on the way and what the ledger says at the end."""

from dataclasses import replace

from aldia.domain.debt import Interest
from aldia.domain.ledger import law_of_money, stand, state
from aldia.domain.money import split
from aldia.domain.quote import quote
from aldia.domain.spoken import Plan
from tests.domain.money_world import MADRID, MEXICO, booked, day, debt, instant, major, tiers

TWO = tiers(("2", "2026-06-11"))


def priced(one, at, zone):
    """(payable, discount, balance, until when) at an instant."""
    quoted = quote(one, at=instant(at, zone), zone=zone)
    until = quoted.holds_until and quoted.holds_until.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return major(quoted.payable_minor), major(quoted.discount_minor), major(quoted.balance_minor), until


def test_three_tiers_end_at_midnight_of_the_client():
    one = debt("5800.00", currency="MXN", split=("5000.00", "800.00", "0.00"), due="2026-07-01")
    one = replace(one, discount=tiers(("3", "2026-06-06"), ("2", "2026-06-11"), ("1", "2026-06-21")))
    late_evenings = ("2026-06-06", "2026-06-07", "2026-06-11", "2026-06-21", "2026-06-22")
    prices = [priced(one, f"{on} 23:30", MEXICO)[0] for on in late_evenings]
    assert prices == ["5626.00", "5684.00", "5684.00", "5742.00", "5800.00"]
    paid = booked(one, ("payment", "2026-06-24", "5800.00"))
    standing = stand(paid, day("2026-07-20"))
    assert (state(paid, day("2026-07-20")), standing.balance_minor, standing.discount_minor) == ("paid", 0, 0)


def test_half_in_time_leaves_the_discounted_rest_until_midnight():
    one = booked(debt(discount=TWO), ("payment", "2026-06-05", "500.00"))
    assert priced(one, "2026-06-11 23:30", MADRID) == ("480.00", "20.00", "500.00", "2026-06-12 00:00")
    assert priced(one, "2026-06-12 00:30", MADRID) == ("500.00", "0.00", "500.00", None)

    in_time = stand(booked(one, ("payment", "2026-06-11", "480.00")), day("2026-06-20"))
    assert (in_time.balance_minor, major(in_time.discount_minor), major(in_time.paid_minor)) == (0, "20.00", "980.00")
    late = stand(booked(one, ("payment", "2026-06-12", "480.00")), day("2026-06-20"))
    assert (major(late.balance_minor), late.discount_minor, major(late.paid_minor)) == ("20.00", 0, "980.00")


def test_a_voucher_paid_on_the_next_day_counts_by_the_day_it_was_started():
    one = debt(currency="MXN", discount=TWO)
    held = priced(one, "2026-06-11 20:00", MEXICO)[0]
    standing = stand(booked(one, ("payment", "2026-06-11", held)), day("2026-07-20"))
    assert (major(standing.paid_minor), major(standing.discount_minor)) == ("980.00", "20.00")
    assert (standing.balance_minor, standing.credit_minor) == (0, 0)


def test_an_invoice_late_over_two_half_years_in_spain():
    one = debt("1210.00", issued="2025-05-01", due="2025-05-31")
    one = replace(one, interest=Interest(table="ES", fixed_compensation_minor=4000))
    quoted = quote(one, at=instant("2025-09-15 12:00"), zone=MADRID)
    sums = (quoted.payable_minor, quoted.interest_minor, quoted.compensation_minor, quoted.balance_minor)
    assert tuple(map(major, sums)) == ("1287.00", "37.00", "40.00", "1210.00")
    assert not quoted.provisional
    paid = booked(one, ("payment", "2025-09-15", "1287.00"))
    assert state(paid, day("2025-09-30")) == "paid"
    assert stand(paid, day("2025-09-30")).balance_minor == 0


def test_instalments_half_paid_then_a_plan_for_the_rest():
    agreed = (("2026-06-15", "300.00"), ("2026-07-15", "300.00"), ("2026-08-14", "300.00"))
    one = booked(debt("900.00", due="2026-08-14", parts=agreed), ("payment", "2026-06-12", "400.00"))
    open_now = stand(one, day("2026-07-08")).balance_minor
    days = ("2026-08-17", "2026-09-17", "2026-10-17")
    new = tuple(zip(days, map(major, split(open_now, (1, 1, 1))), strict=True))
    listed = debt("900.00", due=days[-1], parts=(("2026-06-15", "300.00"), ("2026-07-15", "100.00"), *new)).instalments
    plan = Plan(at=instant("2026-07-08 12:00"), instalment_ids=("i3", "i4", "i5"))
    one = replace(one, instalments=listed, due_on=day(days[-1]), plan=plan)

    assert priced(one, "2026-07-09 12:00", MADRID)[0] == "500.00"
    one = booked(one, ("payment", "2026-08-17", "166.67"))
    standing = stand(one, day("2026-09-30"))
    assert (major(standing.balance_minor), major(standing.paid_minor)) == ("333.33", "566.67")
    assert [(str(p.due_on), major(p.amount_minor), major(p.paid_minor)) for p in standing.instalments] == [
        ("2026-06-15", "300.00", "300.00"),
        ("2026-07-15", "100.00", "100.00"),
        ("2026-08-17", "166.67", "166.67"),
        ("2026-09-17", "166.67", "0.00"),
        ("2026-10-17", "166.66", "0.00"),
    ]
    assert state(one, day("2026-09-30")) == "open"
    assert law_of_money(one, day("2026-09-30"))


def test_a_refund_in_part_and_one_in_full():
    paid = booked(debt(currency="MXN", review_since=instant("2026-07-06 12:00")), ("payment", "2026-06-20", "1000.00"))
    part = booked(paid, ("refund", "2026-07-06", "400.00"))
    assert priced(part, "2026-07-07 12:00", MEXICO) == ("400.00", "0.00", "400.00", None)
    assert state(part, day("2026-07-07")) == "review"
    reopened = replace(part, review_since=None)
    assert (state(reopened, day("2026-07-15")), major(stand(reopened, day("2026-07-15")).paid_minor)) == (
        "open",
        "600.00",
    )

    whole = stand(booked(paid, ("refund", "2026-07-06", "1000.00")), day("2026-07-15"))
    assert (major(whole.balance_minor), whole.paid_minor) == ("1000.00", 0)
