"""`make e2e`, part three: poison, the switch for mail, a new schema, the way back, and the end."""

import json

import pytest

from aldia.store import codec
from infra.aws import pages, smoke
from infra.aws.wishes import Missing
from tests.aws.emulator import walk
from tests.aws.emulator.emulated import within
from tests.aws.emulator.stage import Interrupted, changed_package, made, restyled

STYLED, OTHER_STYLE = "templates/styles/print.css", ("10.5pt", "10.6pt")
NEW = "new.html"  # a page that the release before did not have
EVA, FAY = "eva@cliente.example", "fay@cliente.example"
STRAY = {
    "eventType": "Bounce",
    "mail": {"messageId": "stray-of-the-proof", "tags": {}},
    "bounce": {"bounceType": "Permanent"},
}


def test_a_poisoned_message_goes_to_dead_letters_and_its_neighbours_are_handled(stage):
    queue = stage.queue("MailQueue")
    stage.account.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    with stage.held("MailToFunction"):  # they come in one batch
        stage.publish("{", json.dumps(STRAY))
        within(20, lambda: stage.waiting("MailQueue") == 2, "both wait")
    assert stage.dead_letters() == ["{"]
    assert [item["sk"] for item in stage.items("stray")] == ["bounce"]


def test_stopping_all_mail_takes_less_than_a_minute_and_loses_nothing(stage, kept):
    stage.deployment.set_mail(goes=False)
    options = stage.account.client("sesv2").get_configuration_set(ConfigurationSetName=stage.wishes.stack)
    assert options["SendingOptions"]["SendingEnabled"] is False

    within(60, lambda: "mail_is_stopped" in stage.jobs_ran(), "the jobs see the switch")
    assert walk.asked_for_a_code(stage, "late@example.com")[1].status == 503
    walk.wrote_a_debt(stage, kept.ana, "Eva Sol", EVA, "F-003")
    stage.jobs_ran()
    assert stage.emulator.mails(EVA) == []
    stage.deployment.set_mail(goes=True)
    within(60, lambda: stage.jobs_ran() and stage.emulator.mails(EVA), "the letter that waited goes")


def test_what_is_new_is_there_before_the_code_and_what_changed_comes_after_it(stage, kept):
    newer = f"SCHEMA = {codec.SCHEMA + 1}"
    changes = {"aldia/store/codec.py": (f"SCHEMA = {codec.SCHEMA}", newer), STYLED: OTHER_STYLE}
    kept.newer, kept.page = changed_package(made(), changes), stage.visitor().get("/").text
    kept.site = restyled(pages.files(stage.wishes), *OTHER_STYLE) | {NEW: b"<!doctype html><title>New</title>"}
    broken_off = stage.deployment_of(stage.wishes.certificate_arn, interrupt_at="Modify |nothing changes")
    broken_off.site = kept.site
    with pytest.raises(Interrupted):  # the change is prepared, and the code is still the older one
        broken_off.deploy(kept.newer)
    assert NEW in stage.site_files()
    assert stage.visitor().get("/").text == kept.page


def test_code_of_a_newer_schema_reads_what_the_older_one_wrote(stage, kept):
    kept.before = stage.code()
    stage.deployment.site = kept.site
    stage.deployment.deploy(kept.newer)
    assert stage.code().isdisjoint(kept.before)
    assert "F-001" in walk.reads(kept.ana, kept.debts[0])
    walk.wrote_a_debt(stage, kept.ana, "Fay Gil", FAY, "F-004")
    assert {int(item["schema"]) for item in stage.items("debt")} == {codec.SCHEMA, codec.SCHEMA + 1}


def test_rolling_back_brings_the_code_and_the_pages_before(stage, kept):
    newer = stage.visitor().get("/").text
    stage.deployment.rollback()
    assert stage.code() == kept.before
    assert stage.visitor().get("/").text == kept.page
    styles = {style for text in (newer, kept.page) for style in smoke.STYLE.findall(text)}
    assert [stage.visitor().get(style).status for style in styles] == [200, 200]


def test_destroying_refuses_while_dead_letters_wait_and_then_keeps_table_and_files(stage):
    with pytest.raises(Missing, match="Dead letters"):
        stage.deployment.destroy()
    files = stage.stack.outputs()["FilesBucket"]
    stage.account.client("sqs").purge_queue(QueueUrl=stage.stack.outputs()["DeadLettersUrl"])
    stage.deployment.destroy()
    assert stage.stack.state() == ""
    assert stage.account.client("dynamodb").list_tables()["TableNames"] == ["aldia-proof"]
    assert files in [each["Name"] for each in stage.account.client("s3").list_buckets()["Buckets"]]
