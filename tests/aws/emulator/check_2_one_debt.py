"""`make e2e`, part two: one debt from the sign-up to thanks, as a person walks it; then an address that bounces."""

import re

from tests.aws.emulator import walk

ANA, BRUNO = "ana@example.com", "bruno@cliente.example"


def test_signing_up_with_the_code_from_the_mailbox(stage, kept):
    kept.ana = walk.signed_up(stage, ANA, "Ana Ruiz")


def test_the_schedule_runs_the_jobs_and_the_letter_arrives(stage, kept):
    with stage.held("LettersToJobs"):  # no nudge comes through: nothing but the schedule can run the jobs
        kept.debts = [walk.wrote_a_debt(stage, kept.ana, "Bruno Paz", BRUNO, number) for number in ("F-001", "F-002")]
        letter = stage.emulator.wait_for_mail(BRUNO, seconds=150)
    kept.link = walk.link_of(letter)


def test_the_client_pays_by_the_letters_own_link_and_the_ledger_has_it(stage, kept):
    bruno = stage.visitor()
    walk.paid_at_stripe(stage, walk.went_to_pay(bruno, kept.link))
    thanks = stage.emulator.wait_for_mail(BRUNO, place=1, seconds=60)
    assert "queda saldada" in thanks["BodyText"]
    assert [path for path in kept.debts if "agada" in walk.reads(kept.ana, path)] == kept.debts[:1]


def test_a_webhook_that_stripe_has_not_signed_is_refused(stage):
    forged = stage.visitor().post("/hooks/stripe", type="checkout.session.completed")
    assert forged.status == 400


def test_a_bounce_silences_the_address(stage, kept):
    (letter,) = [item for item in stage.items("letter") if item["row"]["step"] != "thanks"]
    stage.bounce(letter)
    client = "/".join(["/clientes", kept.debts[0].split("/")[2]])
    walk.wait_until_it_reads(kept.ana, client, "rebotó")
    mails = len(stage.emulator.mails(BRUNO))
    walk.paid_at_stripe(stage, walk.went_to_pay(stage.visitor(), kept.link))
    walk.wait_until_it_reads(kept.ana, kept.debts[1], "agada")
    stage.jobs_ran()
    assert len(stage.emulator.mails(BRUNO)) == mails


def test_logs_tell_routes_and_no_tokens_names_or_refusals_of_iam(stage, kept):
    told = stage.logged()
    assert "/p/<token>" in told
    secrets = (kept.link.removeprefix("/p/"), BRUNO, ANA, "Bruno", "121000")
    assert [word for word in secrets if word in told] == []
    assert re.findall("AccessDenied|not authorized", told) == []
