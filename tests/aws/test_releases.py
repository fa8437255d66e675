"""What a rollback needs: the parameters of its own template and its own Python; and what is said before anything."""

import pytest

from aldia.adapters.stripe_events import TYPES
from infra.aws import account as aws_account
from infra.aws import by_hand, deploy, package, wishes
from infra.aws.deploy import Deployment
from infra.aws.releases import Release
from infra.aws.stack import Stack, StackFailed
from infra.aws.wishes import Missing, Wishes
from tests.aws.stand_ins import REGION, WISHES, Buckets, Mail, account_with, template


class Half:
    """CloudFormation with a stack in this state; whoever would change it fails."""

    def __init__(self, state):
        self.state = state

    def describe_stacks(self, **_asked):
        return {"Stacks": [{"StackStatus": self.state}]}


class Deployed:
    """CloudFormation with a stack as it should be, and queues that hold so many messages by their name."""

    def __init__(self, waiting):
        self.waiting = waiting

    def get_template(self, **_asked):
        return {"TemplateBody": {"Resources": {name: {"DeletionPolicy": "Retain"} for name in ("Table", "Files")}}}

    def describe_stack_resource(self, **asked):
        return {"StackResourceDetail": {"PhysicalResourceId": asked["LogicalResourceId"]}}

    def get_queue_attributes(self, **asked):
        told = dict.fromkeys(asked["AttributeNames"], "0")
        return {"Attributes": told | {asked["AttributeNames"][1]: str(self.waiting.get(asked["QueueUrl"], 0))}}


@pytest.fixture
def s3():
    return Buckets()


@pytest.fixture
def account(s3):
    return account_with(s3)


def test_an_older_template_gets_the_parameters_that_it_has_and_no_newer_ones(account, tmp_path):
    made = tmp_path / "zip"
    made.write_bytes(b"zip")
    deployment = Deployment(account, WISHES)
    release = deployment.releases.upload(made, template("Stage", "PackageKey", "Runtime"), {})
    asked = deployment.parameters(release)
    assert asked == {"Stage": "prod", "PackageKey": release.package, "Runtime": package.RUNTIME}


def test_a_release_remembers_the_python_that_it_was_compiled_for(account, s3):
    releases = Deployment(account, WISHES).releases
    s3.kept["templates/a.json"] = template("Runtime").encode()
    releases.note(Release("packages/a.zip", "templates/a.json", "python3.9"))
    releases.note(Release("packages/b.zip", "templates/b.json"))
    before = releases.before()
    assert before.runtime == "python3.9"
    assert Deployment(account, WISHES).parameters(before) == {"Runtime": "python3.9"}


def test_every_rollback_goes_further_back_and_never_to_what_was_left_behind(account):
    releases = Deployment(account, WISHES).releases
    a, b, c, d = (Release(f"packages/{name}.zip", f"templates/{name}.json") for name in "abcd")
    for release in (a, b, c):
        releases.note(release)
    for earlier in (b, a):
        assert releases.before() == earlier
        releases.note(earlier)
    with pytest.raises(Missing):
        releases.before()
    releases.note(d)
    assert releases.before() == a  # that ran before it, and neither of the two that were left behind


def test_a_note_without_a_python_is_still_read(account, s3):
    s3.kept["releases/1.json"] = b'{"package": "packages/a.zip", "template": "templates/a.json"}'
    assert Deployment(account, WISHES).releases.listed() == [Release("packages/a.zip", "templates/a.json")]


def test_a_plan_writes_no_secret_and_repairs_nothing(account):
    ssm = account.client("ssm")
    ssm.kept.clear()
    key, _hashes = aws_account.origin_keys(account, WISHES, keep=False)
    assert (len(key) > 20, ssm.kept) == (True, {})
    aws_account.origin_keys(account, WISHES)
    assert set(ssm.kept) == {"/aldia/prod/origin_key"}
    for state in ("ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "UPDATE_IN_PROGRESS"):
        account._clients["cloudformation", REGION] = Half(state)
        with pytest.raises(StackFailed, match=state):
            Stack(account, "aldia-prod", poll_s=0).prepare("https://x", {}, repair=False)


def test_a_second_stage_needs_a_mail_domain_of_its_own(account):
    assert aws_account._mail_domain(_with_mail(account, "aldia-prod"), WISHES) == []
    assert aws_account._mail_domain(_with_mail(account, None), WISHES) == []
    (told,) = aws_account._mail_domain(_with_mail(account, "aldia-trial"), WISHES)
    assert "aldia.example belongs to aldia-trial" in told


def _with_mail(account, configuration_set):
    account._clients["sesv2", REGION] = Mail(configuration_set)
    return account


def test_what_is_to_be_done_by_hand_names_every_record_and_every_event(account):
    outputs = {"DistributionDomain": "d1.cloudfront.net"}
    told = by_hand.steps(_with_mail(account, "aldia-prod"), WISHES, outputs)
    assert told.count("._domainkey.aldia.example") == 3
    for words in ("v=spf1 include:amazonses.com", "TXT _dmarc.aldia.example"):
        assert words in told
    asked = set(told.replace(",", " ").split())
    assert asked & set(TYPES) == set(TYPES) - {"account.updated"}
    assert not asked & {"payment_intent.succeeded", "charge.succeeded"}
    assert "connected accounts" not in told
    many = Wishes("prod", "aldia.example", "arn", "hola@aldia.example", "op@aldia.example", stripe_own_account=False)
    assert "account.updated" in by_hand.steps(account, many, outputs).split("connected accounts")[1]


def test_a_wrong_file_does_not_hide_the_secrets_that_are_missing(account, monkeypatch, tmp_path):
    (tmp_path / "prod.toml").write_text(f'region = "{REGION}"\ndomain = "https://aldia.example"\n')
    monkeypatch.setattr(wishes, "STAGES", tmp_path)
    monkeypatch.setattr(deploy, "Account", lambda _region: account)
    with pytest.raises(Missing) as missing:
        deploy._deployment("prod")
    told = "\n".join(missing.value.sentences)
    assert "mail_from is missing" in told
    assert "/aldia/prod/stripe_key" in told
    assert "/aldia/prod/stripe_webhook_secrets" in told


@pytest.mark.parametrize(
    ("waiting", "said"),
    [({"DeadLetters": 1}, ["Dead letters"]), ({"MailQueue": 2}, ["Events of mails"]), ({"LettersQueue": 3}, [])],
)
def test_a_stage_is_not_taken_away_while_something_waits_that_stands_nowhere_else(account, waiting, said):
    account._clients["cloudformation", REGION] = account._clients["sqs", REGION] = Deployed(waiting)
    lost = deploy.Deployment(account, WISHES)._would_be_lost()
    assert [sentence.split(" would")[0] for sentence in lost] == said
