"""Late interest: every worked example, day counts, grace, caps and rate tables."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.debt import Interest
from aldia.domain.interest import accrue, compensation, first_interest_day, table_names
from aldia.domain.ledger import stand
from aldia.domain.money import round_half_up
from aldia.rules import load
from tests.domain.money_world import booked, day, debt, major, minor, price, yearly

ES = Interest(table="ES")


def late(amount, due, paid, interest, currency="EUR"):
    """Interest on the day of payment, in major units."""
    one = debt(amount, currency=currency, issued=due, due=due, interest=interest)
    return major(stand(one, day(paid)).interest_minor, currency)


def monthly(rate):
    return Interest(rate=Decimal(rate), rate_type="monthly")


@pytest.mark.parametrize(
    ("amount", "currency", "due", "paid", "interest", "expected"),
    [
        ("1210.00", "EUR", "2025-05-31", "2025-09-15", ES, "37.00"),  # I1
        ("3000.00", "EUR", "2024-05-15", "2025-02-10", ES, "270.09"),  # I2
        ("3000.00", "EUR", "2024-05-15", "2025-02-10", Interest(table="ES", day_count="act/act"), "269.46"),
        ("11600.00", "MXN", "2026-03-31", "2026-06-30", yearly("6", day_count="act/360"), "175.93"),  # I3
        ("11600.00", "MXN", "2026-03-31", "2026-06-30", yearly("6"), "173.52"),
        ("11600.00", "MXN", "2026-03-31", "2026-06-30", Interest(table="MX"), "173.52"),
        ("11600.00", "MXN", "2026-03-31", "2026-06-30", monthly("3"), "1041.14"),  # I4
        ("11600.00", "MXN", "2026-03-31", "2026-06-30", yearly("36"), "1041.14"),
        ("2000000.00", "COP", "2026-03-01", "2026-04-15",
         Interest(rate=Decimal("25.52"), rate_type="effective_annual"), "56837.98"),  # I5
        ("2996301", "CLP", "2026-03-01", "2026-03-31", yearly("12"), "29553"),  # I7
        ("2400.00", "USD", "2026-03-01", "2026-04-15", monthly("1.5"), "53.26"),  # I8
        ("500000.00", "ARS", "2026-03-01", "2026-03-21", yearly("60"), "16438.36"),  # I9
    ],
)  # fmt: skip
def test_interest_is_exact_and_rounded_once(amount, currency, due, paid, interest, expected):
    assert late(amount, due, paid, interest, currency) == expected


def test_an_effective_rate_is_not_spread_evenly_over_the_year():  # I5: that would be above the legal cap
    assert late("2000000.00", "2026-03-01", "2026-04-15", yearly("25.52"), "COP") == "62926.03"


def test_a_late_invoice_in_spain_costs_interest_and_forty_euros():  # I1
    one = debt(
        "1210.00", issued="2025-05-01", due="2025-05-31", interest=Interest(table="ES", fixed_compensation_minor=4000)
    )
    quoted = price(one, "2025-09-15")
    assert (major(quoted.interest_minor), major(quoted.compensation_minor)) == ("37.00", "40.00")
    assert major(quoted.payable_minor) == "1287.00"


def test_the_compensation_in_chile_is_a_part_of_the_amount():  # I6
    interest = Interest(rate=Decimal(0), compensation_percent=Decimal(1))
    one = debt("2996301", currency="CLP", due="2026-07-01", interest=interest)
    assert stand(one, day("2026-07-01")).compensation_minor == 0
    assert stand(one, day("2026-07-02")).compensation_minor == 29963
    assert compensation(interest, 2996301) == 29963


def test_five_late_invoices_cost_the_compensation_five_times():  # I10
    one = debt(due="2026-07-01", interest=yearly("0", fixed_compensation_minor=4000))
    assert sum(stand(one, day("2026-07-02")).compensation_minor for _ in range(5)) == minor("200.00")


def test_the_compensation_is_charged_once_however_many_instalments_are_late():
    one = debt(
        "900.00",
        due="2026-07-31",
        parts=(("2026-06-15", "300.00"), ("2026-06-30", "300.00"), ("2026-07-31", "300.00")),
        interest=yearly("0", fixed_compensation_minor=4000),
    )
    days = ("2026-06-15", "2026-06-16", "2026-07-20", "2027-01-01")
    charged = [stand(one, day(on)).compensation_minor for on in days]
    assert charged == [0, 4000, 4000, 4000]


def test_a_debt_that_was_paid_in_time_never_costs_a_compensation():
    one = booked(debt(interest=yearly("8", fixed_compensation_minor=4000)), ("payment", "2026-07-01", "1000.00"))
    standing = stand(one, day("2026-12-31"))
    assert (standing.compensation_minor, standing.interest_minor) == (0, 0)


def test_the_day_it_is_paid_counts_and_the_day_it_is_due_does_not():
    one = debt("36500.00", interest=yearly("10"))  # 10.00 a day
    earned = [major(stand(one, day(on)).interest_minor) for on in ("2026-07-01", "2026-07-02", "2026-07-03")]
    assert earned == ["0.00", "10.00", "20.00"]
    paid = booked(one, ("payment", "2026-07-03", "36520.00"))
    assert stand(paid, day("2026-07-31")).payable_minor == 0
    assert major(stand(paid, day("2026-07-31")).interest_minor) == "20.00"


@pytest.mark.parametrize(
    ("retroactive", "expected"),
    [(False, ["0.00", "0.00", "10.00", "20.00"]), (True, ["0.00", "0.00", "40.00", "50.00"])],
)
def test_days_of_grace_are_free_unless_interest_looks_back(retroactive, expected):
    one = debt("36500.00", interest=yearly("10", grace_days=3, grace_retroactive=retroactive))
    days = ("2026-07-01", "2026-07-04", "2026-07-05", "2026-07-06")
    assert [major(stand(one, day(on)).interest_minor) for on in days] == expected


def test_what_is_paid_within_the_grace_bears_no_interest_even_if_it_looks_back():
    one = debt("36500.00", interest=yearly("10", grace_days=3, grace_retroactive=True))
    one = booked(one, ("payment", "2026-07-04", "18250.00"))
    assert major(stand(one, day("2026-07-05")).interest_minor) == "20.00"


def test_a_part_payment_lowers_what_bears_interest_from_the_next_day_on():
    one = booked(debt("36500.00", interest=yearly("10")), ("payment", "2026-07-03", "18250.00"))
    assert [major(stand(one, day(on)).interest_minor) for on in ("2026-07-03", "2026-07-04")] == ["20.00", "25.00"]


def test_each_instalment_bears_interest_from_its_own_date():
    one = debt(
        "73000.00",
        due="2026-07-11",
        parts=(("2026-07-01", "36500.00"), ("2026-07-11", "36500.00")),
        interest=yearly("10"),
    )
    got = [major(stand(one, day(on)).interest_minor) for on in ("2026-07-02", "2026-07-11", "2026-07-12")]
    assert got == ["10.00", "100.00", "120.00"]
    first_paid = booked(one, ("payment", "2026-07-01", "36500.00"))
    assert major(stand(first_paid, day("2026-07-12")).interest_minor) == "10.00"


def test_an_extension_moves_the_start_of_interest_for_earlier_days_too():
    one = debt("36500.00", interest=yearly("10", fixed_compensation_minor=4000), extended_to=day("2026-07-20"))
    assert stand(one, day("2026-07-20")).interest_minor == 0
    standing = stand(one, day("2026-07-21"))
    assert (major(standing.interest_minor), standing.compensation_minor) == ("10.00", 4000)


@pytest.mark.parametrize(
    ("day_count", "start", "end", "years"),
    [
        ("act/365", "2024-01-01", "2024-12-31", Fraction(366, 365)),
        ("act/360", "2026-01-01", "2026-12-31", Fraction(365, 360)),
        ("act/act", "2024-01-01", "2024-12-31", Fraction(1)),
        ("act/act", "2023-12-31", "2024-01-01", Fraction(1, 365) + Fraction(1, 366)),
        ("30/360", "2026-01-01", "2026-12-31", Fraction(1)),
        ("30/360", "2026-02-01", "2026-02-28", Fraction(28, 360)),
        ("30/360", "2026-03-01", "2026-03-01", Fraction(3, 360)),  # from 28 February to 1 March it is three days
        ("30/360", "2026-01-31", "2026-01-31", Fraction(0)),
        ("30/360", "2026-02-01", "2026-03-31", Fraction(60, 360)),
    ],
)
def test_a_year_is_counted_as_agreed(day_count, start, end, years):
    interest = yearly("100", day_count=day_count)
    got = accrue(interest, principal_minor=100, due_on=day("2020-01-01"), start=day(start), end=day(end))
    assert got.minor == 100 * years


def test_a_rate_above_the_cap_is_charged_at_the_cap():
    capped = yearly("40", cap_rate=Decimal("25.52"))
    assert late("1000.00", "2026-03-01", "2027-03-01", capped) == "255.20"
    assert late("1000.00", "2026-03-01", "2027-03-01", yearly("20", cap_rate=Decimal("25.52"))) == "200.00"


def test_a_monthly_cap_is_monthly():
    capped = Interest(rate=Decimal(3), rate_type="monthly", cap_rate=Decimal(2))
    assert late("1000.00", "2026-03-01", "2027-03-01", capped) == "240.00"


def test_interest_may_be_on_the_net_amount_only():
    one = debt("1210.00", split=("1000.00", "210.00", "0.00"), interest=yearly("10", base="outstanding_net"))
    assert major(stand(one, day("2027-07-01")).interest_minor) == "100.00"


# -- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("half_year", "percent"),
    [
        ("2019-01-01", "8"), ("2022-07-01", "8"), ("2023-01-01", "10.5"), ("2023-07-01", "12"), ("2024-01-01", "12.5"),
        ("2024-07-01", "12.25"), ("2025-01-01", "11.15"), ("2025-07-01", "10.15"), ("2026-01-01", "10.15"),
    ],
)  # fmt: skip
def test_spain_publishes_a_rate_by_half_year(half_year, percent):
    on = day(half_year)
    got = accrue(ES, principal_minor=36500_00, due_on=on - timedelta(days=1), start=on, end=on)
    assert got.minor == Fraction(percent) * 100
    assert not got.provisional


@pytest.mark.parametrize(
    ("on", "provisional"), [("2026-06-30", False), ("2026-07-01", True), ("2031-01-01", True), ("2018-12-31", True)]
)
def test_a_day_without_a_published_rate_takes_the_nearest_known_one_and_says_so(on, provisional):
    one = debt(issued=on, due=str(day(on) - timedelta(days=1)), interest=ES)
    assert price(one, on).provisional is provisional
    assert price(one, on).interest_minor > 0


def test_interest_paid_before_the_unknown_rate_began_is_not_provisional():
    one = debt(issued="2026-05-01", due="2026-06-01", interest=ES)
    paid = booked(one, ("payment", "2026-06-20", major(price(one, "2026-06-20").payable_minor)))
    assert not stand(paid, day("2026-08-01")).provisional
    assert stand(one, day("2026-08-01")).provisional


@pytest.mark.parametrize("name", table_names())
def test_every_row_of_a_table_has_its_source_and_its_day(name):
    rows = load("interest_rates")["tables"][name]["rows"]
    starts = [date.fromisoformat(row["from"]) for row in rows]
    assert starts == sorted(set(starts))
    assert rows[0]["rate"] is not None
    for row in rows:
        assert row["source"]
        assert date.fromisoformat(row["as_of"])
        assert isinstance(row["verified"], bool)
        assert row["rate"] is None or 0 <= Decimal(row["rate"]) < 100


# -- properties ----------------------------------------------------------------------------------

DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
RULES = st.builds(
    Interest,
    rate=st.decimals("0", "60", places=2),
    table=st.sampled_from([None, None, "ES", "MX"]),
    rate_type=st.sampled_from(["nominal_annual", "monthly", "effective_annual"]),
    day_count=st.sampled_from(["act/365", "act/360", "act/act", "30/360"]),
    grace_days=st.integers(0, 40),
    grace_retroactive=st.booleans(),
)


@given(RULES, DAYS, DAYS, st.integers(0, 900), st.integers(0, 900))
def test_interest_of_two_spans_is_interest_of_both_wherever_it_is_cut(interest, due_on, start, first, second):
    cut = start + timedelta(days=first)
    end = cut + timedelta(days=second)
    on = {"principal_minor": 123457, "due_on": due_on}
    whole = accrue(interest, start=start, end=end, **on)
    before = accrue(interest, start=start, end=cut, **on)
    pieces = before + accrue(interest, start=cut + timedelta(days=1), end=end, **on)
    if interest.rate_type == "effective_annual" and not interest.table:
        assert round(float(whole.minor - pieces.minor), 20) == 0
    else:
        assert whole == pieces
    assert whole.minor >= 0
    if end < first_interest_day(interest, due_on):
        assert round_half_up(whole.minor) == 0
