"""One transfer for several debts of one client: exact to the cent and the only way it can be, or no proposal."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aldia.domain.answers import claim_paid, plan, spread
from aldia.domain.bank_lines import BankLine, Candidate
from aldia.domain.bank_split import MOST_PARTS, shares_of, split
from aldia.domain.booked_lines import as_payments
from aldia.domain.edits import remove, undo
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand, state
from aldia.domain.payments import record_payment
from aldia.domain.spoken import Claim
from tests.domain.answer_world import at, case, day, debt, only_letter, two_percent_until
from tests.soak import amount

NOW, TODAY = at("2026-06-20 10:00"), day("2026-06-20")
MOVED_ON = at("2026-06-22 10:00")


def line(minor, text="TRANSF NORTE", currency="MXN", on=TODAY):
    return BankLine("l1", on, minor, currency, text)


def asks(debt_id, *shares, client_id="c1", client="Editorial Norte", currency="MXN", claim=None):
    return Candidate(
        client_id, debt_id, client, f"AD-{debt_id}", currency, max(shares, default=0), claim, shares=shares
    )


def found(line, references, *candidates):
    one = split(line, references, candidates)
    return one and ({share.found.debt_id: share.amount_minor for share in one.shares}, one.why)


A, B, C = asks("a", 100), asks("b", 250), asks("c", 400)
BOTH, REFS = {"a": 100, "b": 250}, ("AD-a", "AD-b")


@pytest.mark.parametrize(
    ("seen", "references", "candidates", "proposed"),
    [
        (line(350, "x"), REFS, (A, B, C), (BOTH, "references")),
        (line(350, "x"), ("AD-a",), (A, B, C), (BOTH, "reference")),
        (line(350), (), (A, B, C), (BOTH, "name")),
        (line(750), (), (A, B, C), ({"a": 100, "b": 250, "c": 400}, "name")),
        (line(351, "x"), REFS, (A, B, C), None),  # a cent over, a cent short: not exact
        (line(349, "x"), REFS, (A, B, C), None),
        (line(750, "x"), REFS, (A, B, C), None),  # of two that are named nobody else is meant
        (line(650, "x"), ("AD-a",), (A, B, C), None),  # b and c, without the one that is named
        (line(400), (), (A, B, C), None),  # one alone is no split
        (line(350, "x"), (), (A, B, C), None),  # nobody is named
        (line(350), (), (A, replace(B, client_id="c2")), None),  # two clients of that name
        (line(350, "x"), REFS, (A, replace(B, client_id="c2")), None),
        (line(350), (), (A, B, replace(B, debt_id="d")), None),  # a and b, or a and d
        (line(350, "x"), REFS, (A, B, asks("d", 250)), (BOTH, "references")),  # named: no doubt
        (line(350), (), (A, replace(B, currency="USD")), None),
        (line(350, "x"), REFS, (A, replace(B, shares=())), None),  # one that is named asks for nothing
        (line(350), (), (A, B, replace(C, shares=())), (BOTH, "name")),
        (line(160, "x"), REFS, (A, asks("b", 250, 60)), ({"a": 100, "b": 60}, "references")),  # its next part
        (line(160), (), (asks("a", 100, 110), asks("b", 50, 60)), None),  # 100 + 60 or 110 + 50
        (line(350, "TR 55812"), (), tuple(replace(one, claim=Claim(NOW, None, None, "TR-55812")) for one in (A, B)),
         (BOTH, "references")),
    ],
)  # fmt: skip
def test_debts_are_found_when_they_are_the_only_ones_that_add_up(seen, references, candidates, proposed):
    assert found(seen, references, *candidates) == proposed


def test_of_many_debts_all_are_found_and_never_more_than_one_screen_holds():
    many = [asks(f"d{n}", 1 + 2**n) for n in range(MOST_PARTS + 1)]
    whole = sum(max(one.shares) for one in many[1:])
    assert len(split(line(whole), (), many[1:]).shares) == MOST_PARTS
    assert split(line(whole + max(many[0].shares)), (), many) is None
    assert split(line(max(many[3].shares) + max(many[19].shares)), (), many) is None  # too many sums to be sure


def three(**changes):
    """Bruno owes 1,000.00, 500.25 with 2 % off until the 20th (490.24 or 490.25, as the law rounds) and 333.33."""
    second = debt(id="f2", number="F-002", amount_minor=50_025, discount=two_percent_until("2026-06-20"))
    second = replace(second, instalments=(replace(second.instalments[0], amount_minor=50_025),))
    third = debt(id="f3", number="F-003", amount_minor=33_333)
    third = replace(third, instalments=(replace(third.instalments[0], amount_minor=33_333),))
    return case(debt(), second, third, **changes)


def shares(known, on=TODAY):
    return [(one.id, shares_of(one, on)[0]) for one in known.debts]


def whole(told):
    return line(sum(minor for _, minor in told))


def booked(known, told=None, now=NOW):
    told = told or shares(known)
    return as_payments(known, whole(told), told, now=now)


def test_all_are_paid_under_one_key_at_the_price_of_the_lines_day_and_thanked_for_in_one_letter():
    known = three()
    outcome = booked(known, now=MOVED_ON)  # read two days after the discount ended
    entries = [debt.entries for debt in outcome.case.debts]
    assert [[entry.key for entry in each] for each in entries] == [["bank.l1"]] * 3
    assert [state(debt, day("2026-06-22")) for debt in outcome.case.debts] == ["paid"] * 3
    assert [stand(debt, TODAY).discount_minor for debt in outcome.case.debts] == [0, 1_001, 0]
    letter = only_letter(outcome)
    assert (letter.step, [part.debt_id for part in letter.parts]) == ("thanks", ["f1", "f2", "f3"])
    assert letter.facts["shares"] == "100000 49024 33333"
    assert (letter.facts["paid_minor"], letter.facts["discount_minor"]) == ("182357", "1001")
    assert outcome.notices == ()


def test_what_is_not_asked_for_any_more_is_not_booked_and_neither_is_half_a_line():
    known, told = three(), shares(three())
    paid = record_payment(known, "f3", key="hand.1", amount_minor=33_333, method="cash", on=TODAY, now=NOW).case
    later = record_payment(
        known, "f3", key="hand.1", amount_minor=1, method="cash", on=day("2026-06-22"), now=MOVED_ON
    ).case
    for changed in (paid, later):
        with pytest.raises(Refused, match="changed"):
            booked(changed, told, now=MOVED_ON)
    with pytest.raises(Refused, match="changed"):
        booked(known, [("f1", 99_999), ("f2", 50_025)])
    for half in (told[:2], [*told[:1], *told[:1], *told[2:]], [("f1", 182_357)]):
        with pytest.raises(Refused, match="gone"):
            as_payments(known, whole(told), half, now=NOW)
    with pytest.raises(Refused, match="other_currency"):
        as_payments(known, replace(whole(told), currency="USD"), told, now=NOW)
    with pytest.raises(Refused, match="unknown_debt"):
        booked(remove(known, "f2", now=NOW).case, told)
    assert shares_of(known.debt("f1"), date(2026, 5, 31)) == ()  # before it was issued


def test_the_next_part_of_a_plan_beside_a_whole_invoice_is_told_in_one_letter_with_what_is_left():
    parts = spread(100_000, count=3, first_on=day("2026-06-25"), every="month")
    known = plan(three(), "f1", instalments=parts, now=NOW).case
    assert shares_of(known.debt("f1"), TODAY) == (100_000, 33_334)
    outcome = booked(known, [("f1", 33_334), ("f3", 33_333)])
    letter = only_letter(outcome)
    assert (letter.step, [part.amount_minor for part in letter.parts]) == ("part_received", [66_666, 0])
    assert letter.facts["balance_minor"] == "66666"


def test_undone_on_any_of_them_it_is_undone_on_all_and_the_bin_hides_none():
    told = shares(three())
    claimed = claim_paid(three(), "f3", paid_on=TODAY, now=NOW).case
    paid = booked(claimed, told).case
    assert paid.debt("f3").claim is None
    for pressed in ("f1", "f2", "f3"):
        back = undo(paid, pressed, key="bank.l1", now=NOW)
        assert [debt.kept_entries for debt in back.case.debts] == [()] * 3
        assert back.case.debt("f3").claim == claimed.debt("f3").claim
        assert sorted(len(letter.parts) for letter in back.letters) == [1, 2]  # what was told of is looked for again
    hidden = undo(remove(paid, "f2", now=NOW).case, "f1", key="bank.l1", now=NOW)
    assert hidden.case.debt("f2").kept_entries == ()
    assert {part.debt_id for letter in hidden.letters for part in letter.parts} == {"f1", "f3"}
    first = as_payments(claimed, line(100_000 + 33_333), [told[0], told[2]], now=NOW).case
    wrong = undo(first, "f1", key="bank.l1", now=NOW).case
    again = booked(wrong, told).case
    assert {entry.key for debt in again.debts for entry in debt.kept_entries} == {"bank.l1.2"}
    assert [debt.kept_entries for debt in undo(again, "f2", key="bank.l1.2", now=NOW).case.debts] == [()] * 3


def ways(minor, candidates):
    """Every set of shares that adds up, by trying all."""
    options = [(0, *one.shares) for one in candidates]
    return [chosen for chosen in product(*options) if sum(chosen) == minor]


cents = st.sampled_from([1, 2, 3, 5, 9_999, 10_000, 10_001, 33_333, 33_334])


@settings(max_examples=amount(120, 20_000), deadline=None)
@given(sums=st.lists(st.tuples(cents, st.booleans()), min_size=2, max_size=5), data=st.data())
def test_close_to_the_cent_a_split_is_exact_the_only_one_and_keeps_the_law_of_money(sums, data):
    debts = []
    for n, (minor, is_discounted) in enumerate(sums):
        one = debt(id=f"d{n}", amount_minor=minor, discount=two_percent_until("2026-06-20") if is_discounted else None)
        debts.append(replace(one, instalments=(replace(one.instalments[0], amount_minor=minor),)))
    known = case(*debts)
    candidates = [asks(one.id, *shares_of(one, TODAY)) for one in known.debts]
    chosen = data.draw(st.sets(st.sampled_from(candidates), min_size=1))
    near = data.draw(st.sampled_from([0, 0, 0, 1, -1]))
    minor = sum(max(one.shares) for one in chosen) + near
    if minor <= 0:
        return
    one = split(line(minor), (), candidates)
    made = ways(minor, candidates)
    assert (one is not None) == (len(made) == 1 and sum(share > 0 for share in made[0]) > 1)
    if one is None:
        return
    told = [(share.found.debt_id, share.amount_minor) for share in one.shares]
    assert sum(share for _, share in told) == minor
    after = as_payments(known, line(minor), told, now=NOW).case
    assert all(law_of_money(each, TODAY) for each in after.debts)
    assert all(stand(each, TODAY).credit_minor == 0 for each in after.debts)
    assert {each.id for each in after.debts if each.entries} == {debt_id for debt_id, _ in told}
    assert all(state(after.debt(debt_id), TODAY) == "paid" for debt_id, _ in told)
    back = undo(after, told[0][0], key="bank.l1", now=NOW).case
    assert [stand(each, TODAY).payable_minor for each in back.debts] == [
        stand(each, TODAY).payable_minor for each in known.debts
    ]
