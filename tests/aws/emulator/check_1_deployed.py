"""`make e2e`, part one: one command deploys it, a second run changes nothing, what was interrupted is repaired."""

import json

import pytest

from infra.aws.wishes import Missing
from infra.local.site import FOR_A_WHILE, FOR_EVER, POLICY
from tests.aws.emulator.stage import SECRET, WORKS, Interrupted, made


def test_before_anything_is_changed_everything_that_is_missing_is_said_at_once(stage):
    elsewhere = stage.deployment_of("arn:aws:acm:us-east-1:111122223333:certificate/of-nobody")
    with pytest.raises(Missing) as missing:
        elsewhere.deploy(made())
    assert len(missing.value.sentences) == 3  # both secrets and the certificate
    assert stage.packages() == []
    stage.secret("stripe_key", "sk_test_proof")
    stage.secret("stripe_webhook_secrets", SECRET)


def test_a_plan_says_what_would_be_made_and_makes_nothing(stage, kept):
    kept.planned = stage.deployment.plan(made())
    assert len(kept.planned) > 50
    assert stage.stack.state() == ""


def test_what_was_interrupted_is_repaired_by_the_next_run(stage, kept):
    certificate = stage.wishes.certificate_arn
    with pytest.raises(Interrupted):  # the change is prepared, the stack does not exist yet
        stage.deployment_of(certificate, interrupt_at="Add ").deploy(made())
    with pytest.raises(Interrupted):  # the stack is there, the look through the public address and the note are not
        stage.deployment_of(certificate, interrupt_at="Static pages").deploy(made())
    assert stage.releases() == []
    stage.deployment.deploy(made())
    assert stage.stack.state() == "CREATE_COMPLETE"
    assert [each.package for each in stage.releases()] != []


def test_what_is_there_is_what_the_plan_said(stage, kept):
    cfn = stage.account.client("cloudformation")
    pages = cfn.get_paginator("list_stack_resources").paginate(StackName=stage.wishes.stack)
    there = {each["LogicalResourceId"] for page in pages for each in page["StackResourceSummaries"]}
    planned = {each.name for each in kept.planned} - {"Budget"}  # it knows none, and plans it against its condition
    assert there == planned


def test_a_second_run_changes_nothing(stage):
    stage.said.clear()
    assert stage.deployment.deploy(made()) == []
    assert "Static pages: 0 changed." in stage.said
    assert len(stage.releases()) == 1


def test_static_pages_come_from_the_bucket_with_headers_and_cache_rules_of_their_own(stage):
    page = stage.visitor().get("/")
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == FOR_A_WHILE
    style = stage.visitor().get(next(part for part in page.text.split('"') if part.startswith("/assets/app-")))
    assert style.headers["cache-control"] == FOR_EVER
    assert "No se ha perdido nada" in stage.visitor().get("/fallo.html").text  # what CloudFront shows for the API's 5xx


def test_whoever_finds_the_apis_own_address_is_turned_away(stage):
    assert stage.past_the_edge("/entrar/codigo")[0] == 403


@pytest.mark.parametrize("work", WORKS)
def test_no_function_runs_what_an_event_names(stage, work):
    event = {"command": "os.getcwd"} if work != "web" else {"raw_command": "print(1)"}
    answer = stage.account.client("lambda").invoke(FunctionName=f"aldia-proof-{work}", Payload=json.dumps(event))
    told = json.loads(answer["Payload"].read())
    assert told.get("errorMessage") in ("raw_command", "this command is not on the list"), told  # our guard's own words
