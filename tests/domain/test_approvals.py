"""Each letter is asked for: it waits for the freelancer's yes, goes as it was shown, and nothing else is held."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.adapters.public_holidays import national_holidays
from aldia.domain import answers, approvals, asking_days, decisions, payments
from aldia.domain.account import BankDetails
from aldia.domain.debt import Instalment, Mark, Step
from aldia.domain.errors import Refused
from aldia.domain.needs import Need, needs
from aldia.domain.reminders import decide, foreseen, next_wakeup
from tests.domain.answer_world import at, case, day, debt, steps, two_percent_until

NOW = at("2026-07-08 08:00")  # a Wednesday, an hour before the first reminder's
NINE = at("2026-07-08 09:00")
OTHER = {"id": "f2", "number": "F-002", "due_on": day("2026-07-01")}


def asking(*debts, **client):
    """Ana is asked before every letter; of the ladder only what comes after the due date is left."""
    known = case(*debts, asks_first=True, **client)
    for one in known.debts:
        known = known.with_debt(replace(one, opened_at=at("2026-07-02 10:00"), ladder=one.ladder or LADDER))
    return known


MARK = Mark("given_up", NOW, over_on=day("2026-07-08"))
LADDER = tuple(step for step in approvals.ladder_of(debt()) if step.step in ("overdue_1", "overdue_2", "formal_letter"))


def marks(known, now=NOW):
    return [one.mark for one in approvals.asked(known, now)]


def allowed(known, now=NOW):
    return approvals.allow(known, marks(known, now), now=now, is_read=True).case


def paid(known, now, amount=100_000, debt_id="f1"):
    return payments.record_payment(
        known, debt_id, key=f"p{amount}", amount_minor=amount, method="transfer", on=known.local_day(now), now=now
    ).case


def by(known, **account):
    return replace(known, account=replace(known.account, **account))


def run(known, now):
    return decide(known, now)


def test_without_a_yes_nothing_goes_and_the_reason_stands_on_the_step():
    played = list(foreseen(asking(), NOW, until=at("2026-12-01 00:00")))
    assert [step for _at, _before, outcome in played for step in steps(outcome)] == []
    last = played[-1][2].case
    assert {key: (mark.state, mark.reason) for key, mark in last.debt("f1").marks.items()} == {
        "overdue_1": ("waiting", "needs_approval"),
        "overdue_2": ("waiting", "needs_approval"),
        "formal_letter": ("waiting", "needs_approval"),
    }
    assert needs(last, at("2026-12-01 00:00")) == {Need("f1", "yes")}


def test_what_would_go_is_shown_before_its_hour_with_its_sum_and_goes_at_its_hour_with_a_yes():
    known = asking()
    (one,) = approvals.asked(known, NOW)
    assert (one.at, one.letter.step, one.parts, one.has_yes) == (NINE, "overdue_1", (("f1", "overdue_1"),), False)
    assert one.letter.parts[0].amount_minor == 100_000
    known = allowed(known)
    assert approvals.asked(known, NOW)[0].has_yes
    assert known.client.next_at == NINE
    assert steps(run(known, NINE)) == ["overdue_1"]
    assert steps(run(run(known, NINE).case, NINE + timedelta(minutes=5))) == []


def test_the_next_letter_is_asked_for_in_its_turn_and_one_yes_is_for_one_letter():
    known = run(allowed(asking()), NINE).case
    assert approvals.asked(known, NINE) == []
    then = at("2026-07-22 08:00")
    (one,) = approvals.asked(known, then)
    assert (one.letter.step, one.has_yes) == ("overdue_2", False)
    assert steps(run(known, then + timedelta(hours=1))) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda known: paid(known, NOW),
        lambda known: paid(known, NOW, 10_000),
        lambda known: decisions.change_amount(known, "f1", amount_minor=90_000, key="c", now=NOW).case,
        lambda known: decisions.change_due(known, "f1", due_on=day("2026-06-30"), now=NOW).case,
        lambda known: decisions.waive(known, "f1", amount_minor=1, now=NOW).case,
        lambda known: replace(known, client=replace(known.client, language="en")),
        lambda known: known.with_debt(replace(known.debt("f1"), concept="Otra cosa")),
        lambda known: by(known, name="Ana de Ruiz"),
        lambda known: by(known, footer="CIF B1"),
        lambda known: by(known, phone="+34 600 000 000"),
        lambda known: by(known, bank=BankDetails(number="ES91 2100 0418 4502 0005 1332")),
        lambda known: by(known, fence=replace(known.account.fence, parts=2)),
        lambda known: by(known, texts=("overdue_1/es",)),
        lambda known: by(known, texts_at=NOW),
        lambda known: replace(known, client=replace(known.client, texts_at=NOW)),
        lambda known: (
            answers.resume(answers.pause(known, "f1", now=NOW).case, "f1", now=NOW).case
            and answers.pause(known, "f1", now=NOW).case
        ),
    ],
    ids=[
        "paid",
        "part",
        "amount",
        "date",
        "waived",
        "reader",
        "words",
        "name",
        "footer",
        "phone",
        "bank",
        "fence",
        "own_words",
        "other_words",
        "clients_words",
        "paused",
    ],
)
def test_what_was_shown_is_what_is_approved_else_nothing_goes(change):
    known = change(allowed(asking()))
    assert steps(run(known, NINE)) == []
    assert all(not one.has_yes for one in approvals.asked(known, NOW))


def test_a_yes_to_something_that_has_changed_meanwhile_is_refused():
    known = asking()
    seen = marks(known)
    with pytest.raises(Refused, match=r"approvals\.changed"):
        approvals.allow(paid(known, NOW, 10_000), seen, now=NOW)
    with pytest.raises(Refused, match=r"approvals\.changed"):
        approvals.leave_out(paid(known, NOW, 10_000), seen[0], now=NOW)


def test_a_letter_over_two_debts_goes_as_a_whole_or_not_at_all():
    known = asking(debt(), debt(**OTHER))
    (one,) = approvals.asked(known, NOW)
    assert one.parts == (("f1", "overdue_1"), ("f2", "overdue_1"))
    yes = allowed(known)
    assert [len(letter.parts) for letter in run(yes, NINE).letters] == [2]
    half = paid(yes, NOW, debt_id="f2")
    assert steps(run(half, NINE)) == []
    (left,) = approvals.asked(half, NOW)  # it is asked for anew
    assert (left.parts, left.has_yes) == ((("f1", "overdue_1"),), False)


def test_an_approved_letter_keeps_the_distance_and_the_silences():
    known = allowed(asking())
    told = decisions.log_contact(known, now=NOW).case
    assert steps(run(told, NINE)) == []
    assert steps(run(told, at("2026-07-15 09:00"))) == ["overdue_1"]
    stopped = answers.stop(known, now=NOW).case
    assert steps(run(stopped, NINE)) == []


def test_a_yes_holds_while_the_letter_asks_for_as_much():
    owed = debt(discount=two_percent_until("2026-07-10"))
    known = allowed(asking(owed))
    assert approvals.asked(known, NOW)[0].letter.parts[0].amount_minor == 98_000
    assert steps(run(known, at("2026-07-10 10:00"))) == ["overdue_1"]
    assert steps(run(known, at("2026-07-13 10:00"))) == []
    (again,) = approvals.asked(known, at("2026-07-13 08:00"))
    assert (again.letter.parts[0].amount_minor, again.has_yes) == (100_000, False)


def test_a_step_with_a_last_true_day_lapses_with_its_reason():
    due = day("2026-07-08")
    owed = debt(due_on=due, instalments=(Instalment("i1", due, 100_000),))
    known = asking(replace(owed, ladder=(Step("due_today", "due", 0),)))
    assert [one.letter.step for one in approvals.asked(known, NOW)] == ["due_today"]
    known = run(known, NINE).case
    over = run(known, at("2026-07-09 09:00")).case
    mark = over.debt("f1").marks["due_today"]
    assert (mark.state, mark.reason) == ("given_up", "needs_approval")
    assert approvals.asked(over, at("2026-07-09 10:00")) == []
    assert needs(over, at("2026-07-09 10:00")) == frozenset()


def test_a_letter_that_is_left_out_never_goes_and_the_next_one_is_asked_for():
    known = asking()
    known = approvals.leave_out(known, marks(known)[0], now=NOW).case
    assert known.debt("f1").marks["overdue_1"].reason == "not_wanted"
    assert steps(run(known, NINE)) == []
    assert approvals.left_out(known, NOW) == [(("f1", "overdue_1"),)]
    assert [one.letter.step for one in approvals.asked(known, at("2026-07-22 08:00"))] == ["overdue_2"]


def test_yes_and_no_are_taken_back_until_the_letter_has_gone():
    known = asking()
    (one,) = approvals.asked(known, NOW)
    for said in (allowed(known), approvals.leave_out(known, one.mark, now=NOW).case):
        back = approvals.take_back(said, one.name, now=NOW).case
        assert steps(run(back, NINE)) == []
        assert [(again.parts, again.has_yes) for again in approvals.asked(back, NOW)] == [(one.parts, False)]
    gone = run(allowed(known), NINE).case
    with pytest.raises(Refused, match=r"approvals\.gone"):
        approvals.take_back(gone, one.name, now=NINE)
    with pytest.raises(Refused, match=r"approvals\.changed"):
        approvals.take_back(known, one.name, now=NOW)


def test_a_letter_over_two_debts_that_is_left_out_comes_back_whole():
    known = asking(debt(), debt(**OTHER))
    (one,) = approvals.asked(known, NOW)
    left = approvals.leave_out(known, one.mark, now=NOW).case
    assert approvals.left_out(left, NOW) == [one.parts]
    (again,) = approvals.asked(approvals.take_back(left, one.name, now=NOW).case, NOW)
    assert (again.name, again.has_yes) == (one.name, False)
    before = left.with_debt(replace(left.debt("f1"), marks={"overdue_1": replace(MARK, reason="not_wanted")}))
    assert approvals.left_out(before, NOW) == [(("f1", "overdue_1"),), one.parts]  # as it was stored before
    assert approvals.take_back(before, approvals.name_of((("f1", "overdue_1"),)), now=NOW).case != before
    alone = replace(left, debts=(left.debt("f1"),))
    assert approvals.take_back(alone, one.name, now=NOW).case.debt("f1").marks["overdue_1"].state == "waiting"


def test_a_formal_letter_goes_only_when_it_is_said_to_be_read():
    formal = tuple(step for step in LADDER if step.step == "formal_letter")
    known = asking(debt(ladder=formal, due_on=day("2026-06-08")))
    then = at("2026-07-31 08:00")
    (one,) = approvals.asked(known, then)
    assert (one.letter.step, one.is_formal) == ("formal_letter", True)
    assert [one.is_formal for one in approvals.asked(asking(), NOW)] == [False]
    with pytest.raises(Refused, match=r"approvals\.unread"):
        approvals.allow(known, [one.mark], now=then)
    assert steps(run(allowed(known, then), one.at)) == ["formal_letter"]


def test_answers_to_what_the_client_did_wait_for_nobody():
    known = asking()
    assert steps(answers.promise(known, "f1", on=day("2026-07-20"), now=NOW)) == ["promise_noted"]
    assert steps(answers.stop(known, now=NOW)) == ["stop_noted"]


def test_letters_about_a_promise_wait_too_and_lapse_or_are_left_out():
    known = answers.promise(asking(), "f1", on=day("2026-07-20"), now=NOW).case
    morning, hour = at("2026-07-20 08:00"), at("2026-07-20 09:00")
    (one,) = approvals.asked(known, morning)
    assert (one.letter.step, one.letter.letter_class) == ("promise_day", "dated")
    assert steps(run(allowed(known, morning), hour)) == ["promise_day"]
    held = run(known, hour)
    assert steps(held) == []
    assert needs(held.case, hour) == {Need("f1", "yes")}
    late = run(held.case, at("2026-07-21 09:00")).case
    mark = late.debt("f1").marks["promise_day@2026-07-20"]
    assert (mark.state, mark.reason) == ("given_up", "needs_approval")
    broken = at("2026-07-22 08:00")
    (missed,) = approvals.asked(late, broken)
    assert missed.letter.step == "promise_missed"
    assert steps(run(late, at("2026-07-22 09:00"))) == []
    assert steps(run(allowed(late, broken), at("2026-07-22 09:00"))) == ["promise_missed"]
    left = approvals.leave_out(late, missed.mark, now=broken).case
    assert [again.letter.step for again in approvals.asked(left, broken)] == ["overdue_1"]
    assert steps(run(allowed(left, broken), at("2026-07-22 09:00"))) == ["overdue_1"]


def test_a_waiting_letter_wakes_nobody_again_and_again():
    known = answers.promise(asking(), "f1", on=day("2026-07-20"), now=NOW).case
    wakes, now = 0, NOW
    while (now := next_wakeup(known, now)) and now < at("2026-12-01 00:00"):
        known, wakes, now = run(known, now).case, wakes + 1, now + timedelta(seconds=1)
    assert wakes < 20


def test_switched_off_letters_go_by_themselves_the_mildest_first_and_formal_ones_still_wait():
    known = run(run(asking(), NINE).case, at("2026-08-20 10:00")).case
    off = approvals.ask_first(known, wish=None, now=at("2026-08-20 10:00")).case
    sent = [
        (known.local_day(when), step)
        for when, _before, outcome in foreseen(off, at("2026-08-20 10:00"), until=at("2026-12-01 00:00"))
        for step in steps(outcome)
    ]
    assert sent == [(day("2026-08-20"), "overdue_1"), (day("2026-08-27"), "overdue_2")]
    assert needs(off, at("2026-12-01 00:00")) == {Need("f1", "approval")}


def test_one_client_may_differ_from_the_account():
    known = case()
    assert not known.asks_first
    everyone = replace(known, account=replace(known.account, asks_first=True))
    assert everyone.asks_first
    assert not approvals.ask_first(everyone, wish=False, now=NOW).case.asks_first
    assert approvals.ask_first(known, wish=True, now=NOW).case.asks_first


def test_with_every_yes_given_the_letters_are_those_of_an_account_that_is_not_asked():
    start, end = at("2026-06-01 08:00"), at("2026-08-22 00:00")
    clicked = {"approved": ("formal_letter", "last_notice")}
    plain = case(
        debt(discount=two_percent_until("2026-06-20"), **clicked),
        debt(id="f2", number="F-2", due_on=day("2026-07-05"), **clicked),
    )
    plain = replace(plain, holidays=national_holidays)
    wanted = [(when, letter.id) for when, _before, did in foreseen(plain, start, until=end) for letter in did.letters]
    known, sent, now = replace(plain, client=replace(plain.client, asks_first=True)), [], start
    while now < end:  # each morning she says yes to all that is shown, then the job runs
        if found := marks(known, now):
            known = approvals.allow(known, found, now=now).case
        did = run(known, now + timedelta(hours=1))
        sent += [(now + timedelta(hours=1), letter.id) for letter in did.letters]
        known, now = did.case, now + timedelta(days=1)
    assert sent == wanted
    assert {"invoice_sent", "pre_due", "overdue_1", "formal_letter"} <= {name[11:] for _when, name in wanted}


def test_mornings_are_working_days_at_eight_by_the_freelancers_clock():
    known = replace(asking(), holidays=national_holidays)
    friday = day("2026-07-10")
    monday = asking_days.next_morning(known, friday)
    assert monday is not None
    assert monday.isoformat() == "2026-07-13T06:00:00+00:00"  # eight in Madrid
    assert asking_days.own_day(known.account, at("2026-07-08 20:00")) == day("2026-07-09")  # four in the morning there
    assert str(asking_days.next_morning(known, day("2026-12-24"))) == "2026-12-28 07:00:00+00:00"  # Christmas
