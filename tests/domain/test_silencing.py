from dataclasses import replace

import pytest

from aldia.domain.answers import bounce, client_changed, complaint, dispute, pause, promise, resume, stop, wrong_person
from aldia.domain.client import BillingContact
from aldia.domain.errors import Refused
from tests.domain.answer_world import BRUNO, at, case, day, debt, news, only_letter, steps

NOW = at("2026-07-02 10:00")
LATER = at("2026-07-03 10:00")
NEW_ADDRESS = (BillingContact("pagos@example.com"),)


def changed_to(known, now=LATER, **changes):
    return client_changed(known, client=replace(known.client, **changes), now=now)


def test_no_more_reminders_is_confirmed_with_what_stays_open():
    outcome = stop(case(debt(), debt(id="f2", number="F-002")), now=NOW)
    letter = only_letter(outcome)
    assert (letter.step, [part.debt_id for part in letter.parts]) == ("stop_noted", ["f1", "f2"])
    assert outcome.case.client.stopped_at == NOW
    assert news(outcome) == ["stopped"]


def test_not_me_goes_to_that_very_address_and_names_no_debt():
    letter = only_letter(wrong_person(case(), now=NOW))
    assert letter.step == "wrong_person_noted"
    assert letter.facts == {"to": "bruno@example.com"}
    assert letter.parts == ()


@pytest.mark.parametrize(("report", "kind"), [(bounce, "bounced"), (complaint, "complaint")])
def test_the_mail_providers_reports_are_told_and_write_to_nobody(report, kind):
    outcome = report(case(), now=NOW)
    assert (steps(outcome), news(outcome)) == ([], [kind])


@pytest.mark.parametrize("report", [stop, wrong_person, bounce, complaint])
def test_a_report_that_comes_twice_counts_once(report):
    known = report(case(), now=NOW).case
    again = report(known, now=LATER)
    assert again.case is known
    assert (again.letters, again.notices) == ((), ())


@pytest.mark.parametrize("report", [wrong_person, bounce, complaint])
def test_after_it_no_answer_is_written_but_the_answer_counts(report):
    outcome = promise(report(case(), now=NOW).case, "f1", on=day("2026-07-10"), now=LATER)
    assert steps(outcome) == []
    assert outcome.case.debt("f1").promise.on == day("2026-07-10")


def test_after_a_stop_answers_are_still_written():
    assert steps(promise(stop(case(), now=NOW).case, "f1", on=day("2026-07-10"), now=LATER)) == ["promise_noted"]


@pytest.mark.parametrize("client", [{"contacts": ()}, {"consents": ()}, {"contacts": (replace(BRUNO, mail="copy"),)}])
def test_without_an_address_or_a_consent_nothing_is_written(client):
    assert steps(dispute(case(**client), "f1", text="x", now=NOW)) == []


@pytest.mark.parametrize("report", [wrong_person, bounce])
def test_another_address_ends_it_and_shuts_older_links(report):
    known = report(case(), now=NOW).case
    client = changed_to(known, contacts=NEW_ADDRESS).case.client
    assert (client.wrong_person_at, client.bounced_at, client.link_version) == (None, None, 2)


@pytest.mark.parametrize("report", [stop, complaint])
def test_another_address_does_not_end_what_the_client_asked_for(report):
    known = report(case(), now=NOW).case
    client = changed_to(known, contacts=NEW_ADDRESS).case.client
    assert client.stopped_at or client.complained_at


def test_editing_a_name_or_a_note_ends_nothing_and_keeps_the_link():
    known = bounce(case(), now=NOW).case
    client = changed_to(known, name="Bruno y Cía.", note="llamar por la mañana").case.client
    assert (client.name, client.bounced_at, client.link_version) == ("Bruno y Cía.", NOW, 1)


def test_the_same_address_said_to_be_right_ends_a_bounce():
    known = bounce(case(), now=NOW).case
    client = client_changed(known, client=known.client, is_reachable=True, now=LATER).case.client
    assert (client.bounced_at, client.link_version) == (None, 1)


def test_the_case_of_an_address_is_not_another_address():
    known = case()
    assert changed_to(known, contacts=(replace(BRUNO, email="Bruno@Example.com"),)).case.client.link_version == 1


def test_a_form_cannot_change_what_happened():
    known = stop(case(), now=NOW).case
    assert changed_to(known, stopped_at=None, name="B.").case.client.stopped_at == NOW


def test_a_client_saved_as_it_was_changes_nothing():
    known = case()
    assert changed_to(known).case is known


def test_a_pause_of_a_debt_and_of_the_client_are_separate():
    known = pause(case(), "f1", until=day("2026-07-10"), now=NOW).case
    known = pause(known, None, reason="vacaciones", now=NOW).case
    known = resume(known, "f1", now=LATER).case
    assert known.debt("f1").pause is None
    assert known.client.pause.reason == "vacaciones"
    assert resume(known, None, now=LATER).case.client.pause is None


def test_a_pause_may_end_today_but_not_before():
    assert pause(case(), "f1", until=day("2026-07-02"), now=NOW).case.debt("f1").pause.until == day("2026-07-02")
    with pytest.raises(Refused, match="day_is_past"):
        pause(case(), "f1", until=day("2026-07-01"), now=NOW)


@pytest.mark.parametrize("which", ["f1", None])
def test_resuming_what_is_not_paused_changes_nothing(which):
    known = case()
    assert resume(known, which, now=NOW).case is known


def test_an_unknown_debt_is_refused():
    with pytest.raises(Refused, match="unknown_debt"):
        pause(case(), "f9", now=NOW)


def test_what_was_allowed_to_go_to_other_people_is_asked_for_again_with_a_wholly_other_address():
    clicked = case(debt(approved=("formal_letter",)))
    same = changed_to(clicked, contacts=(*clicked.client.contacts, *NEW_ADDRESS)).case
    assert (same.debt("f1").approved, same.client.addressed_since) == (("formal_letter",), None)
    other = changed_to(clicked, contacts=NEW_ADDRESS).case
    assert (other.debt("f1").approved, other.client.addressed_since) == ((), LATER)
