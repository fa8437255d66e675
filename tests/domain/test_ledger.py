"""What a debt comes to after each kind of entry, and which state follows."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from aldia.domain.ledger import in_force, law_of_money, stand, state
from aldia.domain.spoken import Dispute, Plan
from tests.domain.money_world import booked, day, debt, instant, major, price, tiers, yearly

DUE = "2026-07-01"
LAST = "2026-12-31"
TWO = tiers(("2", "2026-06-11"))
PROPORTIONAL = tiers(("2", "2026-06-11"), partial="proportional")
THREE = (("2026-06-15", "300.00"), ("2026-07-15", "300.00"), ("2026-08-14", "300.00"))


def sums(one, on=LAST):
    """The sums that are not zero, in major units."""
    standing = stand(one, day(on))
    assert law_of_money(one, day(on))
    names = ("balance", "interest", "compensation", "credit", "discount", "waived", "written_off", "paid")
    values = {name: getattr(standing, f"{name}_minor") for name in names}
    return {name: major(value) for name, value in values.items() if value}


def parts(one, on=LAST):
    """(date, amount, settled) of each instalment."""
    return [(str(p.due_on), major(p.amount_minor), major(p.paid_minor)) for p in stand(one, day(on)).instalments]


STORIES = {
    "nothing happened": (debt(), [], {"balance": "1000.00"}),
    "paid": (debt(), [("payment", DUE, "1000.00")], {"paid": "1000.00"}),
    "paid in part": (debt(), [("payment", DUE, "400.00")], {"balance": "600.00", "paid": "400.00"}),
    "paid too much": (debt(), [("payment", DUE, "1100.00")], {"paid": "1100.00", "credit": "100.00"}),
    "paid twice": (
        debt(),
        [("payment", DUE, "1000.00"), ("payment", DUE, "1000.00")],
        {"paid": "2000.00", "credit": "1000.00"},
    ),
    "discount earned": (
        debt(discount=TWO),
        [("payment", "2026-06-11", "980.00")],
        {"paid": "980.00", "discount": "20.00"},
    ),
    "discount a day late": (
        debt(discount=TWO),
        [("payment", "2026-06-12", "980.00")],
        {"balance": "20.00", "paid": "980.00"},
    ),
    "discount by parts in time": (
        debt(discount=TWO),
        [("payment", "2026-06-05", "500.00"), ("payment", "2026-06-11", "480.00")],
        {"paid": "980.00", "discount": "20.00"},
    ),
    "discount by parts, the last one late": (
        debt(discount=TWO),
        [("payment", "2026-06-05", "500.00"), ("payment", "2026-06-12", "480.00")],
        {"balance": "20.00", "paid": "980.00"},
    ),
    "a back-dated payment counts before what came later": (
        debt(discount=TWO),
        [("payment", "2026-06-20", "20.00"), ("payment", "2026-06-11", "980.00")],
        {"paid": "1000.00", "discount": "20.00", "credit": "20.00"},
    ),
    "a discount is earned once": (
        debt(discount=TWO),
        [("payment", "2026-06-05", "980.00"), ("refund", "2026-06-06", "100.00"), ("payment", "2026-06-07", "98.00")],
        {"balance": "2.00", "paid": "978.00", "discount": "20.00"},
    ),
    "a discount stays while some money stays": (
        debt(discount=TWO),
        [("payment", "2026-06-05", "980.00"), ("refund", "2026-07-06", "979.99")],
        {"balance": "979.99", "paid": "0.01", "discount": "20.00"},
    ),
    "a discount goes when all money goes": (
        debt(discount=TWO),
        [
            ("payment", "2026-06-05", "980.00"),
            ("refund", "2026-07-06", "500.00"),
            ("chargeback", "2026-07-07", "480.00"),
        ],
        {"balance": "1000.00"},
    ),
    "and may be earned again": (
        debt(discount=TWO),
        [("payment", "2026-06-05", "980.00"), ("refund", "2026-06-06", "980.00"), ("payment", "2026-06-07", "980.00")],
        {"paid": "980.00", "discount": "20.00"},
    ),
    "a proportional discount goes with all the money too": (
        debt(discount=PROPORTIONAL),
        [("payment", "2026-06-05", "490.00"), ("refund", "2026-06-06", "490.00")],
        {"balance": "1000.00"},
    ),
    "a refund takes credit first": (
        debt(),
        [("payment", DUE, "1100.00"), ("refund", DUE, "150.00")],
        {"balance": "50.00", "paid": "950.00"},
    ),
    "a refund of credit leaves it paid": (
        debt(),
        [("payment", DUE, "1100.00"), ("refund", DUE, "100.00")],
        {"paid": "1000.00"},
    ),
    "a refund dated before its money waits for it": (
        debt(),
        [("refund", "2026-06-05", "100.00"), ("payment", "2026-06-06", "1000.00")],
        {"balance": "100.00", "paid": "900.00"},
    ),
    "a chargeback reopens": (
        debt(),
        [("payment", DUE, "1000.00"), ("chargeback", "2026-07-09", "1000.00")],
        {"balance": "1000.00"},
    ),
    "a chargeback that is won never happened": (
        debt(discount=TWO, interest=yearly("10")),
        [
            ("payment", "2026-06-05", "980.00"),
            ("chargeback", "2026-07-09", "980.00"),
            ("chargeback_won", "2026-09-09", "980.00"),
        ],
        {"paid": "980.00", "discount": "20.00"},
    ),
    "of two chargebacks the one of that amount is won": (
        debt(),
        [
            ("payment", "2026-06-05", "1000.00"),
            ("chargeback", "2026-07-09", "300.00"),
            ("chargeback", "2026-07-10", "200.00"),
            ("chargeback_won", "2026-09-09", "200.00"),
        ],
        {"balance": "300.00", "paid": "700.00"},
    ),
    "a chargeback may be won in part": (
        debt(),
        [
            ("payment", "2026-06-05", "1000.00"),
            ("chargeback", "2026-07-09", "300.00"),
            ("chargeback_won", "2026-09-09", "200.00"),
        ],
        {"balance": "100.00", "paid": "900.00"},
    ),
    "waived in part": (debt(), [("waive", DUE, "100.00")], {"balance": "900.00", "waived": "100.00"}),
    "waived in part, then paid": (
        debt(),
        [("waive", DUE, "100.00"), ("payment", DUE, "900.00")],
        {"paid": "900.00", "waived": "100.00"},
    ),
    "a waiver is not taken back by money": (
        debt(),
        [("waive", DUE, "100.00"), ("payment", DUE, "1000.00")],
        {"paid": "1000.00", "waived": "100.00", "credit": "100.00"},
    ),
    "waived altogether while a discount is on offer": (
        debt(discount=TWO),
        [("waive", "2026-06-02", None)],
        {"waived": "1000.00"},
    ),
    "waived more than is open": (debt(), [("waive", DUE, "5000.00")], {"waived": "1000.00"}),
    "written off": (
        debt(),
        [("payment", DUE, "300.00"), ("write_off", DUE, None)],
        {"paid": "300.00", "written_off": "700.00"},
    ),
    "later money takes a write-off back": (
        debt(),
        [("write_off", DUE, None), ("payment", "2026-08-01", "250.00")],
        {"paid": "250.00", "written_off": "750.00"},
    ),
    "money beyond a write-off is credit": (
        debt(),
        [("write_off", DUE, None), ("payment", "2026-08-01", "1250.00")],
        {"paid": "1250.00", "credit": "250.00"},
    ),
    "what is short by the tolerance is waived": (
        debt(tolerance_minor=5),
        [("payment", DUE, "999.95")],
        {"paid": "999.95", "waived": "0.05"},
    ),
    "what is short by more is not": (
        debt(tolerance_minor=5),
        [("payment", DUE, "999.94")],
        {"balance": "0.06", "paid": "999.94"},
    ),
    "a tolerance needs a payment": (
        debt("0.05", tolerance_minor=5),
        [("waive", DUE, "0.01")],
        {"balance": "0.04", "waived": "0.01"},
    ),
    "a lower amount": (debt(), [("amount_changed", DUE, "800.00")], {"balance": "800.00"}),
    "a higher amount": (debt(), [("amount_changed", DUE, "1200.00")], {"balance": "1200.00"}),
    "an amount below what was paid": (
        debt(),
        [("payment", DUE, "900.00"), ("amount_changed", DUE, "800.00")],
        {"paid": "900.00", "credit": "100.00"},
    ),
    "a higher amount uses the credit": (
        debt(),
        [("payment", DUE, "1100.00"), ("amount_changed", DUE, "1300.00")],
        {"balance": "200.00", "paid": "1100.00"},
    ),
    "an amount below a write-off takes it back before it makes credit": (
        debt(),
        [("payment", DUE, "500.00"), ("write_off", DUE, None), ("amount_changed", DUE, "600.00")],
        {"paid": "500.00", "written_off": "100.00"},
    ),
    "an amount below what was paid and waived": (
        debt(),
        [("waive", DUE, "950.00"), ("payment", DUE, "50.00"), ("amount_changed", DUE, "500.00")],
        {"paid": "50.00", "waived": "500.00", "credit": "50.00"},
    ),
    "an amount of nothing": (
        debt(discount=TWO),
        [("payment", "2026-06-05", "980.00"), ("amount_changed", DUE, "0.00")],
        {"paid": "980.00", "credit": "980.00"},
    ),
    "entries after the day do not exist yet": (
        debt(),
        [("payment", "2027-01-01", "1000.00")],
        {"balance": "1000.00"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_entries_come_to(story):
    one, lines, expected = STORIES[story]
    assert sums(booked(one, *lines)) == expected


def test_money_pays_balance_then_interest_then_compensation_then_becomes_credit():
    one = debt("36500.00", interest=yearly("10", fixed_compensation_minor=4000))  # 10.00 a day
    owed = []
    for sent in ("36500.00", "36500.01", "36520.00", "36525.00", "36560.00", "36561.00"):
        at = stand(booked(one, ("payment", "2026-07-03", sent)), day("2026-07-03"))
        owed.append([at.balance_minor, at.interest_due_minor, at.compensation_due_minor, at.credit_minor])
    assert owed == [
        [0, 2000, 4000, 0], [0, 1999, 4000, 0], [0, 0, 4000, 0], [0, 0, 3500, 0], [0, 0, 0, 0], [0, 0, 0, 100],
    ]  # fmt: skip


def test_interest_and_compensation_are_what_was_charged_paid_or_not():
    one = debt("36500.00", interest=yearly("10", fixed_compensation_minor=4000))
    one = booked(one, ("payment", "2026-07-03", "36530.00"))
    at = stand(one, day(LAST))
    assert (at.interest_minor, at.interest_paid_minor, at.interest_due_minor) == (2000, 2000, 0)
    assert (at.compensation_minor, at.compensation_paid_minor, at.compensation_due_minor) == (4000, 1000, 3000)
    assert state(one, day(LAST)) == "open"


def test_waiving_everything_takes_interest_and_compensation_with_it():
    one = debt("36500.00", interest=yearly("10", fixed_compensation_minor=4000))
    one = booked(one, ("payment", "2026-07-03", "36500.00"), ("waive", "2026-07-10", None))
    assert sums(one) == {"interest": "20.00", "compensation": "40.00", "waived": "60.00", "paid": "36500.00"}
    assert state(one, day(LAST)) == "paid"


def test_writing_everything_off_stops_interest_and_later_money_takes_back_principal_first():
    one = debt("36500.00", interest=yearly("10", fixed_compensation_minor=4000))
    gone = booked(one, ("write_off", "2026-07-03", None))
    assert sums(gone) == {"interest": "20.00", "compensation": "40.00", "written_off": "36560.00"}
    back = booked(gone, ("payment", "2026-09-01", "36510.00"))
    assert sums(back)["written_off"] == "50.00"
    assert stand(back, day(LAST)).interest_paid_minor == 1000
    assert state(back, day(LAST)) == "written_off"
    assert state(booked(back, ("payment", "2026-09-02", "50.00")), day(LAST)) == "paid"


def test_a_large_waiver_goes_on_to_interest():
    one = debt("36500.00", interest=yearly("10"))
    at = stand(booked(one, ("waive", "2026-07-03", "36505.00")), day("2026-07-03"))
    assert (at.balance_minor, at.interest_due_minor, at.waived_minor) == (0, 1500, 3650500)


def test_a_refund_reopens_principal_before_interest():
    one = debt("36500.00", interest=yearly("10"))
    one = booked(one, ("payment", "2026-07-03", "36520.00"), ("refund", "2026-07-03", "36510.00"))
    at = stand(one, day("2026-07-03"))
    assert (at.balance_minor, at.interest_due_minor, at.interest_paid_minor) == (3650000, 1000, 1000)


def test_what_a_refund_reopens_after_the_due_date_bears_interest_from_the_next_day():
    one = debt("36500.00", interest=yearly("10", fixed_compensation_minor=4000))
    one = booked(one, ("payment", "2026-06-15", "36500.00"), ("refund", "2026-08-10", "36500.00"))
    days = ("2026-08-10", "2026-08-11")
    assert [stand(one, day(on)).interest_minor for on in days] == [0, 1000]
    assert [stand(one, day(on)).compensation_minor for on in days] == [0, 4000]


def test_a_chargeback_stands_until_the_day_it_is_won():
    one = booked(
        debt(interest=yearly("10")),
        ("payment", DUE, "1000.00"),
        ("chargeback", "2026-07-09", "1000.00"),
        ("chargeback_won", "2026-09-09", "1000.00"),
    )
    assert stand(one, day("2026-09-08")).balance_minor == 100000
    assert stand(one, day("2026-09-08")).interest_minor > 0
    assert sums(one, "2026-09-09") == {"paid": "1000.00"}


def test_the_chargeback_of_the_won_amount_is_the_one_that_never_happened():
    paid = booked(debt(interest=yearly("10")), ("payment", DUE, "1000.00"))
    lost = booked(paid, ("chargeback", "2026-07-09", "300.00"))
    both = booked(lost, ("chargeback", "2026-09-09", "200.00"), ("chargeback_won", "2026-10-10", "200.00"))
    assert sums(both) == sums(lost)
    assert stand(both, day(LAST)).interest_minor > 0


def test_a_compensation_stays_what_it_was_when_the_amount_is_corrected_later():
    one = debt(interest=yearly("0", compensation_percent=Decimal(1)))
    corrected = booked(one, ("amount_changed", "2026-08-01", "500.00"))
    assert [stand(corrected, day(on)).compensation_minor for on in ("2026-07-31", LAST)] == [1000, 1000]
    early = booked(one, ("amount_changed", "2026-06-20", "500.00"))
    assert stand(early, day(LAST)).compensation_minor == 500


# -- instalments ---------------------------------------------------------------------------------


def test_whatever_lowers_the_balance_settles_the_earliest_instalment():
    one = debt("900.00", due="2026-08-14", parts=THREE)
    one = booked(one, ("payment", "2026-06-12", "250.00"), ("waive", "2026-06-13", "100.00"))
    assert parts(one) == [
        ("2026-06-15", "300.00", "300.00"),
        ("2026-07-15", "300.00", "50.00"),
        ("2026-08-14", "300.00", "0.00"),
    ]


def test_a_higher_amount_goes_to_the_last_instalment_and_a_lower_one_settles_the_earliest():
    one = debt("900.00", due="2026-08-14", parts=THREE)
    assert [p[1:] for p in parts(booked(one, ("amount_changed", "2026-06-02", "1000.00")))] == [
        ("300.00", "0.00"), ("300.00", "0.00"), ("400.00", "0.00"),
    ]  # fmt: skip
    lower = booked(one, ("amount_changed", "2026-06-02", "500.00"))
    assert [p[1:] for p in parts(lower)] == [("300.00", "300.00"), ("300.00", "100.00"), ("300.00", "0.00")]
    both = booked(lower, ("amount_changed", "2026-06-03", "550.00"))
    assert [p[1:] for p in parts(both)] == [("300.00", "300.00"), ("300.00", "100.00"), ("350.00", "0.00")]


def test_the_only_instalment_of_a_plain_debt_is_its_amount():
    assert parts(booked(debt(), ("amount_changed", DUE, "800.00"))) == [(DUE, "800.00", "0.00")]


def test_a_debt_without_instalments_lists_one():
    assert parts(debt(instalments=())) == [(DUE, "1000.00", "0.00")]


def test_instalments_are_listed_and_settled_by_date_whatever_their_order():
    one = booked(debt("900.00", due="2026-08-14", parts=THREE[::-1]), ("payment", "2026-06-12", "300.00"))
    assert parts(one) == [(*THREE[0], "300.00"), (*THREE[1], "0.00"), (*THREE[2], "0.00")]


def test_an_extension_replaces_every_date_before_it_and_leaves_the_agreed_ones_to_be_shown():
    one = debt("900.00", due="2026-08-14", parts=THREE, extended_to=day("2026-07-20"))
    assert [str(part.due_on) for part in in_force(one)] == ["2026-07-20", "2026-07-20", "2026-08-14"]
    shown = stand(one, day(LAST)).instalments
    assert [str(part.due_on) for part in shown] == ["2026-06-15", "2026-07-15", "2026-08-14"]
    assert [str(part.in_force_on) for part in shown] == ["2026-07-20", "2026-07-20", "2026-08-14"]


def planned(one, made, new, *, closed):
    """The debt under a plan: what was settled, closed at what was paid, and then the new parts."""
    fresh = debt("900.00", due=new[-1][0], parts=(*closed, *new)).instalments
    ids = tuple(part.id for part in fresh[len(closed) :])
    return replace(one, instalments=fresh, due_on=fresh[-1].due_on, plan=Plan(at=instant(made), instalment_ids=ids))


def test_under_a_plan_paid_and_closed_instalments_are_settled_first_whatever_their_dates():
    one = booked(debt("900.00", due="2026-08-14", parts=THREE), ("payment", "2026-06-12", "400.00"))
    one = planned(
        one,
        "2026-06-14 12:00",
        (("2026-06-20", "250.00"), ("2026-06-27", "250.00")),
        closed=(("2026-06-15", "300.00"), ("2026-07-15", "100.00")),
    )
    assert parts(one) == [
        ("2026-06-15", "300.00", "300.00"),
        ("2026-06-20", "250.00", "0.00"),
        ("2026-06-27", "250.00", "0.00"),
        ("2026-07-15", "100.00", "100.00"),
    ]
    assert parts(booked(one, ("payment", "2026-06-20", "260.00")))[1:3] == [
        ("2026-06-20", "250.00", "250.00"),
        ("2026-06-27", "250.00", "10.00"),
    ]


@pytest.mark.parametrize(("changed", "last_part"), [("2026-06-10", "500.00"), ("2026-06-30", "400.00")])
def test_an_increase_before_a_plan_is_in_its_parts_and_one_after_it_goes_to_the_last(changed, last_part):
    one = booked(debt("900.00", due="2026-08-14", parts=THREE), ("amount_changed", changed, "1000.00"))
    one = planned(one, "2026-06-20 12:00", (("2026-07-20", "500.00"), ("2026-08-20", last_part)), closed=())
    assert [p[1:] for p in parts(one)] == [("500.00", "0.00"), ("500.00", "0.00")]
    assert law_of_money(one, day(LAST))


# -- states --------------------------------------------------------------------------------------

REVIEW = datetime(2026, 7, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "lines", "expected"),
    [
        (debt(), [], "open"),
        (debt(dispute=Dispute(REVIEW)), [], "disputed"),
        (debt(dispute=Dispute(REVIEW), review_since=REVIEW), [], "review"),
        (debt(review_since=REVIEW), [("payment", DUE, "1000.00")], "paid"),
        (debt(dispute=Dispute(REVIEW)), [("payment", DUE, "1000.00")], "paid"),
        (debt(review_since=REVIEW), [("payment", DUE, "1000.00"), ("refund", DUE, "0.01")], "review"),
        (debt(), [("waive", DUE, None)], "paid"),
        (debt(review_since=REVIEW), [("write_off", DUE, None)], "written_off"),
        (debt(), [("write_off", DUE, "300.00")], "open"),
        (debt(), [("write_off", DUE, "300.00"), ("payment", DUE, "700.00")], "written_off"),
        (debt(), [("write_off", DUE, "300.00"), ("payment", DUE, "1000.00")], "paid"),
        (debt(), [("write_off", DUE, None), ("amount_changed", DUE, "1100.00")], "open"),
    ],
)
def test_the_first_state_that_holds(one, lines, expected):
    assert state(booked(one, *lines), day(LAST)) == expected


def test_a_debt_is_paid_on_the_day_it_is_paid_and_open_the_day_before():
    one = booked(debt(), ("payment", DUE, "1000.00"))
    assert [state(one, day(on)) for on in ("2026-06-30", DUE)] == ["open", "paid"]
    assert price(one, "2026-06-30").payable_minor == 100000
